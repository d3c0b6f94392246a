"""Right records that people have worked on and that must not be deleted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors.api.values import ATTACHED, Noun, RecordRef
from mappings.rules.convert import empty
from syncadmin.engine.drift import edited_since, in_use
from syncadmin.runs.models import Link
from syncadmin.runs.pipeline.context import Context


def reasons(context: Context, links: Collection[Link]) -> dict[str, str]:
    """Why the right records of these links stay, by left id; untouched ones are missing. Reads them from the right
    system.
    """
    by_right = {link.right_id: link for link in links}
    refs = [RecordRef(context.kind.right_object, id) for id in by_right]
    found: dict[str, str] = {}
    for record in context.right.fetch(refs, (*context.filled_in_by_people(), ATTACHED)) if refs else ():
        link = by_right[record.ref.id]
        if not record.deleted and (reason := _edit_reason(context, link, record.values)):
            found[link.left_id] = reason
    return found


def without_ours(context: Context, now: Mapping[str, Any], link_key: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The present record without what runs have attached to it; ``link_key`` is that of its link."""
    hanging: Mapping[Noun, int] = now.get(ATTACHED) or {}
    ours = {Noun(one.one, one.many): len(link_key.get(one.link_key, ())) for one in context.kind.relations}
    left = {noun: max(0, number - ours.get(noun, 0)) for noun, number in hanging.items()}
    return {**now, ATTACHED: left} if hanging else dict(now)


def _edit_reason(context: Context, link: Link, now: Mapping[str, Any]) -> str:
    key = context.book.config.id_field
    if hanging := in_use(without_ours(context, now, link.owned_values)):
        return hanging
    fields = {name: value for name, value in now.items() if name not in (key, ATTACHED)}
    written = {name: value for name, value in link.last_synced.items() if not empty(value)}
    edited = edited_since(written, fields, context.born_with, context.box_tags())
    return f"somebody has edited its {edited}" if edited else ""
