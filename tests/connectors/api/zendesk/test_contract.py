"""Zendesk keeps the contract of connectors."""

import pytest

from tests.connectors.api.contract import ConnectorContract
from tests.connectors.api.subjects import Remote


class TestZendesk(ConnectorContract):
    forbidden = {"error": "Forbidden", "description": "You do not have access to this page"}

    @pytest.fixture
    def remote(self, zendesk: Remote) -> Remote:
        return zendesk

    def limit_answer(self, seconds: int) -> dict[str, object]:
        return {"status": 429, "headers": {"Retry-After": str(seconds)}, "body": {"error": "TooManyRequests"}}
