"""Rows of runs, steps, links and the mirror: querysets and bulk work, no words for people."""
