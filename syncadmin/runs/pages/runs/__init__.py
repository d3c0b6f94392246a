"""Runs: the list, one run at work, as a plan and at its end, one step."""
