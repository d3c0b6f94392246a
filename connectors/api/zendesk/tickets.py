"""Completes tickets after reading: names, addresses, comments, and custom fields by id.

``comments`` come by a call for each ticket ("List Comments"), and only where they are asked for. What a ticket was
merged into stands in its last comment alone, so that one is read of tickets with the tag that Zendesk gives them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.api.ahead import map_ahead
from connectors.api.values import Page, Record
from connectors.api.zendesk.answers import NOT_FOUND
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.listing import pages

PEOPLE = ("requester", "assignee")
NAME_OF_SYSTEM = "Zendesk"
COMMENTS = "comments"
MERGED_INTO, WINNER_URL, MERGED_TAG = "merged_into", "merged_into_url", "closed_by_merge"
_NUMBER = re.compile(r"#(\d+)")
# Names that no answer about tickets has, and where they are listed.
NAMED = {"brand_name": "brands", "form_name": "ticket_forms", "custom_status": "custom_statuses"}
IN_FLIGHT = 5


def with_more(client: ZendeskClient, pages_of: Iterator[Page], fields: Sequence[str]) -> Iterator[Page]:
    """The same pages, whose tickets have what no export gives along: a call for all names of a kind, or one a ticket
    for its comments.
    """
    named = {field: _names(client, path) for field, path in NAMED.items() if field in fields}
    for page in pages_of:
        records = [_with_names(record, named) for record in page.records] if named else page.records
        talks = COMMENTS in fields or MERGED_INTO in fields
        yield replace(page, records=tuple(_with_comments(client, records, fields) if talks else records))


def _names(client: ZendeskClient, path: str) -> dict[str, str]:
    """The names of all brands, forms or custom statuses, by id."""
    rows = client.get(path).get(path) or ()
    return {str(row["id"]): str(row.get("name") or row.get("agent_label") or "") for row in rows}


def _with_names(record: Record, named: Mapping[str, Mapping[str, str]]) -> Record:
    """The ticket with these names, from the ids that were kept under them while it was read."""
    if record.deleted:
        return record
    names = {field: by_id.get(str(record.values.get(field) or "")) for field, by_id in named.items()}
    return replace(record, values={**record.values, **names})


def _with_comments(client: ZendeskClient, records: Sequence[Record], fields: Sequence[str]) -> Iterator[Record]:
    """The same tickets, each that is there with its comments, oldest first: id, body, files, and whether it is public;
    and with the ticket that it was merged into. A call a ticket, where only the latter is asked for a merged one.
    """

    def with_comments(record: Record) -> Record:
        merged = MERGED_TAG in (record.values.get("tags") or ())
        if record.deleted or not (COMMENTS in fields or merged):
            return record if record.deleted else _with_winner(client, record, fields, None)
        rows = [
            row
            for found, _ in pages(client, f"tickets/{record.ref.id}/comments", COMMENTS, (NOT_FOUND,))
            for row in found
        ]
        if COMMENTS in fields:
            record = record.with_value(COMMENTS, [_comment(row) for row in rows])
        return _with_winner(client, record, fields, winner_of(rows) if merged else None)

    yield from map_ahead(with_comments, records, IN_FLIGHT)


def _with_winner(client: ZendeskClient, record: Record, fields: Sequence[str], id: str | None) -> Record:
    url = f"{client.base_url}/agent/tickets/{id}" if id else None
    known = {name: value for name, value in ((MERGED_INTO, id), (WINNER_URL, url)) if name in fields}
    return replace(record, values={**record.values, **known})


def winner_of(rows: Sequence[Json]) -> str | None:
    """The ticket that these comments of a merged one name: by where the last one came from, else in its words, which
    Zendesk writes as "merged into request #35" unless an agent writes others.
    """
    for row in reversed(rows):
        via = row.get("via") or {}
        source = (via.get("source") or {}) if isinstance(via, dict) else {}
        if source.get("rel") == "merge":
            ends = [source.get("to") or {}, source.get("from") or {}]
            named = next((end["ticket_id"] for end in ends if end.get("ticket_id")), None)
            if named:
                return str(named)
        if found := _NUMBER.search(str(row.get("body") or "")):
            return found.group(1)
    return None


def _comment(row: Json) -> Json:
    body = row.get("body") or row.get("plain_body") or ""
    files = [
        {"name": str(file.get("file_name") or "File"), "url": str(file["content_url"])}
        for file in row.get("attachments") or ()
        if file.get("content_url")
    ]
    return {"id": str(row["id"]), "body": str(body), "public": row.get("public") is not False, "files": files}


def completed(base_url: str, answer: Json, rows: Sequence[Json]) -> list[Json]:
    """The tickets of an answer, filled from its side-loads. What did not come along is left out: it was not read."""
    sides = {name: _by_id(answer, name) for name in ("users", "organizations", "groups")}
    metrics = answer.get("metric_sets")
    solved = {row.get("ticket_id"): row.get("solved_at") for row in metrics} if isinstance(metrics, list) else None
    return [_completed(base_url, row, sides, solved) for row in rows]


def _by_id(answer: Json, name: str) -> dict[Any, Json] | None:
    found = answer.get(name)
    return {row["id"]: row for row in found} if isinstance(found, list) else None


def _completed(
    base_url: str, row: Json, sides: Mapping[str, Mapping[Any, Json] | None], solved: Mapping[Any, Any] | None
) -> Json:
    via, rating = row.get("via"), row.get("satisfaction_rating")
    found: Json = {
        **row,
        "url": f"{base_url}/agent/tickets/{row['id']}",
        "system": NAME_OF_SYSTEM,
        "channel": via.get("channel") if isinstance(via, dict) else None,
        "satisfaction": rating.get("score") if isinstance(rating, dict) else None,
        # the ids, until with_more puts the names in their place
        "brand_name": row.get("brand_id"),
        "form_name": row.get("ticket_form_id"),
        "custom_status": row.get("custom_status_id"),
        "ticket_fields": {str(field["id"]): field.get("value") for field in row.get("custom_fields") or ()},
    }
    for role in PEOPLE:
        _fill(found, row, role, sides["users"], ("name", "email"))
    _fill(found, row, "organization", sides["organizations"], ("name",))
    _fill(found, row, "group", sides["groups"], ("name",))
    if solved is not None:
        found["solved_at"] = solved.get(row["id"])
    return found


def _fill(found: Json, row: Json, role: str, side: Mapping[Any, Json] | None, names: Sequence[str]) -> None:
    """``requester_email`` and the like, of whom the row names; empty where it names nobody."""
    id = row.get(f"{role}_id")
    if id is None:
        found.update({f"{role}_{name}": None for name in names})
    elif side and id in side:
        found.update({f"{role}_{name}": side[id].get(name) for name in names})
