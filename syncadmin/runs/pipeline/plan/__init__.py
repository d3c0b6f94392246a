"""Stage 3: changed records become steps."""
