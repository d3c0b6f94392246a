"""What others may want to know of connections."""

from django.dispatch import Signal

# Sent with ``connection`` when all steps of a test of a stored connection have passed.
test_passed = Signal()
