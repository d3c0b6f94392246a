"""Accounts and organizations."""
