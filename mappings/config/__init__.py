"""The configuration as one YAML file: read, checked against the systems, stored, written."""
