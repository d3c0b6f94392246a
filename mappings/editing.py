"""All changes that pages make to a sync. Each is logged, and raises ``revision`` where plans depend on it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import F

from mappings.drift import drift
from mappings.fields import rows
from mappings.fields.rows import Row
from mappings.models import SCHEDULE, FieldMapping, PicklistFilter, RecordTypeFilter, Sync
from mappings.rules.configuration import Scope
from mappings.scope.stored import plain
from mappings.selectors import known_schemas, sides

logger = logging.getLogger(__name__)


class NotReady(Exception):
    """The sync cannot work, or not by itself yet; ``str()`` says why and what to do first."""


@transaction.atomic
def set_automatic(
    sync: Sync,
    *,
    wanted: bool,
    both_ways: bool,
    ceiling: int | None,
    interval: int | None,
    hours: str,
    misfits: Sequence[str],
    by: object,
) -> bool:
    """Switch automatic updates (S3.14), set which way they write (A1), when, and the ceiling (S3.46).

    Returns whether anything changed.

    ``misfits`` are the places where the configuration no longer fits. Raises NotReady when it is to be switched on and
    a connection was not tested with success (S3.3), or anything does not fit.
    """
    if wanted:
        _require_ready(sync, misfits)
    values = {
        "automatic_updates": wanted,
        "automatic_both_ways": both_ways,
        "ceiling": ceiling,
        "interval": interval,
        "hours": hours,
    }
    return _save(sync, values, by, "automatic updates")


def switch_automatic(sync: Sync, *, on: bool, by: object) -> bool:
    """Switch automatic updates, all else about them as it is. Raises NotReady as ``set_automatic`` does."""
    known = known_schemas(sync, sides(sync)) if on else None
    unfit = drift(sync, known).all if known else ("Its fields were never read.",)
    as_it_is: dict[str, Any] = {
        "both_ways": sync.automatic_both_ways,
        "ceiling": sync.ceiling,
        "interval": sync.interval,
        "hours": sync.hours,
    }
    return set_automatic(sync, wanted=on, **as_it_is, misfits=unfit, by=by)


def pause_automatic(sync: Sync, until: datetime | None, *, by: object) -> None:
    """Have automatic updates rest until then, or go on; plans stay as they are. Side effect: a log line."""
    sync.paused_until = until
    sync.save(update_fields=["paused_until"])
    logger.info(
        "%s %s automatic updates of %s", by, f"paused until {until:%Y-%m-%d %H:%M}" if until else "resumed", sync.slug
    )


@transaction.atomic
def switch(sync: Sync, *, on: bool, by: object) -> bool:
    """Have the sync take part, or not (S3.C10). Returns whether that changed anything.

    Raises NotReady while another one that is switched on has the same records: both would write them.
    """
    if on and not sync.enabled and (rival := sync.rival()):
        raise NotReady(
            f"{rival} joins the same two systems and would write the same records. Switch {rival} off first."
        )
    return _save(sync, {"enabled": on, "leaving": sync.leaving and not on}, by, "switch")


@transaction.atomic
def take_off(sync: Sync, *, removes: bool, by: object) -> bool:
    """Take a part off the list of its configuration: it is switched off, where it ``removes`` what was made for it once
    that is done. Returns whether that changed anything.
    """
    return _save(sync, {"enabled": removes, "leaving": True}, by, "list of parts")


@transaction.atomic
def set_scope(sync: Sync, *, scope: Scope, options: dict[str, Any], by: object) -> bool:
    """Replace the filters (S3.15 - S3.18, S3.54) and the options beside them. Returns whether that changed anything."""
    types = [item.name for item in sync.record_type_filters.all()]
    picked = [item.value for item in sync.picklist_filters.all()]
    lists_changed = types != list(scope.record_types) or picked != list(scope.picklist_values)
    if lists_changed:
        replace_rows(sync, RecordTypeFilter, [{"name": name} for name in scope.record_types])
        replace_rows(sync, PicklistFilter, [{"value": value} for value in scope.picklist_values])
    values = {
        "picklist_field": scope.picklist_field,
        "list_view": scope.list_view,
        "conditions": [plain(condition) for condition in scope.conditions],
        "match": scope.match,
        "options": _chosen(sync, options),
    }
    return _save(sync, values, by, "filters", changed=lists_changed)


@transaction.atomic
def set_options(
    sync: Sync,
    *,
    values: dict[str, Any],
    what: str,
    by: object,
    placed: Mapping[str, Row | None] = MappingProxyType({}),
) -> bool:
    """Replace these options, by name, and these mappings with a place of their own: None takes one away.

    Returns whether anything changed.
    """
    before = rows.placed(sync)
    after = {name: row for name, row in {**before, **placed}.items() if row}
    if after != before:
        _store_rows(sync, [*after.values(), *rows.listed(sync)])
    return _save(sync, {"options": _chosen(sync, values)}, by, what, changed=after != before)


@transaction.atomic
def set_guards(sync: Sync, *, guards: dict[str, Any], by: object) -> bool:
    """Replace the limits beyond which a plan waits for approval. Returns whether anything changed."""
    return _save(sync, {"guards": guards}, by, "guards")


@transaction.atomic
def set_mappings(sync: Sync, *, wanted: Sequence[Row], by: object) -> bool:
    """Replace the field mappings, all or nothing (S3.22). The rows were checked. Returns whether anything changed."""
    changed = rows.listed(sync) != list(wanted)
    if changed:
        _store_rows(sync, [*rows.placed(sync).values(), *wanted])
    return _save(sync, {}, by, "field mappings", changed=changed)


def _store_rows(sync: Sync, wanted: Sequence[Row]) -> None:
    replace_rows(sync, FieldMapping, [asdict(row) for row in wanted])


def untested(sync: Sync) -> str:
    """Why its connections do not let the sync work by itself (S3.3), and what to do; empty when they do."""
    for connection in (sync.left, sync.right):
        if not connection.enabled:
            return f"The connection {connection.name} is switched off. Switch it on first."
        if not connection.last_check_ok:
            return f"The connection {connection.name} has not passed a test. Test it under Connections first."
    return ""


def _require_ready(sync: Sync, misfits: Sequence[str]) -> None:
    if reason := untested(sync):
        raise NotReady(reason)
    if misfits:
        raise NotReady(f"The mapping does not fit the connected systems: {' '.join(misfits)} Correct that first.")


def _chosen(sync: Sync, values: dict[str, Any]) -> dict[str, Any]:
    """The options of the sync with these values; as they are stored where they say the same."""
    chosen = {**sync.effective_options(), **values}
    return sync.options if chosen == sync.effective_options() else chosen


def _save(sync: Sync, values: dict[str, Any], by: object, what: str, *, changed: bool = False) -> bool:
    differing = [name for name, value in values.items() if getattr(sync, name) != value]
    if not differing and not changed:
        return False
    for name in differing:
        setattr(sync, name, values[name])
    sync.save(update_fields=[*differing, "updated_at"])
    counted: dict[str, Any] = {"switched": F("switched") + 1} if "enabled" in differing else {}
    if changed or not SCHEDULE.issuperset(differing):
        counted["revision"] = F("revision") + 1
    if counted:
        Sync.objects.filter(pk=sync.pk).update(**counted)
        sync.refresh_from_db(fields=["revision"])
    logger.info("%s changed the %s of %s: revision %d", by, what, sync.slug, sync.revision)
    return True


def replace_rows(sync: Sync, model: Any, items: list[dict[str, Any]]) -> None:
    """The sync's rows of this model become these, in this order."""
    model.objects.filter(sync=sync).delete()
    model.objects.bulk_create(model(sync=sync, position=place, **item) for place, item in enumerate(items))
