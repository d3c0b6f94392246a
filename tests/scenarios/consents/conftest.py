"""A consent platform and an org, both empty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.sandbox.server import Sandbox
from tests.worlds.consents import Consents


@pytest.fixture
def world(empty_sandbox: Sandbox, transactional_db: None) -> Iterator[Consents]:
    both = Consents(empty_sandbox)
    yield both
    both.close()
