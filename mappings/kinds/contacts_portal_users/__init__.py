"""Contacts and the users who sign in to a portal as them."""
