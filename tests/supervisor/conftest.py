import threading

import pytest


@pytest.fixture
def never() -> threading.Event:
    """A stop that does not come."""
    return threading.Event()
