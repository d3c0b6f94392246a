"""Stage 1: read remote records into the mirror."""
