"""What two or more stages need. It imports no stage."""
