"""The page of how live a sync is."""
