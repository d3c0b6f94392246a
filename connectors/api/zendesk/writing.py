"""Writes to Zendesk: jobs of 100 records, as many at once as Zendesk runs, polled together.

The rows are taken and the results given in the caller's thread; a small pool only waits for answers.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from connectors.api.batches import Batch, Batcher
from connectors.api.errors import ConnectorError, Late, OutcomeUnknown, RateLimited, Transient
from connectors.api.values import Awaited, Outcome, Write, WriteResult
from connectors.api.zendesk import memberships
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.errors import TOO_MANY_JOBS
from connectors.api.zendesk.objects import MEMBERSHIP, kind_of
from connectors.api.zendesk.poll_schedule import PollSchedule
from connectors.api.zendesk.reading import show_many
from connectors.api.zendesk.results import bind
from connectors.api.zendesk.sending import (
    USERS_IN_BULK,
    Answered,
    Endpoint,
    Mode,
    NotInBulk,
    Sent,
    Split,
    Started,
    TooMany,
    endpoint,
    is_small,
    one_by_one,
    send,
)

logger = logging.getLogger(__name__)

BATCH_SIZE = 100
MOST_JOBS = 30
# After "too many jobs": how long fewer are kept in flight, and for how long none at all may start.
FEWER_SECONDS = 20.0
LONGEST_REFUSAL = 300.0
REFUSAL_PAUSE = 2.0
# Calls without any answer, one after the other, until we stop asking.
SILENCES = 3
LONGEST_JOB = 3600.0
MOST_ABSENCES = 3


@dataclass(slots=True)
class AccountHints:
    """What one write learned for the next: how long jobs last, and whether users may be created in bulk.

    ``at_once``: a few updates are made one by one instead.
    """

    looks: PollSchedule = field(default_factory=PollSchedule)
    users_in_bulk: bool | None = None
    at_once: bool = False


def write(
    client: ZendeskClient,
    hints: AccountHints,
    writes: Iterable[Write],
    keep_going: Callable[[], bool],
    waits: Callable[[Awaited], None],
) -> Iterator[WriteResult]:
    """See ``Connector.write``. Raises what stopped it after every row that was taken has its result."""
    return _JobWriter(client, hints, writes, keep_going, waits).run()


@dataclass(slots=True)
class _Job:
    id: str
    batch: Batch
    started: float
    absences: int = 0


class _JobWriter:
    """The state of one ``write``."""

    def __init__(
        self,
        client: ZendeskClient,
        hints: AccountHints,
        writes: Iterable[Write],
        keep_going: Callable[[], bool],
        waits: Callable[[Awaited], None],
    ) -> None:
        self._client = client
        self._keep_going = keep_going
        self._waits = waits
        self._asked: dict[Future[object], float] = {}
        self._batches = Batcher(writes, endpoint, _size)
        self._sending: dict[Future[object], Batch] = {}
        self._running: dict[str, _Job] = {}
        self._ready: list[WriteResult] = []
        self._hints = hints
        self._looks = hints.looks
        self._failure: ConnectorError | None = None
        self._silences = 0
        self._most = MOST_JOBS
        self._fewer_until = 0.0
        self._refused_since: float | None = None

    def run(self) -> Iterator[WriteResult]:
        with ThreadPoolExecutor(MOST_JOBS, "zendesk") as pool:
            while True:
                # First hand out new work, then the results: whoever takes them may take a while.
                self._fill(pool)
                ready, self._ready = self._ready, []
                yield from ready
                if not self._sending and not self._running:
                    if not ready:
                        break
                    continue
                self._wait()
        for batch in self._batches.leftover():
            yield from batch.all(Outcome.NOT_SENT)
        if self._failure is not None:
            raise self._failure

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        if time.monotonic() >= self._fewer_until:
            self._most = MOST_JOBS
        while self._failure is None and len(self._sending) + len(self._running) < self._most:
            if not self._keep_going() or not self._is_our_turn():
                return
            batch = self._next()
            if batch is None:
                return
            future: Future[object] = pool.submit(self._send, batch)
            self._sending[future], self._asked[future] = batch, time.monotonic()

    def _is_our_turn(self) -> bool:
        """Wait for the limits before rows are taken, so that what they are based on does not grow old in a queue."""
        try:
            self._client.session.await_turn()
        except ConnectorError as error:
            self._failure = self._failure or error
            return False
        return True

    def _send(self, batch: Batch) -> Sent:
        with self._client.session.sending_by(batch.send_by):
            return send(self._client, batch)

    def _next(self) -> Batch | None:
        """The next batch to send now. Until users may be created in bulk for sure, only one batch tries."""
        batch = self._soonest()
        if batch is None or batch.lane != USERS_IN_BULK or self._hints.users_in_bulk:
            return batch
        if self._hints.users_in_bulk is False:
            self._batches.give_back(*one_by_one(batch))
            return self._batches.next()
        if any(trying.lane == USERS_IN_BULK for trying in self._sending.values()):
            self._batches.give_back(batch)
            return None
        return batch

    def _soonest(self) -> Batch | None:
        """The next batch; a few updates one by one, where somebody waits for them."""
        batch = self._batches.next()
        if batch is None or not (self._hints.at_once and is_small(batch)):
            return batch
        first, *others = one_by_one(batch)
        self._batches.give_back(*others)
        return first

    def _wait(self) -> None:
        """Until a call was answered or a look at the jobs is due; take note of either."""
        self._waits(self._awaited())
        look_at = self._looks.next([job.started for job in self._running.values()]) if self._running else None
        timeout = None if look_at is None else max(0.0, look_at - time.monotonic())
        if self._sending:
            answered, _ = wait(self._sending, timeout, FIRST_COMPLETED)
            for future in answered:
                self._take_answer(future, self._sending.pop(future))
        elif timeout:
            time.sleep(timeout)
        if look_at is not None and time.monotonic() >= look_at:
            self._look()

    def _awaited(self) -> Awaited:
        """Jobs that run; while none does, calls that were not answered yet."""
        moments = [job.started for job in self._running.values()] or [self._asked[future] for future in self._sending]
        return Awaited("job" if self._running else "call", len(moments), time.monotonic() - min(moments))

    def _take_answer(self, future: Future[object], batch: Batch) -> None:
        del self._asked[future]
        try:
            sent = future.result()
        except OutcomeUnknown as error:
            self._ready.extend(batch.all(Outcome.UNKNOWN, error.code, error.message))
            self._count_silence(error)
        except Late:
            self._ready.extend(batch.all(Outcome.NOT_SENT))
        except RateLimited as error:
            self._batches.give_back(batch)
            if error.code == TOO_MANY_JOBS:
                self._run_fewer(error)
            else:
                self._failure = self._failure or error
        except ConnectorError as error:
            self._batches.give_back(batch)
            self._failure = self._failure or error
        else:
            self._silences = 0
            match sent:
                case Started(id=id, batch=started):
                    self._refused_since = None
                    if started.lane == USERS_IN_BULK:
                        self._hints.users_in_bulk = True
                    self._running[id] = _Job(id, started, time.monotonic())
                case Answered(results=results):
                    self._ready.extend(results)
                case Split(batches=batches):
                    self._batches.give_back(*batches)
                case TooMany(batch=refused):
                    self._hints.at_once = False
                    self._batches.give_back(refused)
                case NotInBulk(batch=refused):
                    self._hints.users_in_bulk = False
                    self._batches.give_back(*one_by_one(refused))

    def _count_silence(self, error: OutcomeUnknown) -> None:
        self._silences += 1
        if self._silences >= SILENCES and self._failure is None:
            self._failure = Transient(
                f"Zendesk did not answer {self._silences} writes in a row.",
                "The rows are looked up before anything is written again.",
                code=error.code,
            )

    def _run_fewer(self, error: RateLimited) -> None:
        """Somebody else runs jobs too: keep fewer in flight for a while."""
        now = time.monotonic()
        self._most = max(1, len(self._running))
        self._fewer_until = now + FEWER_SECONDS
        if self._refused_since is None:
            self._refused_since = now
        if not self._running and not self._sending:
            if now - self._refused_since > LONGEST_REFUSAL:
                self._failure = self._failure or error
            else:
                self._client.session.pause(REFUSAL_PAUSE)
        logger.info("Zendesk runs as many jobs as it allows; keeping %d in flight", self._most)

    def _look(self) -> None:
        """One call for all running jobs; the ended ones are settled."""
        now = time.monotonic()
        started = [job.started for job in self._running.values()]
        try:
            statuses = self._statuses()
        except ConnectorError as error:
            for job in self._running.values():
                self._ready.extend(job.batch.all(Outcome.UNKNOWN, error.code, error.message))
            self._running.clear()
            self._failure = self._failure or error
            return
        ended = [job for job in self._running.values() if self._note_results(job, statuses.get(job.id), now)]
        for job in ended:
            del self._running[job.id]
        self._looks.learn(now, started, [job.started for job in ended])

    def _statuses(self) -> dict[str, Json]:
        answer = self._client.get("job_statuses/show_many", {"ids": ",".join(self._running)}, accept=(404,))
        return {str(status["id"]): status for status in answer.get("job_statuses") or ()}

    def _note_results(self, job: _Job, status: Json | None, now: float) -> bool:
        """Whether the job has ended, or must be given up; its rows are ready then."""
        state = str(status.get("status")) if status is not None else "lost"
        match state:
            case "completed" | "failed" | "killed":
                self._ready.extend(self._results(job, status or {}, state))
                return True
            case "lost":
                # The list may lag behind a job that was just accepted; data are kept for a day.
                job.absences += 1
                given_up = job.absences >= MOST_ABSENCES
                message = "Zendesk no longer knows the job of this row."
            case _:
                given_up = now - job.started > LONGEST_JOB
                message = "Zendesk's job for this row has been running for an hour."
        if given_up:
            self._ready.extend(job.batch.all(Outcome.UNKNOWN, f"job {state}", message))
        return given_up

    def _results(self, job: _Job, status: Json, state: str) -> list[WriteResult]:
        lane = job.batch.lane
        assert isinstance(lane, Endpoint)
        rows = status.get("results")
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if not rows and state != "completed":
            message = f"Zendesk's job ended as {state}: {status.get('message') or 'no reason given'}."
            return job.batch.all(Outcome.UNKNOWN, f"job {state}", message)
        try:
            return bind(lane.op, job.batch, rows, lambda ids: self._read_back(lane.object, ids))
        except ConnectorError as error:
            self._failure = self._failure or error
            return job.batch.all(Outcome.UNKNOWN, error.code, error.message)

    def _read_back(self, object: str, ids: Sequence[str]) -> list[Json]:
        kind = kind_of(object)
        if not ids:
            return []
        if kind is MEMBERSHIP:
            return [item for item in memberships.by_id(self._client, ids) if item is not None]
        if kind.key:
            return show_many(self._client, kind, "ids", ids)
        answer = self._client.get(f"{kind.plural}/show_many", {"ids": ",".join(ids)}, accept=(404,))
        return list(answer.get(kind.plural) or ())


def _size(lane: object) -> int:
    assert isinstance(lane, Endpoint)
    return BATCH_SIZE if lane.mode is Mode.JOB else 1
