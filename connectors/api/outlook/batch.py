"""``$batch``: up to twenty calls in one, each with an answer of its own (learn.microsoft.com, "JSON batching").

Outlook runs four calls of a batch at once, which is all that a mailbox takes: one batch at a time is in flight.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from requests import Response

from connectors.api.errors import OutcomeUnknown, RateLimited, Transient
from connectors.api.outlook.client import IMMUTABLE, GraphClient, Json
from connectors.api.outlook.errors import answer_of, judge_graph
from connectors.api.policy import Reaction

SIZE = 20
# Seconds to wait where an answer does not say how long.
UNSAID = 5.0


class Request(NamedTuple):
    """One call of a batch; ``path`` is below the version."""

    method: str
    path: str
    body: Json | None = None
    headers: Mapping[str, str] = {}


def send(client: GraphClient, requests: Sequence[Request], *, repeatable: bool) -> list[Response]:
    """The answers to at most SIZE calls, in their order. Raises OutcomeUnknown for writes whose answer is lost."""
    wanted = [_inner(number, request) for number, request in enumerate(requests)]
    answer = client.post("$batch", {"requests": wanted}, repeatable=repeatable)
    responses = answer.get("responses")
    found = (
        {str(row.get("id")): row for row in responses if isinstance(row, dict)} if isinstance(responses, list) else {}
    )
    if set(found) != {row["id"] for row in wanted}:
        if repeatable:
            raise Transient("Outlook's answer to a batch is not complete.", "Try again.")
        raise OutcomeUnknown("Outlook's answer to a batch is not complete.")
    return [answer_of(found[row["id"]]) for row in wanted]


def read(client: GraphClient, requests: Sequence[Request]) -> list[Response]:
    """The answers to any number of reads; those that have to wait are asked again. Raises what stops them."""
    answers: dict[int, Response] = {}
    waiting, waits = list(range(len(requests))), Waits(client)
    while waiting:
        now, later = waiting[:SIZE], waiting[SIZE:]
        found = dict(zip(now, send(client, [requests[number] for number in now], repeatable=True), strict=True))
        held = [number for number, response in found.items() if must_wait(response)]
        answers |= {number: response for number, response in found.items() if number not in held}
        if held:
            waits.wait([found[number] for number in held])
        waiting = [*held, *later]
    return [answers[number] for number in range(len(requests))]


class Waits:
    """How long one piece of work has waited for the limits of its mailbox."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client
        self._waited = 0.0

    def wait(self, refused: Sequence[Response]) -> None:
        """Sleep as long as these answers ask. Raises RateLimited where that is longer than the longest wait."""
        verdicts = [judge_graph(response) for response in refused]
        seconds = max(verdict.retry_after or UNSAID for verdict in verdicts)
        self._waited += seconds
        if self._waited > self._client.session.retry_policy.longest_wait:
            error = verdicts[0].error
            raise RateLimited(error.message, error.hint, retry_after=seconds, code=error.code)
        self._client.session.pause(seconds)


def must_wait(response: Response) -> bool:
    """Whether nothing was done because of a limit."""
    return not response.ok and judge_graph(response).reaction is Reaction.WAIT


def _inner(number: int, request: Request) -> Json:
    headers: dict[str, Any] = {"Prefer": IMMUTABLE, **request.headers}
    row: Json = {"id": str(number), "method": request.method, "url": f"/{request.path}", "headers": headers}
    if request.body is not None:
        row["body"] = request.body
        headers["Content-Type"] = "application/json"
    return row
