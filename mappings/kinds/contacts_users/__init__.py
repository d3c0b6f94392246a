"""Contacts and users."""
