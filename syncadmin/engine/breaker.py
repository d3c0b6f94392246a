"""When to stop trying, and when to alert people: once, as the trouble starts (S3.C1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

# So many failed runs in a row open the breaker, and so does trouble that lasts for this time.
TRIPS_AFTER = 3
LASTS_TOO_LONG = timedelta(minutes=15)
# An open breaker lets one attempt through after this time.
TRIES_AGAIN_AFTER = timedelta(hours=1)


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


def after_failure(breaker: Breaker, now: datetime) -> tuple[Breaker, bool]:
    """A run ended because a system could not be talked to. True with the trouble that opens it: people are alerted."""
    return _opened(replace(breaker, failures=breaker.failures + 1), now)


def after_pause(breaker: Breaker, now: datetime, *, worked_before: bool) -> tuple[Breaker, bool]:
    """A run waits since a system does not answer; ``worked_before``: it did in this attempt, so the trouble is new.

    True with the trouble that opens it.
    """
    return _opened(replace(breaker, failing_since=None) if worked_before else breaker, now)


def after_test(breaker: Breaker) -> Breaker:
    """Somebody has tested the connection and it works: the next automatic attempt is due at once."""
    return replace(breaker, last_failure=None)


def _opened(breaker: Breaker, now: datetime) -> tuple[Breaker, bool]:
    since = breaker.failing_since or now
    opens = breaker.open_since is None and (breaker.failures >= TRIPS_AFTER or now - since >= LASTS_TOO_LONG)
    opened = now if opens else breaker.open_since
    return replace(breaker, failing_since=since, last_failure=now, open_since=opened), opens
