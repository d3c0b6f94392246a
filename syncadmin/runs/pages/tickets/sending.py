"""Sends one ticket immediately, from the tickets of a record."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import User

from connectors.models import Connection
from mappings.kinds.registry import kinds
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.steps import Side
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import Link, Run
from syncadmin.runs.pages.tickets.scope import words_of
from syncadmin.runs.services import runs


def sender(connection: Connection, others: Collection[int]) -> Sync | None:
    """The sync that sends tickets of this system, preferably to one of the ``others``.

    None before its first run, which a person plans. Two queries; none without a kind of tickets.
    """
    object = words_of(connection).object
    named = [kind.slug for kind in kinds() if (kind.left.system, kind.left.object) == (connection.kind, object)]
    found = list(Sync.objects.on().filter(kind__in=named, left=connection).order_by("pk")) if named else []
    sent = set(Link.objects.active_of(found).values_list("sync", flat=True).distinct()) if found else set()
    ready = [sync for sync in found if sync.pk in sent]
    return next((sync for sync in ready if sync.right_id in others), ready[0] if ready else None)


def send(sync: Sync, ticket_id: str, by: User | None) -> Run:
    """Start a run that writes this one ticket to the right side. Raises Busy, and NotYet while a plan waits."""
    if waiting := Run.objects.filter(sync=sync, state=RunState.PLANNED).first():
        raise runs.NotYet(f"The plan of run {waiting.pk} waits for somebody: approve or discard it first.")
    return runs.start(sync, by=by, write=True, direction=RunDirection.TO_RIGHT, asked={Side.LEFT.value: [ticket_id]})
