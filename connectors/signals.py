"""The signals that connections send to other apps."""

from django.dispatch import Signal

# Sent with ``connection`` when all steps of a test of a stored connection have passed.
test_passed = Signal()
# Sent with ``connection`` right before it is deleted. A receiver takes away what it has set up at the remote system;
# where that cannot be done it returns a sentence about what is left there.
deleting = Signal()
