"""Email addresses that look alike: people mistake them for each other, systems do not (S3.C16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.storage.mirror import MirrorRow


def alike(syncs: Iterable[Sync] | Sync, side: Side, rows: Iterable[MirrorRow]) -> dict[str, str]:
    """For these rows, by id: a record of the given side whose address differs but looks the same. Two queries."""
    looks = {row.remote_id: row.address_look or row.match_key for row in rows if row.match_key}
    strange = {row.address_look for row in rows if row.address_look}
    there = MirrorRecord.objects.of_side(syncs, side).alive().order_by("id")
    plain = there.filter(match_key__in=strange, address_look="") if strange else there.none()
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for known in (plain, there.exclude(address_look="").filter(address_look__in=set(looks.values()))):
        for key, look, label in known.values_list("match_key", "address_look", "label"):
            found[look or key].setdefault(key, f"{label} ({key})")
    others = {row.remote_id: {**found.get(looks.get(row.remote_id, ""), {})} for row in rows}
    for row in rows:
        others[row.remote_id].pop(row.match_key, None)
    return {remote_id: next(iter(texts.values())) for remote_id, texts in others.items() if texts}
