"""Rows of runs, steps, links and the mirror: querysets and bulk statements. No texts for people."""
