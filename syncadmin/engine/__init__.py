"""The pure core: records in, planned steps out. It imports no Django and uses no network, clock, randomness
or logging.
"""
