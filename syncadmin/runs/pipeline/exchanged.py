"""A right field that another left one fills from now on: its links forget what they agreed on about it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping

from syncadmin.engine import sources
from syncadmin.runs import bulk
from syncadmin.runs.models import Link
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.rows import chunks

logger = logging.getLogger(__name__)

CHUNK = 1_000
KEY = ("sync", "left_id")
COLUMNS = tuple(field.name for field in Link._meta.concrete_fields if not field.primary_key)


def forget(context: Context, before: Mapping[str, str]) -> dict[str, str]:
    """Have the links of a sync forget, where ``before`` names other left fields than the rules do. Safe to repeat.

    Returns what is to be ``before`` the next time: a field that is not mapped for a while keeps its last source, since
    its links keep what they agreed on.
    """
    now = sources.sources(context.book)
    if rights := sources.exchanged(before, now):
        logger.info("Another Salesforce field fills %s: decided as on a first link", ", ".join(sorted(rights)))
        for ids in chunks(Link.objects.filter(sync=context.sync).values_list("id"), CHUNK):
            with context.progress.holding():
                _forget([id for (id,) in ids], rights)
    return {**before, **now}


def _forget(ids: list[int], rights: Collection[str]) -> None:
    links = Link.objects.filter(id__in=ids).values_list(*COLUMNS, named=True)
    kept = ((link, sources.without(link.base, rights)) for link in links)
    bulk.upsert(Link, COLUMNS, [link._replace(base=base) for link, base in kept if base != link.base], KEY)
