"""Settings > People and roles."""
