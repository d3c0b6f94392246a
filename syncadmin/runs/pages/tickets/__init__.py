"""Tickets: those of a record, read live from the system that has them, here and inside the other system."""
