"""What people and commands do with runs and records."""
