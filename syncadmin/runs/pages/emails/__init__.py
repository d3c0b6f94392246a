"""Emails that several contacts and leads share, and who fills their user."""
