"""Finds records by any part of a name, an email or an id, without reading the rows themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from connectors.api.registry import connector_spec
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.rules.texts import fold
from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.storage.steps import steps_about

# So many records of a name are looked at; more of the name finds the others.
MOST_FOUND = 200
# More words than a name has are looked for as they were typed.
MOST_WORDS = 10
_LAST_LETTER = chr(0x10FFFF)


def begins(field: str, text: str) -> Q:
    """Rows whose ``field`` begins with ``text``, in a form that each database answers from an index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST_LETTER})


def whole_id(sync: Sync, text: str) -> str:
    """The text in the canonical form of the left system's ids, if it is one."""
    kind = kind_of(sync.kind)
    return connector_spec(kind.left.system).whole_id(text.strip()) if kind.known else text.strip()


def named(sync: Sync, text: str, *, most: int = MOST_FOUND) -> list[MirrorRecord]:
    """Mirrored records of both sides of a sync, see ``found``."""
    return found([sync], text, most=most)


def found(syncs: Sequence[Sync], text: str, *, most: int = MOST_FOUND) -> list[MirrorRecord]:
    """Mirrored records with this id, then those whose name or email begins with the text, then those that contain it.

    Also finds parts of an id, and several words in any order. Ignores accents, and punctuation in names of people. A
    fixed number of queries; all but the last use an index. The last one scans ``mirror_match``, an index with all
    columns that it needs, in one to two seconds per million records.
    """
    typed, key, look = text.strip(), fold(text), skeleton(text)
    if not key:
        return []
    both = MirrorRecord.objects.of_sync([sync.pk for sync in syncs], side__in=list(Side))
    ids = {typed, *(whole_id(sync, typed) for sync in syncs)}
    parts = Q(match_key__contains=key)
    if "@" not in typed and not any(map(str.isspace, typed)):
        parts |= Q(remote_id__contains=typed)
    questions = [Q(remote_id__in=ids), Q(match_key=key), begins("match_key", key)]
    if look:
        questions.append(begins("lookalike_key", look))
        parts |= Q(lookalike_key__contains=look)
    if 1 < len(words := typed.split()) <= MOST_WORDS:
        parts |= reduce(and_, map(_matching, words))
    names: dict[Name, None] = {}
    for question in [*questions, parts]:
        if len(names) < most:
            rows = both.filter(question).order_by().values_list("sync", "side", "remote_id")[:most]
            names |= dict.fromkeys(Name(*row) for row in rows)
    return _rows(list(names)[:most])


def _matching(word: str) -> Q:
    """Records with this word in the name, the email or the id."""
    found = Q(match_key__contains=fold(word))
    if look := skeleton(word):
        found |= Q(lookalike_key__contains=look)
    return found | Q(remote_id__contains=word) if word.isalnum() else found


class Name(NamedTuple):
    """The columns that identify a mirrored record and that the index of ``found`` has."""

    sync: int
    side: str
    remote_id: str


def _rows(names: Sequence[Name]) -> list[MirrorRecord]:
    """The records with these names, in their order. One query."""
    ids: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name in names:
        ids[name.sync, name.side].append(name.remote_id)
    if not ids:
        return []
    about = reduce(or_, (Q(sync=sync, side=side, remote_id__in=wanted) for (sync, side), wanted in ids.items()))
    rows = MirrorRecord.objects.filter(about).select_related("sync__left", "sync__right").defer("values")
    by_name = {Name(row.sync_id, row.side, row.remote_id): row for row in rows}
    return [by_name[name] for name in names if name in by_name]


def steps_found(run: Run, text: str) -> list[int]:
    """Ids of the steps of a run whose record has this id, or a name that contains the text; in order."""
    records = named(run.sync, text)
    ids = {side: [record.remote_id for record in records if record.side == side] for side in Side}
    lefts = steps_about(run, left_id__in=[whole_id(run.sync, text), *ids[Side.LEFT]])
    rights = steps_about(run, right_id__in=[text.strip(), *ids[Side.RIGHT]])
    found = (steps.order_by().values_list("pk", flat=True)[: 2 * MOST_FOUND] for steps in (lefts, rights))
    return sorted({pk for listed in found for pk in listed})
