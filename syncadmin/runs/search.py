"""Finding records among millions: by id, or by how the name begins. Never a scan."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

from connectors.api.registry import connector_spec
from mappings.models import Sync
from mappings.rules.presets import PRESETS
from syncadmin.engine.kinds import kind_of
from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.match import fold
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord, Run
from syncadmin.runs.pipeline.rows import steps_about

# So many records of a name are looked at; a longer beginning of the name finds the others.
MOST_FOUND = 200
_LAST_LETTER = chr(0x10FFFF)


def begins(field: str, text: str) -> Q:
    """Rows whose ``field`` begins with ``text``, in the way that each database can answer from an index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + _LAST_LETTER})


def whole_id(sync: Sync, text: str) -> str:
    """The text as an id of the left system in its one spelling, where it is one."""
    return connector_spec(PRESETS[sync.kind].left_connector).whole_id(text.strip())


def named(sync: Sync, text: str, *, most: int = MOST_FOUND) -> list[MirrorRecord]:
    """Mirrored records with this id, then those whose key or, of people, name begins with the text, both sides."""
    both = MirrorRecord.objects.filter(sync=sync, side__in=list(Side)).defer("values")
    exact = list(both.filter(remote_id=whole_id(sync, text)))
    if not (key := fold(text)):
        return exact
    found = list(both.filter(begins("match_key", key)).order_by("match_key", "side")[:most])
    if kind_of(sync.kind).family and (name := skeleton(text)):  # people are matched by email, and known by name
        found += both.filter(begins("look_key", name)).order_by("look_key", "side")[:most]
    return list(dict.fromkeys(exact + found))[:most]


def steps_found(run: Run, text: str) -> list[int]:
    """Steps of a run whose record has this id or a name that begins with the text; ids, in order."""
    records = named(run.sync, text)
    ids = {side: [record.remote_id for record in records if record.side == side] for side in Side}
    lefts = steps_about(run, left_id__in=[whole_id(run.sync, text), *ids[Side.LEFT]])
    rights = steps_about(run, right_id__in=[text.strip(), *ids[Side.RIGHT]])
    found = (steps.order_by().values_list("pk", flat=True)[: 2 * MOST_FOUND] for steps in (lefts, rights))
    return sorted({pk for listed in found for pk in listed})
