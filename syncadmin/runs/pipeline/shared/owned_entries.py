"""Tags, domains and memberships that a sync added, beyond the end of a link: the step that ended it keeps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet

from mappings.kinds.people.relations import MEMBERSHIP
from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.people.memberships import OWNED, PRIMARY, REMOVE_MEMBERSHIP
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import UNLINK, Change, PlannedStep
from syncadmin.runs.models import Link, Run, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.pipeline.shared.memberships import organization
from syncadmin.runs.querysets import doing
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.steps import steps_about

_REMOVED = doing(REMOVE_MEMBERSHIP) & Q(state=StepState.DONE)


def take_up(sync: Sync, links: Iterable[Link]) -> None:
    """Give links that are about to be made what earlier links to the same right record owned.

    Lists come from whoever filled the record, memberships from the same contact. The links are changed, not stored. A
    fixed number of queries.
    """
    fresh = [link for link in links if not link.active and not link.owned_values]
    ended = list(ends_of_links(sync, {link.right_id for link in fresh})) if fresh else []
    lists = {step.right_id: step for step in ended if step.role != LinkRole.DUPLICATE}
    pairs = {(step.left_id, step.right_id): step for step in ended}
    gone = _removed_by(pairs.values())
    for link in fresh:
        found: dict[str, list[str]] = {}
        if link.role != LinkRole.DUPLICATE and (step := lists.get(link.right_id)):
            taken = {change["field"]: {entry.lower() for entry in change["remove"]} for change in step.changes}
            found |= {
                name: _without(step.owned_values[name], taken.get(name, ()))
                for name in step.owned_values
                if name != OWNED
            }
        if step := pairs.get((link.left_id, link.right_id)):
            found[OWNED] = _without(step.owned_values.get(OWNED, ()), gone.get((step.run_id, step.left_id), ()))
        link.owned_values = {name: entries for name, entries in found.items() if entries}


def of_first_links(context: Context, steps: Iterable[Step]) -> dict[str, dict[str, Any]]:
    """What the links made by these steps own, by left id; it ends with the link."""
    ids = [step.left_id for step in steps if step.reason_code == ReasonCode.FIRST_LINK]
    links = Link.objects.of_sync(context.sync, left_id__in=ids)
    return dict(links.values_list("left_id", "owned_values")) if ids else {}


def ended_links(
    context: Context, drafts: Sequence[PlannedStep], planned: Collection[tuple[str, str]]
) -> list[PlannedStep]:
    """The steps that remove memberships of links that end, except those ``planned`` already.

    A membership that another record of the user brought too stays.
    """
    ended_links = {draft.left_id: draft for draft in drafts if draft.operation == UNLINK and draft.right_id}
    if not ended_links or MEMBERSHIP not in context.kind.relations:
        return []
    links = Link.objects.active_of(email_groups.siblings(context.sync))
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links.filter(right_id__in={draft.right_id for draft in ended_links.values()}):
        for org in link.owned_values.get(OWNED, ()):
            owners[link.right_id, org].add(link.left_id)
    return [
        _ending(ended_links[left_id], org)
        for (_, org), lefts in owners.items()
        for left_id in sorted(lefts & ended_links.keys())
        if (left_id, org) not in planned and lefts <= ended_links.keys()
    ]


def removed(run: Run, lefts: Collection[str]) -> dict[str, set[str]]:
    """The memberships that a run removed, by left id."""
    found: dict[str, set[str]] = defaultdict(set)
    for step in steps_about(run, left_id__in=lefts).filter(_REMOVED):
        found[step.left_id].add(organization(step))
    return found


def ends_of_links(sync: Sync, rights: Collection[str]) -> QuerySet[Step]:
    """The steps that ended links of this sync to these right records, latest last.

    "+ 0" keeps databases from walking all steps of the sync: the ids are the selective part.
    """
    steps = Step.objects.doing(UNLINK).filter(right_id__in=rights, state=StepState.DONE)
    return steps.annotate(of=F("run__sync_id") + 0).filter(of=sync.pk).order_by("pk")


def _removed_by(ends: Iterable[Step]) -> dict[tuple[int, str], set[str]]:
    """The memberships removed together with these ends of links, by run and left id."""
    ended_links = {(step.run_id, step.left_id) for step in ends if step.owned_values.get(OWNED)}
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for step in (
        Step.objects.filter(_REMOVED, left_id__in={left_id for _, left_id in ended_links}) if ended_links else ()
    ):
        if (step.run_id, step.left_id) in ended_links:
            found[step.run_id, step.left_id].add(organization(step))
    return found


def _without(entries: Iterable[str], gone: Collection[str]) -> list[str]:
    return [entry for entry in entries if entry.lower() not in gone]


def _ending(draft: PlannedStep, org: str) -> PlannedStep:
    change = Change(PRIMARY, org, None, "Added by a sync whose link ends")
    return PlannedStep(
        REMOVE_MEMBERSHIP, draft.label, left_id=draft.left_id, right_id=draft.right_id, changes=(change,),
        reason=change.reason, role=draft.role, group=draft.group,
    )  # fmt: skip


def leave_to_others(context: Context, step: Step, theirs: Mapping[str, Collection[str]]) -> None:
    """Remove list entries from the step that somebody else has added meanwhile: they do not belong to the
    sync (S3.19).
    """
    link_key = {
        name: [e for e in entries if e.lower() not in theirs.get(name, ())]
        for name, entries in step.owned_values.items()
    }
    with context.progress.holding():
        Step.objects.filter(pk=step.pk).update(owned_values=link_key)
