"""Undo: the written steps of a run, inverted, are the plan of another run."""
