"""What consents of contacts and of leads have in common."""
