"""Writes contacts in batches of twenty, one batch at a time. Each contact has a result of its own.

A field that shares its property with others (an email, a phone, a part of an address) is written over what the
contact holds at that moment, and only if it still is as it was read.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from requests import Response

from connectors.api.batches import Batch, Batcher
from connectors.api.errors import ConnectorError, Late, OutcomeUnknown, Transient
from connectors.api.outlook import batch as batching
from connectors.api.outlook import folders
from connectors.api.outlook.batch import Request, Waits, must_wait
from connectors.api.outlook.client import GraphClient, Json, decode
from connectors.api.outlook.errors import OF_THE_MAILBOX, STALE, judge_graph, read_refusal
from connectors.api.outlook.fields import IN_FOLDER, LINK, body, needs_current
from connectors.api.outlook.objects import ContactsOf, contacts_of
from connectors.api.policy import Reaction
from connectors.api.values import Awaited, Op, Outcome, Write, WriteResult

SILENCES = 3
STALE_TRIES = 3


@dataclass(frozen=True, slots=True)
class Listener:
    """Whoever writes: whether new batches may be sent, and who is told what is waited for."""

    keep_going: Callable[[], bool]
    waits: Callable[[Awaited], None]


@dataclass(slots=True)
class Done:
    """Results of one batch, and the rows that were not written and go again."""

    results: list[WriteResult] = field(default_factory=list)
    again: list[Write] = field(default_factory=list)


def write(client: GraphClient, writes: Iterable[Write], caller: Listener) -> Iterator[WriteResult]:
    """See ``Connector.write``. Raises what stopped it after every row that was taken has its result."""
    batches = Batcher(writes, lambda write: write.object, lambda lane: batching.SIZE)
    writer, silences = _Writer(client), 0
    failure: ConnectorError | None = None
    while failure is None and caller.keep_going() and (rows := batches.next()) is not None:
        caller.waits(Awaited("call", 1, 0.0))
        try:
            with client.session.sending_by(rows.send_by):
                sent = writer.send(rows)
        except OutcomeUnknown as error:
            yield from rows.all(Outcome.UNKNOWN, error.code, error.message)
            silences += 1
            if silences >= SILENCES:
                failure = _silent(silences, error.code)
        except Late:
            yield from rows.all(Outcome.NOT_SENT)
        except ConnectorError as error:
            batches.give_back(rows)
            failure = error
        else:
            silences = 0
            yield from sent.results
            if sent.again:
                batches.give_back(Batch(rows.lane, tuple(sent.again)))
    for rows in batches.leftover():
        yield from rows.all(Outcome.NOT_SENT)
    if failure is not None:
        raise failure


def _silent(times: int, code: str) -> Transient:
    return Transient(
        f"Outlook did not answer {times} writes in a row.",
        "The rows are looked up before anything is written again.",
        code=code,
    )


class _Writer:
    """The state of one ``write``: the shared folders that it knows, how long it has waited, rows that were changed."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._folders: dict[str, str] = {}
        self._waits = Waits(client)
        self._stale: dict[int, int] = {}

    def send(self, rows: Batch) -> Done:
        """Send one batch once. Raises OutcomeUnknown when it left and no answer came, other errors if not done."""
        owner = contacts_of(str(rows.lane))
        self._client.within_limits_of(owner)
        rows = rows.of(rows.lane, tuple(_shared(write) for write in rows.writes))
        folder = self._folder(owner) if any(_needs_folder(write) for write in rows.writes) else ""
        current = self._current(owner, rows.writes)
        wanted = [_request(owner, write, current.get(write.id or "", {}), folder) for write in rows.writes]
        answers = batching.send(self._client, wanted, repeatable=False)
        _raise_for_mailbox(answers)
        sent, held = Done(), list[Response]()
        for write, answer in zip(rows.writes, answers, strict=True):
            if must_wait(answer):
                held.append(answer)
                sent.again.append(write)
            elif self._changed_meanwhile(write, answer):
                sent.again.append(write)
            else:
                sent.results.append(_result(write, answer))
        if held:
            self._waits.wait(held)
        return sent

    def _folder(self, owner: ContactsOf) -> str:
        """The shared folder, made where it is missing (S2.6)."""
        if owner.address not in self._folders:
            self._folders[owner.address] = folders.own(self._client, owner)
        return self._folders[owner.address]

    def _current(self, owner: ContactsOf, writes: Sequence[Write]) -> dict[str, Json]:
        """The contacts as they are, of which a part is to be written; one that is gone is left to the write."""
        ids = [str(write.id) for write in writes if write.op is Op.UPDATE and _looks_first(write)]
        answers = batching.read(self._client, [Request("GET", f"{owner.path}/contacts/{id}") for id in ids])
        lost = Transient("Outlook's answer cannot be read.", "Try again.")
        return {id: decode(answer, lost) for id, answer in zip(ids, answers, strict=True) if answer.ok}

    def _changed_meanwhile(self, write: Write, answer: Response) -> bool:
        """Whether a row is to be tried again, because somebody changed the contact since it was looked at."""
        if answer.ok or read_refusal(answer).code != STALE:
            return False
        self._stale[write.tag] = self._stale.get(write.tag, 0) + 1
        return self._stale[write.tag] < STALE_TRIES


def _shared(write: Write) -> Write:
    """A contact that gets its link is moved into the shared folder, wherever it is (S2.11)."""
    linked = write.op is Op.UPDATE and bool(write.values.get(LINK)) and IN_FOLDER not in write.values
    return replace(write, values={**write.values, IN_FOLDER: True}) if linked else write


def _needs_folder(write: Write) -> bool:
    return write.op is Op.CREATE or bool(write.values.get(IN_FOLDER))


def _looks_first(write: Write) -> bool:
    return needs_current(write.values) or IN_FOLDER in write.values


def _request(owner: ContactsOf, write: Write, current: Json, folder: str) -> Request:
    if write.op is Op.CREATE:
        return Request("POST", f"{owner.path}/contactFolders/{folder}/contacts", body(write.values, {}, folder))
    path = f"{owner.path}/contacts/{write.id}"
    if write.op is Op.DELETE:
        return Request("DELETE", path)
    unchanged = {"If-Match": str(current["@odata.etag"])} if "@odata.etag" in current else {}
    return Request("PATCH", path, body(write.values, current, folder), unchanged)


def _raise_for_mailbox(answers: Sequence[Response]) -> None:
    """Raises ConfigError where every row was refused because of the mailbox, or of what we may do there."""
    if all(not answer.ok and read_refusal(answer).code in OF_THE_MAILBOX for answer in answers):
        raise judge_graph(answers[0]).error


def _result(write: Write, answer: Response) -> WriteResult:
    if answer.ok:
        made = decode(answer, OutcomeUnknown("Outlook's answer to a write cannot be read.")) if answer.content else {}
        return WriteResult(write.tag, Outcome.DONE, str(made.get("id") or write.id or "") or None)
    refusal, verdict = read_refusal(answer), judge_graph(answer)
    if verdict.reaction is Reaction.RETRY:
        return WriteResult(write.tag, Outcome.UNKNOWN, write.id, refusal.code, verdict.error.message)
    return WriteResult(write.tag, Outcome.REJECTED, write.id, refusal.code, refusal.detail)
