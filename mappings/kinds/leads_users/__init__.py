"""Leads and users."""
