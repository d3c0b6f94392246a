"""Links that matching proposes, and the active links that they replace once they are written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from syncadmin.runs.models import Link
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage.steps import chunks

CHUNK = 500
# What a proposal keeps of the link that it replaces.
KEPT = ("right_id", "role", "how", "reason", "last_synced", "field_notes", "owned_values", "synced_at", "run_id")


def store(context: Context, proposals: Sequence[Link], linked: Collection[str]) -> None:
    """Store proposed links. A proposal for a left id in ``linked`` replaces its link, and keeps it until it
    is written.
    """
    taken = [link for link in proposals if link.left_id in linked]
    if taken:
        replaced = Link.objects.of_sync(context.sync, left_id__in=[link.left_id for link in taken])
        by_left = {link.left_id: link for link in replaced}
        for link in taken:
            link.replaces = {name: getattr(by_left[link.left_id], name) for name in KEPT}
        replaced.delete()
    Link.objects.bulk_create(proposals)


def drop(context: Context) -> None:
    """Delete the proposals of a plan that was not written, and restore the links that they replaced."""
    proposals = Link.objects.of_sync(context.sync, active=False, id__gt=0)
    for ids in chunks(proposals.exclude(replaces={}).values_list("id"), CHUNK):
        links = list(Link.objects.filter(id__in=[id for (id,) in ids]))
        for link in links:
            for name, value in link.replaces.items():
                setattr(link, name, value)
            link.replaces, link.active = {}, True
        Link.objects.bulk_update(links, [*KEPT, "replaces", "active"])
    proposals.delete()
