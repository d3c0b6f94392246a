"""Writes to Salesforce: collections of 200 records, several in parallel; bulk loads for many records.

Rows are independent (``allOrNone`` is false): what one row is refused for does not touch the others.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from itertools import chain, islice

from requests import Response

from connectors.api.batches import Batch, Batcher
from connectors.api.errors import ConnectorError, Late, OutcomeUnknown, Transient
from connectors.api.salesforce.bulk_ingest import done, load
from connectors.api.salesforce.client import IN_FLIGHT, Json, SalesforceClient
from connectors.api.salesforce.errors import LOCKED, read_refusal, refusal_of
from connectors.api.salesforce.soql import name
from connectors.api.values import Awaited, Op, Outcome, Write, WriteResult

BATCH_SIZE = 200
# More rows than this in one write go by Bulk API: a load of them takes ten calls instead of hundreds.
BULK_FROM = 10_000
TAKING_SECONDS = 1.0
LOAD_SIZE = 25_000
LOAD_PAYS = 2_000
LOCK_TRIES = 4
LOCK_PAUSE = 0.4
SILENCES = 3
REFUSED = (400,)
MAKES = (Op.CREATE, Op.UPSERT)
# Records that we write keep the owner we give them; no assignment rule runs.
HEADERS = {"Sforce-Auto-Assign": "FALSE"}


@dataclass(frozen=True, slots=True)
class CollectionEndpoint:
    """The lane of a batch. ``attempt`` counts how often its rows were locked by somebody else."""

    object: str
    op: Op
    key: str = ""
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """Results, and rows that were not written and should go again."""

    results: tuple[WriteResult, ...]
    again: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever writes: whether new batches may be sent, and who is told what is waited for."""

    keep_going: Callable[[], bool]
    waits: Callable[[Awaited], None]


def write(client: SalesforceClient, writes: Iterable[Write], caller: Caller) -> Iterator[WriteResult]:
    """See ``Connector.write``. Raises what stopped it after every row that was taken has its result."""
    coming = iter(writes)
    while True:
        began = time.monotonic()
        first = list(_some(coming, began))
        if len(first) > BULK_FROM:
            rows = chain(first, coming)
            yield from _by_bulk(client, Batcher(rows, _endpoint, lambda lane: LOAD_SIZE), caller)
            return
        yield from _by_collections(client, first, caller, began)
        if not first or not caller.keep_going():
            return


def _some(coming: Iterator[Write], began: float) -> Iterator[Write]:
    """Rows for one write: enough to tell whether a bulk load pays, and of those that change records no more than can be
    taken at once, since what they are based on must not grow old.
    """
    for row in islice(coming, BULK_FROM + 1):
        yield row
        if row.op not in MAKES and time.monotonic() - began > TAKING_SECONDS:
            return


def _by_collections(
    client: SalesforceClient, rows: Sequence[Write], caller: Caller, taken: float
) -> Iterator[WriteResult]:
    """Rows that were all taken from the caller already, so that each needs a result. What creates is of no age: taking
    all of it may last, and nothing that it is based on is overwritten.
    """
    waiting = iter(rows)
    creating = bool(rows) and rows[0].op in MAKES
    failure: ConnectorError | None = None
    try:
        yield from _CollectionWriter(client, waiting, caller, None if creating else taken).run()
    except ConnectorError as error:
        failure = error
    for row in waiting:
        yield WriteResult(row.tag, Outcome.NOT_SENT, row.id)
    if failure is not None:
        raise failure


def _by_bulk(client: SalesforceClient, batches: Batcher, caller: Caller) -> Iterator[WriteResult]:
    """One load after the other; what is left over for an operation goes by collections."""
    failure: ConnectorError | None = None
    while failure is None and caller.keep_going() and (batch := batches.next()) is not None:
        lane = batch.lane
        assert isinstance(lane, CollectionEndpoint)
        try:
            if len(batch.writes) < LOAD_PAYS:
                yield from _by_collections(client, batch.writes, caller, batch.taken)
                continue
            caller.waits(Awaited("job", 1, 0.0))
            yield from load(client, lane, batch)
        except ConnectorError as error:
            failure = error
            if len(batch.writes) >= LOAD_PAYS:
                batches.give_back(batch)
    for batch in batches.leftover():
        yield from batch.all(Outcome.NOT_SENT)
    if failure is not None:
        raise failure


def send(client: SalesforceClient, batch: Batch) -> Sent:
    """Send one collection. Raises OutcomeUnknown when it left and no answer came, other errors if not done."""
    lane = batch.lane
    assert isinstance(lane, CollectionEndpoint)
    if lane.attempt:
        client.session.pause(LOCK_PAUSE * 2**lane.attempt)
    client.keep_reserve()
    method, path, body = _call(lane, batch.writes)
    response = client.send(method, path, body, HEADERS, accept=REFUSED)
    if not response.ok:
        return _refused(batch, response)
    rows = client.written(response)
    if not isinstance(rows, list) or len(rows) != len(batch.writes):
        raise OutcomeUnknown("Salesforce's answer does not fit the rows that were sent.")
    results = [_result(write, row) for write, row in zip(batch.writes, rows, strict=True)]
    if lane.attempt + 1 >= LOCK_TRIES:
        return Sent(tuple(results))
    locked = {r.tag for r in results if r.outcome is Outcome.REJECTED and r.code == LOCKED}
    again = tuple(write for write in batch.writes if write.tag in locked)
    retry = (batch.of(replace(lane, attempt=lane.attempt + 1), again),) if again else ()
    return Sent(tuple(result for result in results if result.tag not in locked), retry)


def _refused(batch: Batch, response: Response) -> Sent:
    """The whole call was refused, perhaps for one row: halve it until that row stands alone (S3.C7)."""
    if len(batch.writes) > 1:
        return Sent((), batch.halves())
    refusal = read_refusal(response)
    return Sent(tuple(batch.all(Outcome.REJECTED, refusal.code, refusal.detail, refusal.field)))


def _call(lane: CollectionEndpoint, writes: tuple[Write, ...]) -> tuple[str, str, Json | None]:
    match lane.op:
        case Op.CREATE:
            records = [{"attributes": {"type": lane.object}, **write.values} for write in writes]
            return "POST", "composite/sobjects", {"allOrNone": False, "records": records}
        case Op.UPSERT:
            records = [{"attributes": {"type": lane.object}, **write.values} for write in writes]
            path = f"composite/sobjects/{lane.object}/{lane.key}"
            return "PATCH", path, {"allOrNone": False, "records": records}
        case Op.UPDATE:
            records = [{"attributes": {"type": lane.object}, "id": write.id, **write.values} for write in writes]
            return "PATCH", "composite/sobjects", {"allOrNone": False, "records": records}
        case Op.DELETE:
            ids = ",".join(str(write.id) for write in writes)
            return "DELETE", f"composite/sobjects?ids={ids}&allOrNone=false", None


def _result(write: Write, row: Json) -> WriteResult:
    if row.get("success"):
        return done(write, row.get("id"), created=row.get("created") is not False)
    errors = row.get("errors") or [{}]
    refusal = refusal_of(errors[0])
    return WriteResult(write.tag, Outcome.REJECTED, write.id, refusal.code, refusal.detail, refusal.field)


class _CollectionWriter:
    """The state of one ``write``."""

    def __init__(self, client: SalesforceClient, writes: Iterable[Write], caller: Caller, taken: float | None) -> None:
        self._client = client
        self._caller = caller
        self._batches = Batcher(writes, _endpoint, lambda lane: BATCH_SIZE, taken)
        self._sending: dict[Future[Sent], Batch] = {}
        self._asked: dict[Future[Sent], float] = {}
        self._ready: list[WriteResult] = []
        self._failure: ConnectorError | None = None
        self._silences = 0

    def run(self) -> Iterator[WriteResult]:
        self._client.sf  # noqa: B018 - sign in here, not in a thread of the pool
        with ThreadPoolExecutor(IN_FLIGHT, "salesforce") as pool:
            while True:
                self._fill(pool)
                ready, self._ready = self._ready, []
                yield from ready
                if not self._sending:
                    if not ready:
                        break
                    continue
                self._caller.waits(self._awaited())
                answered, _ = wait(self._sending, return_when=FIRST_COMPLETED)
                for future in answered:
                    self._take_answer(future, self._sending.pop(future))
        for batch in self._batches.leftover():
            yield from batch.all(Outcome.NOT_SENT)
        if self._failure is not None:
            raise self._failure

    def _fill(self, pool: ThreadPoolExecutor) -> None:
        while self._failure is None and len(self._sending) < IN_FLIGHT and self._caller.keep_going():
            batch = self._batches.next()
            if batch is None:
                return
            future = pool.submit(self._send, batch)
            self._sending[future], self._asked[future] = batch, time.monotonic()

    def _send(self, batch: Batch) -> Sent:
        with self._client.session.sending_by(batch.send_by):
            return send(self._client, batch)

    def _awaited(self) -> Awaited:
        """Calls that were not answered yet."""
        return Awaited("call", len(self._sending), time.monotonic() - min(self._asked[one] for one in self._sending))

    def _take_answer(self, future: Future[Sent], batch: Batch) -> None:
        del self._asked[future]
        try:
            sent = future.result()
        except OutcomeUnknown as error:
            self._ready.extend(batch.all(Outcome.UNKNOWN, error.code, error.message))
            self._silences += 1
            if self._silences >= SILENCES and self._failure is None:
                self._failure = Transient(
                    f"Salesforce did not answer {self._silences} writes in a row.",
                    "The rows are looked up before anything is written again.",
                    code=error.code,
                )
        except Late:
            self._ready.extend(batch.all(Outcome.NOT_SENT))
        except ConnectorError as error:
            self._batches.give_back(batch)
            self._failure = self._failure or error
        else:
            self._silences = 0
            self._ready.extend(sent.results)
            self._batches.give_back(*sent.again)


def _endpoint(write: Write) -> CollectionEndpoint:
    return CollectionEndpoint(name(write.object), write.op, name(write.key) if write.key else "")
