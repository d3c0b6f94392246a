"""Incremental exports: users and tickets by cursor, all three by time. Ten calls a minute together.

Nothing is left out: deleted users and organizations come too. A page by time never splits a second, so it may hold
more than `per_page`; a page by cursor holds just that.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Answer, Refusal, bad_request
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.endpoints import custom_object_routes, ticket_routes
from connectors.sandbox.zendesk.endpoints.user_routes import sides
from connectors.sandbox.zendesk.paging import link, positive
from connectors.sandbox.zendesk.schema import organizations, users
from connectors.sandbox.zendesk.schema.ticket_rows import Ticket
from connectors.sandbox.zendesk.table import ChangeLog

MOST = 1_000
Entry = tuple[int, int, int]
Show = Callable[[int], dict[str, Any]]


def users_by_cursor(call: Call) -> Answer:
    answer = _by_cursor(call, "users", call.store.user_changes, _user(call))
    rows = [call.store.users.rows[user["id"]] for user in answer.content["users"]]
    answer.content.update(sides(call, rows))
    return answer


def users_by_time(call: Call) -> Answer:
    return _by_time(call, "users", call.store.user_changes, _user(call))


def organizations_by_time(call: Call) -> Answer:
    store = call.store

    def show(record: int) -> dict[str, Any]:
        row = store.organizations.get(record) or store.deleted_organizations.rows[record]
        return organizations.wire(store, row, call.base)

    return _by_time(call, "organizations", store.organization_changes, show)


def tickets_by_cursor(call: Call) -> Answer:
    """Deleted tickets too, unless `exclude_deleted` is asked."""
    answer = _by_cursor(call, "tickets", call.store.ticket_changes, _ticket(call))
    _with_sides(call, answer)
    return answer


def tickets_by_time(call: Call) -> Answer:
    answer = _by_time(call, "tickets", call.store.ticket_changes, _ticket(call))
    _with_sides(call, answer)
    return answer


def custom_objects_by_cursor(call: Call) -> Answer:
    """Deleted records included; the end is told by `meta.has_more`."""
    owner = custom_object_routes.of(call)

    def show(record: int) -> dict[str, Any]:
        return owner.wire_record(owner.records.get(record) or owner.deleted.rows[record], call.base)

    answer = _by_cursor(call, "custom_object_records", owner.changes, show)
    answer.content["meta"] = {"has_more": not answer.content.pop("end_of_stream")}
    answer.content["filter"] = {"exclude_deleted": False}
    return answer


def _user(call: Call) -> Show:
    return lambda record: users.wire(call.store, call.store.users.rows[record], call.base)


def _ticket(call: Call) -> Show:
    return lambda record: ticket_routes.shown(call, _ticket_row(call, record))


def _ticket_row(call: Call, record: int) -> Ticket:
    return call.store.tickets.get(record) or call.store.deleted_tickets.rows[record]


def _with_sides(call: Call, answer: Answer) -> None:
    bodies = answer.content["tickets"]
    if call.query.get("exclude_deleted") == "true":
        bodies = answer.content["tickets"] = [body for body in bodies if body["status"] != "deleted"]
    answer.content.update(ticket_routes.sides(call, [_ticket_row(call, body["id"]) for body in bodies]))


def _by_cursor(call: Call, name: str, log: ChangeLog, show: Show) -> Answer:
    _limit(call)
    size = min(positive(call.query.get("per_page"), "per_page", MOST), MOST)
    cursor = call.query.get("cursor")
    if cursor:
        second, number = _decode(cursor)
        found = log.after(number)
    else:
        second = _start(call)
        number, found = log.number, log.since(second)
    entries = list(islice(found, size))
    end = next(found, None) is None
    if entries:
        number, second, _ = entries[-1]
    after = base64.urlsafe_b64encode(f"{second}.0||{number}|".encode()).decode()
    body = {
        name: [show(record) for _, _, record in entries],
        "after_url": link(call.address, {**_kept(call), "cursor": after}),
        "after_cursor": after,
        "before_url": None,
        "before_cursor": None,
        "end_of_stream": end,
    }
    return Answer(body)


def _by_time(call: Call, name: str, log: ChangeLog, show: Show) -> Answer:
    """The next page starts behind this page's last second; a page of MOST rows, and the last, repeat that second."""
    _limit(call)
    size = min(positive(call.query.get("per_page"), "per_page", MOST), MOST)
    start = _start(call)
    entries, end = _chunk(log.since(start), size, start)
    end_time = entries[-1][1] if entries else start
    if entries and not end and len(entries) < MOST:
        end_time += 1
    body = {
        name: [show(record) for _, _, record in entries],
        "next_page": link(call.address, {**_kept(call), "start_time": end_time}),
        "count": len(entries),
        "end_of_stream": end,
        "end_time": end_time,
    }
    return Answer(body)


def _chunk(entries: Iterable[Entry], size: int, start: int) -> tuple[list[Entry], bool]:
    """`size` entries and the rest of the last one's second; whether that was all.

    A page of MOST entries holds more than the second `start` alone, or the next page would be the same again.
    """
    taken: list[Entry] = []
    for entry in entries:
        stuck = len(taken) >= MOST and taken[-1][1] == start
        if len(taken) >= size and entry[1] != taken[-1][1] and not stuck:
            return taken, False
        taken.append(entry)
    return taken, True


def _start(call: Call) -> int:
    start = whole(call.query.get("start_time"))
    if start is None:
        raise bad_request("Invalid start_time: give seconds since 1970", "InvalidValue")
    lag = call.store.options.incremental_lag_seconds
    if start > call.store.now() - lag:
        description = f"Too recent start_time. Use a start_time older than {lag} seconds"
        raise Refusal(422, {"error": "StartTimeTooRecent", "description": description})
    return start


def _decode(cursor: str) -> tuple[int, int]:
    try:
        second, _, rest = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".0||")
        return int(second), int(rest.removesuffix("|"))
    except (binascii.Error, ValueError) as error:
        raise bad_request("Invalid cursor", "InvalidValue") from error


def _kept(call: Call) -> dict[str, str]:
    return {key: value for key, value in call.query.items() if key in ("per_page", "include", "exclude_deleted")}


def _limit(call: Call) -> None:
    body = {"error": "APIRateLimitExceeded", "description": "Number of allowed incremental export requests exceeded"}
    call.limit("incremental-exports", None, 10, 60, body)
