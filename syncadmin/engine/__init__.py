"""The engine decides and does nothing else: records in, steps out. No Django, network, clock, random or logging."""
