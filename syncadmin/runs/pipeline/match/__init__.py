"""Stage 2: unlinked records find their counterpart."""
