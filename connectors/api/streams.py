"""Protocol for systems that report changes over an open connection.

What changed is read as ever: a stream names records and nothing of what is in them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StreamBatch:
    """What came at once. ``position``: where to go on once it was seen to; without events it only is a sign of life.

    ``records`` were changed by others than us; ``unnamed``: so were some that the system does not name. ``ours`` counts
    the events of our own writes. ``at``: when the last of the changes was made.
    """

    position: bytes
    records: frozenset[str] = frozenset()
    unnamed: bool = False
    events: int = 0
    ours: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StreamOffer:
    """Whether a system tells of the changes of an object; ``reason`` and ``remedy`` where it does not."""

    available: bool
    reason: str = ""
    remedy: str = ""


class Subscription(Protocol):
    """The changes of one object. ``batches`` belongs to one thread, ``cancel`` may be called from any."""

    def batches(self) -> Iterator[StreamBatch]:
        """Block for what comes, until the system ends it. The next batch is asked for when this one was taken.

        Raises WatermarkExpired for a position that is known no longer, AuthError where the sign-in has run out,
        RateLimited and Transient for what passes, ConfigError for what does not. Ends without an error once cancelled.
        """

    def cancel(self) -> None: ...


class ChangeStream(Protocol):
    """A system that sends changes. All but the subscriptions belongs to the thread that opened it."""

    def offers(self, objects: Collection[str]) -> Mapping[str, StreamOffer]:
        """For each object whether its changes can be subscribed to. Raises ConnectorError where nobody answers."""

    def subscribe(self, object: str, position: bytes) -> Subscription:
        """The changes after a position; without one, those from now on. Raises ConnectorError."""

    def renew(self) -> None:
        """Sign in anew: the present token was refused. Raises AuthError where none is given."""

    def close(self) -> None: ...
