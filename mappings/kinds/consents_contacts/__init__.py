"""Consents and contacts."""
