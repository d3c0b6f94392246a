"""Each state of runs, steps and records in words, with tone and icon, and what to do about it."""
