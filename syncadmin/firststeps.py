"""Collects the facts for the first-run path. Stands above the apps, because it reads from all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from connectors.badges import failed_step
from connectors.models import Connection
from mappings.addresses import add_url, list_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import KINDS, kind_of, kinds
from mappings.kinds.sentences import every
from mappings.models import FieldMapping, Sync
from mappings.selectors import heading
from syncadmin.engine.order import missing
from syncadmin.runs.models import Run
from syncadmin.runs.pages.overview.cards import next_thing
from syncadmin.runs.services import automatic
from syncadmin.runs.storage.complete import complete_kinds
from syncadmin.web.firststeps import Action, Facts, FirstStep, Note, first_steps

HIDDEN = "first_steps_hidden"
"""Key of the session: this person wants to start runs by hand and not see the steps."""


def first_run(request: HttpRequest) -> dict[str, Any]:
    """``steps_shown`` for templates: the steps until all are done, else None. Evaluated only where a page uses it."""
    return {"way": SimpleLazyObject(lambda: steps_shown(request))}


def steps_shown(request: HttpRequest) -> list[FirstStep] | None:
    """The steps while they are not all done, and were not hidden. They do not come back once a sync is live, also
    where a connection fails its test later. A fixed number of queries, few once it is live.
    """
    if HIDDEN in request.session:
        return None
    enabled, rows = on_the_way()
    updating = [row for row in rows if row.automatic_updates]
    return None if updating and automatic.applied(updating) else first_steps(facts(enabled, rows))


def on_the_way() -> tuple[QuerySet[Connection], list[Sync]]:
    """The connections that are switched on and the syncs: people's own as soon as there is one, before that the demo's.

    Two queries.
    """
    enabled, found = Connection.objects.filter(enabled=True), Sync.objects.filter(kind__in=list(KINDS))
    if enabled.filter(demo=False).exists():
        enabled, found = enabled.filter(demo=False), found.filter(left__demo=False, right__demo=False)
    return enabled, list(found.select_related("left", "right").order_by("pk"))


def facts(enabled: QuerySet[Connection], rows: Sequence[Sync]) -> Facts:
    """The systems that count are those that its syncs join; without a sync, those of the kind that may come first."""
    first = rows[0] if rows else None
    kind = kind_of(first.kind) if first else _kind_to_begin_with(enabled)
    needed = {side.system for slug in {kind.slug, *(row.kind for row in rows)} for side in kind_of(slug).sides}
    joined = list(enabled.filter(kind__in=needed).order_by("pk"))
    tested = connections_to_test(joined, rows)
    written = automatic.applied(rows)
    upcoming = _upcoming(rows, written)
    return Facts(
        sides_connected=len({row.kind for row in joined}),
        sides_needed=len(needed),
        connections=len(tested),
        checked=sum(bool(row.last_check_ok) for row in tested),
        scoped=len(rows),
        mapped=FieldMapping.objects.filter(sync__in=rows).count(),
        applied=tuple(heading(row, alone=True) for row in rows if row.pk in written),
        live=sum(row.automatic_updates and row.pk in written for row in rows),
        many=kind.left.many,
        failed=tuple(_failure(row) for row in tested if row.last_check_ok is False),
        go_live_text=_going_live([row for row in rows if row.pk in written]),
        connections_url=reverse("connectors:list"),
        test_url=reverse("test_connections"),
        list_url=list_url(kind.slug),
        add_url=add_url(kind.slug),
        sync_url=first.get_absolute_url() if first else "",
        go_live_url=reverse("go_live"),
        **(_stands(upcoming, bool(written)) if upcoming else {}),
    )


def connections_to_test(joined: Sequence[Connection], rows: Sequence[Sync]) -> list[Connection]:
    """Those that the syncs join; without a sync, one of each system is enough: those that passed, or all of it."""
    used = {pk for row in rows for pk in (row.left_id, row.right_id)}
    if used:
        return [row for row in joined if row.pk in used]
    passed = {row.kind for row in joined if row.last_check_ok}
    return [row for row in joined if row.last_check_ok or row.kind not in passed]


def _upcoming(rows: Sequence[Sync], written: set[int]) -> Sync | None:
    """The sync to plan next: what builds on those that were written comes first."""
    complete = complete_kinds()
    ready = [
        row
        for row in rows
        if row.is_on
        and row.pk not in written
        and not missing(kind_of(row.kind), complete.get((row.left_id, row.right_id), ()))
    ]
    return min(ready, key=lambda row: (not kind_of(row.kind).depends_on, row.pk)) if ready else None


def _stands(sync: Sync, later: bool) -> dict[str, Any]:
    """How the sync to plan next stands, and what to do; ``later``: another one was written before."""
    last = Run.objects.filter(sync=sync).select_related("sync", "undo_of").order_by("-pk").first()
    next_one, title = next_thing(last, 0, ""), heading(sync, alone=True)
    if next_one.url:
        action = Action(next_one.label, next_one.url)
    else:
        label = f"Plan {title[:1].lower()}{title[1:]}" if later else "Make a plan"
        action = Action(label, reverse("runs:plan", args=[sync.slug]), post=True, ability="operate")
    return {"upcoming": title, "upcoming_text": next_one.text, "upcoming_action": action}


def _failure(connection: Connection) -> Note:
    return Note(f"{connection.name} failed at {failed_step(connection)}.", "See why", connection.get_absolute_url())


def _going_live(rows: Sequence[Sync]) -> str:
    """What happens once these syncs update automatically."""
    each = "; ".join(f"{heading(row, alone=True)} {every(row.minutes)}" for row in rows)
    return (
        f"From now on SyncAdmin looks for changes and writes them without asking: {each}. "
        "A plan beyond a guard still waits for approval, and you can switch this off at any time."
    )


def _kind_to_begin_with(enabled: QuerySet[Connection]) -> Kind:
    """The first kind whose two systems are connected; while none are, the first of all. One that joins two objects of
    one system is nothing to begin with.
    """
    connected = set(enabled.values_list("kind", flat=True))
    joined = ((kind, {side.system for side in kind.sides}) for kind in kinds())
    return next((kind for kind, systems in joined if len(systems) > 1 and systems <= connected), kinds()[0])
