"""Contacts and leads that share an email are one user: groups, memberships, email addresses, and their
planned steps.
"""
