"""Writes whose answer was lost: looked up, never blindly repeated."""
