"""Kinds that divide an object among syncs, a mailbox each: all of them with their state, and adding many at once."""
