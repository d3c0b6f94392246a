"""Stage 2: find the counterparts of records without a link."""
