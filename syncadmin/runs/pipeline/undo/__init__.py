"""Undo: the written steps of a run, inverted, become the plan of another run."""
