"""The account-wide limit and its headers."""

import pytest

from connectors.sandbox.clock import Clock
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from connectors.sandbox.zendesk.answers import Refusal
from connectors.sandbox.zendesk.limits import Limits
from tests.timeouts import HANG_SECONDS


def test_headers_come_in_both_spellings(desk):
    headers = desk.get("organizations/count").headers
    assert (headers["x-rate-limit"], headers["x-rate-limit-remaining"]) == ("700", "699")
    assert (headers["ratelimit-limit"], headers["ratelimit-remaining"]) == ("700", "699")
    assert int(headers["ratelimit-reset"]) >= 1


def test_the_bucket_empties_answers_429_with_retry_after_and_refills_with_time():
    limits = Limits(rpm=60, endpoint_limits=True)
    for _ in range(60):
        limits.spend(1000.0)
    with pytest.raises(Refusal) as refusal:
        limits.spend(1000.0)
    assert (refusal.value.status, refusal.value.headers["Retry-After"]) == (429, "1")
    assert limits.spend(1002.0)["x-rate-limit-remaining"] == "1"


def test_endpoint_limits_can_be_switched_off():
    limits = Limits(rpm=60, endpoint_limits=False)
    assert [limits.spend_endpoint("x", 1, 1, 60, 0.0, {}) for _ in range(3)] == [{}, {}, {}]


def test_the_limit_follows_the_option_and_429s_are_counted(desk):
    options = Options(vendors=("zendesk",), seed=Seed.EMPTY, zendesk_rpm=2, clock=Clock(lambda: 1e9))
    with running(options) as sandbox:
        address = f"{sandbox.zendesk.base_url}/api/v2/users/me"
        headers = {"Authorization": f"Bearer {sandbox.zendesk.credentials['access_token']}"}
        codes = [desk.session.get(address, headers=headers, timeout=HANG_SECONDS).status_code for _ in range(3)]
        assert codes == [200, 200, 429]
        assert sandbox.zendesk.controls.stats()["rate_limited"] == 1
