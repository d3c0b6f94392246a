"""Label, tone, icon and advice for each state of runs, steps and records."""
