"""Stage 1: remote records into the mirror."""
