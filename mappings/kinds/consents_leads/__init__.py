"""Consents and leads."""
