"""People who share an email are one user: groups, memberships, addresses, and their plan."""
