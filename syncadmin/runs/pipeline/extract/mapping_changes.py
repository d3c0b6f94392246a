"""A right field that is filled or defined otherwise from now on: its links forget what they agreed on about it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from connectors.api.errors import ConfigError
from mappings.models import Sync
from mappings.services import Schemas, schemas
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
    """Have the links of a sync forget what was agreed on under other definitions than the rules have. Safe to repeat.

    The right side is read in full then: Zendesk takes the values of a deleted field or option away without touching
    the records, so no list of changes names them. Returns what is to be ``stored`` the next time: a field that is not
    mapped for a while keeps its last source, since its links keep what they agreed on.
    """
    before, now = _sources(stored), sources.sources(context.book)
    if forgotten := sources.exchanged(before, now):
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
    """Remember which mapped fields are missing where the rules cannot be worked out for their sake."""
    try:
        yield
    except ConfigError:
        _note_missing(context.sync, schemas(context.sync))
        raise


def _note_missing(sync: Sync, known: Schemas) -> None:
    """When they come back, nobody knows what became of their values."""
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
    return {right: Source(**said) for right, said in stored.items() if isinstance(said, dict)}


def _forget(ids: list[int], forgotten: Forgotten, again: Collection[str]) -> None:
    links = list(Link.objects.filter(id__in=ids).values_list(*COLUMNS, named=True))
    kept = [link._replace(**_remembered(link, forgotten, again)) for link in links]
    bulk.upsert(Link, COLUMNS, [link for link, before in zip(kept, links, strict=True) if link != before], KEY)


def _remembered(link: Any, forgotten: Forgotten, again: Collection[str]) -> dict[str, Any]:
    """What a link still knows, and the one that it replaces."""
    base, notes = sources.without(link.last_synced, link.field_notes, forgotten, again)
    replaced = link.replaces
    if replaced:
        kept = sources.without(replaced["last_synced"], replaced["field_notes"], forgotten, again)
        replaced = {**replaced, "last_synced": kept[0], "field_notes": kept[1]}
    return {"last_synced": base, "field_notes": notes, "replaces": replaced}
