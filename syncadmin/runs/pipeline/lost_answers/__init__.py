"""Writes whose answer was lost are looked up before anything is sent again."""
