"""Salesforce keeps the contract of connectors."""

import pytest

from tests.connectors.api.contract import ConnectorContract
from tests.connectors.api.subjects import Remote


class TestSalesforce(ConnectorContract):
    forbidden = [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no access"}]
    nobody = "0015e00000ZZZZZ"

    @pytest.fixture
    def remote(self, salesforce: Remote) -> Remote:
        return salesforce

    def limit_answer(self, seconds: int) -> dict[str, object]:
        body = [{"errorCode": "SERVER_UNAVAILABLE", "message": "busy"}]
        return {"status": 503, "headers": {"Retry-After": str(seconds)}, "body": body}
