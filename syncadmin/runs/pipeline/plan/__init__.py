"""Stage 3: turn changed records into steps."""
