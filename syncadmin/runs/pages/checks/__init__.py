"""The Check page of a sync."""
