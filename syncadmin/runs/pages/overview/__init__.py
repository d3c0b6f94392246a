"""What the overview shows about each sync."""
