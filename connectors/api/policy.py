"""Classifies failed calls: each vendor has a table of rules, and the first rule that matches applies."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

from requests import Response

from connectors.api.errors import ConnectorError, RateLimited


class Reaction(StrEnum):
    """What the session does before the error reaches the caller."""

    FINAL = "final"
    """Nothing: the same call will fail again."""
    RENEW = "renew"
    """Get a new access token once and repeat."""
    WAIT = "wait"
    """Nothing was done. Wait as long as told, then repeat, writes included."""
    REPEAT = "repeat"
    """Nothing was done because of a collision. Repeat soon, writes included."""
    RETRY = "retry"
    """Something broke on the way. Repeat reads; a write may have taken effect."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a vendor's table. No ``statuses`` fit all, so does an empty ``code``.

    ``named_wait``: only where a Retry-After header came along. ``message`` may hold ``{detail}`` (the vendor's own
    sentence) and ``{status}``. ``wait`` is the least wait in seconds.
    """

    statuses: Collection[int]
    code: str
    error: type[ConnectorError]
    message: str
    hint: str = ""
    reaction: Reaction = Reaction.FINAL
    wait: float = 0.0
    named_wait: bool = False

    def fits(self, status: int, code: str, named_wait: bool) -> bool:
        status_fits = not self.statuses or status in self.statuses
        return status_fits and self.code in ("", code) and (named_wait or not self.named_wait)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The row that fitted, filled in. ``retry_after`` is in seconds, None where nobody said."""

    error: ConnectorError
    reaction: Reaction
    retry_after: float | None = None


def judge(rules: Sequence[Rule], response: Response, code: str, detail: str) -> Judgement:
    """The verdict on a refused ``response``. The table's last row must fit everything."""
    named_wait = retry_after_seconds(response)
    rule = next(rule for rule in rules if rule.fits(response.status_code, code, named_wait is not None))
    message = rule.message.format(detail=detail.rstrip(". ") or "it gave no reason", status=response.status_code)
    wait = max(named_wait or 0.0, rule.wait) or named_wait
    if issubclass(rule.error, RateLimited):
        error: ConnectorError = rule.error(message, rule.hint, code=code, retry_after=wait or 60.0)
    else:
        error = rule.error(message, rule.hint, code=code or f"HTTP {response.status_code}")
    return Judgement(error, rule.reaction, wait)


def retry_after_seconds(response: Response) -> float | None:
    """Seconds of the Retry-After header, which is a number or a date; None where there is none."""
    text = response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
