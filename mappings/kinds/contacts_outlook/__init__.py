"""Contacts, and their copies in the mailboxes of the people who work with them."""
