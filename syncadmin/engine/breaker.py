"""The circuit breaker: when to stop automatic runs after failures, and when to alert people (S3.C1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# So many failed runs in a row open the breaker, and so does trouble that lasts for this time.
TRIPS_AFTER = 3
LASTS_TOO_LONG = timedelta(minutes=15)
# An open breaker lets one attempt through after this time.
TRIES_AGAIN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Breaker:
    """The health of a sync's connections: consecutive failed runs, and since when a system is failing and the breaker
    is open.
    """

    failures: int = 0
    failing_since: datetime | None = None
    open_since: datetime | None = None
    last_failure: datetime | None = None

    def may_try(self, now: datetime) -> bool:
        """Whether an automatic attempt is due. Runs that a person starts are always allowed."""
        return self.open_since is None or self.last_failure is None or now - self.last_failure >= TRIES_AGAIN_AFTER


def after_failure(breaker: Breaker, now: datetime) -> tuple[Breaker, bool]:
    """The breaker after a run failed because a system could not be reached. True if this failure opens it: send the
    alert.
    """
    return _opened(replace(breaker, failures=breaker.failures + 1), now)


def after_pause(breaker: Breaker, now: datetime, *, worked_before: bool) -> tuple[Breaker, bool]:
    """The breaker after a run paused because a system does not answer. True if this opens it: send the alert.

    ``worked_before``: the system answered earlier in this attempt, so the outage starts now.
    """
    return _opened(replace(breaker, failing_since=None) if worked_before else breaker, now)


def after_test(breaker: Breaker) -> Breaker:
    """The breaker after a connection test passed: the next automatic attempt is due at once."""
    return replace(breaker, last_failure=None)


def _opened(breaker: Breaker, now: datetime) -> tuple[Breaker, bool]:
    since = breaker.failing_since or now
    opens = breaker.open_since is None and (breaker.failures >= TRIPS_AFTER or now - since >= LASTS_TOO_LONG)
    opened = now if opens else breaker.open_since
    return replace(breaker, failing_since=since, last_failure=now, open_since=opened), opens
