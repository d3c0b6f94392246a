"""The signals that connections send to other apps."""

from django.dispatch import Signal

# Sent with ``connection`` when all steps of a test of a stored connection have passed.
test_passed = Signal()
