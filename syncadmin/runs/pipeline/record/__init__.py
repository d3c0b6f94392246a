"""Stage 5: what the writes came to goes into links, mirror and log."""
