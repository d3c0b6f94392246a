"""When to stop trying, and when to say so: one alert as the trouble starts, one word when it is over (S3.C1)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# So many failures in a row open the breaker.
TRIPS_AFTER = 3
# An open breaker lets one attempt through after this time.
TRIES_AGAIN_AFTER = timedelta(hours=1)


class Notice(StrEnum):
    """What people are told about a change of state."""

    NONE = "none"
    ALERT = "alert"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Breaker:
    """The health of one sync's connections: failures in a row, and since when it is open."""

    failures: int = 0
    open_since: datetime | None = None
    last_failure: datetime | None = None

    def may_try(self, now: datetime) -> bool:
        """Whether an automatic attempt is due; people may always start a run."""
        return self.open_since is None or self.last_failure is None or now - self.last_failure >= TRIES_AGAIN_AFTER


def after_failure(breaker: Breaker, now: datetime) -> tuple[Breaker, Notice]:
    """A run could not talk to a system. The alert comes once, with the failure that opens the breaker."""
    failures = breaker.failures + 1
    opens = breaker.open_since is None and failures >= TRIPS_AFTER
    state = replace(breaker, failures=failures, last_failure=now, open_since=now if opens else breaker.open_since)
    return state, Notice.ALERT if opens else Notice.NONE


def after_success(breaker: Breaker) -> tuple[Breaker, Notice]:
    """A run could talk to both systems: closed, and one recovery notice if it was open."""
    return Breaker(), Notice.RECOVERY if breaker.open_since else Notice.NONE
