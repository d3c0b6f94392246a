"""Adds, renames and copies syncs. Each change is logged with its author."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from connectors.models import Connection
from mappings.config import part_lists
from mappings.editing import replace_rows
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.models import FieldMapping, PicklistFilter, RecordTypeFilter, Sync
from mappings.services import default_mappings

logger = logging.getLogger(__name__)

# What a copy does not take over: who it is, and what only a person may switch on.
_OWN = {"id", "slug", "name", "kind", "left", "right", "enabled", "switched", "leaving", "revision"}
_OWN |= {"automatic_updates", "automatic_both_ways"}
_OWN |= {"updated_automatically_at"}
_OWN |= {"created_at", "updated_at"}


@transaction.atomic
def create(kind: Kind, *, left: Connection, right: Connection, by: object, name: str = "") -> Sync:
    """A new sync with safe defaults: nothing automatic, nothing created on the left (S3.C16).

    Switched off where another one that is on has the same records (see ``Sync.rival``).
    """
    sync = _new(kind.slug, left, right, name, {})
    replace_rows(sync, FieldMapping, default_mappings(kind))
    logger.info("%s added the sync %s between %s and %s", by, sync.slug, left.slug, right.slug)
    return sync


@transaction.atomic
def copy(sync: Sync, *, left: Connection, right: Connection, by: object, name: str = "") -> Sync:
    """A new sync with the filters, options and field mappings of this one; no link, no run, nothing automatic."""
    fields = [field.name for field in Sync._meta.concrete_fields if field.name not in _OWN]
    copied = {option.name for option in kind_of(sync.kind).options if option.copied}
    values = {field: getattr(sync, field) for field in fields}
    values["options"] = {name: value for name, value in sync.options.items() if name in copied}
    made = _new(sync.kind, left, right, name, values)
    for model in (RecordTypeFilter, PicklistFilter, FieldMapping):
        replace_rows(made, model, _items(sync, model))
    logger.info("%s copied the sync %s to %s between %s and %s", by, sync.slug, made.slug, left.slug, right.slug)
    return made


@transaction.atomic
def add_part(like: Sync, part: str, owner: str, *, by: object) -> Sync:
    """A sync like this one for another part of its object; the configuration that it is part of has that, too.

    Its slug is the one that a file with this configuration would give it.
    """
    declared = kind_of(like.kind).part_list
    assert declared is not None
    made = copy(like, left=like.left, right=like.right, by=by, name=part)
    made.options |= {declared.name: part, **({declared.owner: owner} if declared.owner else {})}
    if like.group:
        made.slug = _free_slug(part_lists.slug_of(like.group, part))
    made.enabled = made.rival() is None
    made.save()
    return made


def rename(sync: Sync, name: str, *, by: object) -> None:
    """Call the sync something else. Its address stays, and so do its plans."""
    Sync.objects.filter(pk=sync.pk).update(name=name)
    sync.name = name
    logger.info("%s named the sync %s: %s", by, sync.slug, name or "nothing, so its address is shown")


def name_taken(kind: str, name: str, *, besides: Sync | None = None) -> bool:
    """Whether another sync of the kind is shown under this name already."""
    others = [other for other in Sync.objects.filter(kind=kind) if other != besides]
    return bool(name) and any(str(other).casefold() == name.casefold() for other in others)


def _new(kind: str, left: Connection, right: Connection, name: str, values: dict[str, Any]) -> Sync:
    slug = _free_slug(slugify(name)[:40] or kind_of(kind).left.many)
    made = Sync(slug=slug, name=name, kind=kind, left=left, right=right, **values)
    made.enabled = made.rival() is None
    made.save()
    return made


def _items(sync: Sync, model: Any) -> list[dict[str, Any]]:
    left_out = {"id", "sync", "position"}
    names = [field.name for field in model._meta.concrete_fields if field.name not in left_out]
    return list(model.objects.filter(sync=sync).order_by("position").values(*names))


def _free_slug(stem: str) -> str:
    taken = set(Sync.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
    return next(slug for slug in candidates if slug not in taken)
