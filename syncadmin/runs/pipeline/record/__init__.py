"""Stage 5: store the results of writes in links, mirror and log."""
