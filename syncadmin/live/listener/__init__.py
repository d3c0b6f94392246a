"""The process that is told of changes as they happen, by every connected system that can tell."""
