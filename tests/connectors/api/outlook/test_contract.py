"""Outlook keeps the contract of connectors."""

import pytest

from tests.connectors.api.contract import ConnectorContract
from tests.connectors.api.subjects import Remote


class TestOutlook(ConnectorContract):
    forbidden = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}

    @pytest.fixture
    def remote(self, outlook: Remote) -> Remote:
        return outlook

    def limit_answer(self, seconds: int) -> dict[str, object]:
        body = {"error": {"code": "ApplicationThrottled", "message": "wait"}}
        return {"status": 429, "headers": {"Retry-After": str(seconds)}, "body": body}
