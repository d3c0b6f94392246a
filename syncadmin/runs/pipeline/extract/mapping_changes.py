"""Right fields whose source or definition changed: their last synced values are void."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors.api.errors import ConfigError
from mappings.models import Sync
from mappings.schemas import Schemas
from mappings.services import schemas
from syncadmin.engine import sources
from syncadmin.engine.sources import Forgotten, Source
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, SideState
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage import bulk
from syncadmin.runs.storage.steps import chunks

logger = logging.getLogger(__name__)

CHUNK = 1_000
KEY = ("sync", "left_id")
COLUMNS = tuple(field.name for field in Link._meta.concrete_fields if not field.primary_key)


def forget(context: Context, stored: Mapping[str, Any]) -> dict[str, Any]:
    """Remove void last synced values from the links of the sync. Safe to repeat.

    The right side is then read in full: Zendesk drops the values of a deleted field or option without changing the
    records, so that incremental reads do not list them. Returns the sources to store for the next run; an unmapped
    field keeps its last one, because its links keep their values.
    """
    before, now = _sources(stored), sources.sources(context.book)
    if forgotten := sources.changed_sources(before, now):
        logger.info("compared as on a first link, because their definition changed: %s", ", ".join(sorted(forgotten)))
        with context.progress.holding():
            SideState.objects.filter(sync=context.sync, side=Side.RIGHT).update(fingerprint="")
        again = sources.made_again(before, now)
        for ids in chunks(Link.objects.of_sync(context.sync).values_list("id"), CHUNK):
            with context.progress.holding():
                _forget([id for (id,) in ids], forgotten, again)
    return {right: source.as_stored() for right, source in {**before, **now}.items()}


@contextmanager
def noting_missing(context: Context) -> Iterator[None]:
    """Remember which mapped fields are missing if the rules cannot be built because of them."""
    try:
        yield
    except ConfigError:
        _note_missing(context.sync, schemas(context.sync))
        raise


def _note_missing(sync: Sync, known: Schemas) -> None:
    """Remember missing mapped fields: their values are unknown when they come back."""
    pairs = [(mapping.right, mapping.left) for mapping in sync.mappings.all()]
    there = {field.name for field in (*known.left.fields, *known.right.fields)}
    lost = {right for right, left in pairs if left and not {right, left} <= there}
    state = SideState.objects.filter(sync=sync, side=Side.LEFT).first()
    if lost and state:
        stored = sources.missing(_sources(state.sources), lost)
        SideState.objects.filter(pk=state.pk).update(
            sources={right: source.as_stored() for right, source in stored.items()}
        )


def _sources(stored: Mapping[str, Any]) -> dict[str, Source]:
    return {right: Source(**source) for right, source in stored.items() if isinstance(source, dict)}


def _forget(ids: list[int], forgotten: Forgotten, again: Collection[str]) -> None:
    links = list(Link.objects.filter(id__in=ids).values_list(*COLUMNS, named=True))
    kept = [link._replace(**_remembered(link, forgotten, again)) for link in links]
    bulk.upsert(Link, COLUMNS, [link for link, before in zip(kept, links, strict=True) if link != before], KEY)


def _remembered(link: Any, forgotten: Forgotten, again: Collection[str]) -> dict[str, Any]:
    """What remains of a link's last synced values and of those of the link that it replaces."""
    base, notes = sources.without(link.last_synced, link.field_notes, forgotten, again)
    replaced = link.replaces
    if replaced:
        kept = sources.without(replaced["last_synced"], replaced["field_notes"], forgotten, again)
        replaced = {**replaced, "last_synced": kept[0], "field_notes": kept[1]}
    return {"last_synced": base, "field_notes": notes, "replaces": replaced}
