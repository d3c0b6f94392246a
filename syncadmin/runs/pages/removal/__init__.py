"""The questions before a sync, or the demo, is deleted."""
