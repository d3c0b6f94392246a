"""When to stop trying, and when to say so: one alert as the trouble starts, one word when it is over (S3.C1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# So many failed runs in a row open the breaker, and so does trouble that lasts for this time.
TRIPS_AFTER = 3
LASTS_TOO_LONG = timedelta(minutes=15)
# An open breaker lets one attempt through after this time.
TRIES_AGAIN_AFTER = timedelta(hours=1)


class Notice(StrEnum):
    """What people are told about a change of state."""

    NONE = "none"
    ALERT = "alert"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Breaker:
    """The health of one sync's connections: since when a system cannot be talked to, failed runs in a row since then,
    and since when the breaker is open.
    """

    failures: int = 0
    failing_since: datetime | None = None
    open_since: datetime | None = None
    last_failure: datetime | None = None

    def may_try(self, now: datetime) -> bool:
        """Whether an automatic attempt is due; people may always start a run."""
        return self.open_since is None or self.last_failure is None or now - self.last_failure >= TRIES_AGAIN_AFTER


def after_failure(breaker: Breaker, now: datetime) -> tuple[Breaker, Notice]:
    """A run ended because a system could not be talked to. The alert comes once, with the trouble that opens it."""
    return _opened(replace(breaker, failures=breaker.failures + 1), now)


def after_pause(breaker: Breaker, now: datetime, *, worked_before: bool) -> tuple[Breaker, Notice]:
    """A run waits since a system does not answer; ``worked_before``: it did in this attempt, so the trouble is new."""
    return _opened(replace(breaker, failing_since=None) if worked_before else breaker, now)


def after_success(breaker: Breaker) -> tuple[Breaker, Notice]:
    """A run could talk to both systems: closed, and one recovery notice if it was open."""
    return Breaker(), Notice.RECOVERY if breaker.open_since else Notice.NONE


def after_test(breaker: Breaker) -> Breaker:
    """Somebody has tested the connection and it works: the next automatic attempt is due at once."""
    return replace(breaker, last_failure=None)


def _opened(breaker: Breaker, now: datetime) -> tuple[Breaker, Notice]:
    since = breaker.failing_since or now
    opens = breaker.open_since is None and (breaker.failures >= TRIPS_AFTER or now - since >= LASTS_TOO_LONG)
    opened = now if opens else breaker.open_since
    state = replace(breaker, failing_since=since, last_failure=now, open_since=opened)
    return state, Notice.ALERT if opens else Notice.NONE
