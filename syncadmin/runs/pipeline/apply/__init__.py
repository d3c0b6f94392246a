"""Stage 4: write the stored steps."""
