"""The template context of a run's page in each of its states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import ngettext

from mappings.rules.texts import with_article
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import ACTIVE, TERMINAL, RunState, StepState
from syncadmin.engine.steps import SKIP
from syncadmin.engine.value_counts import name_of
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pages.records.tables import needing_address
from syncadmin.runs.pages.runs import equation, phases, selectors, step_filters
from syncadmin.runs.pages.runs.cost import cost_of
from syncadmin.runs.pages.runs.step_rows import StepLine, step_lines
from syncadmin.runs.pages.runs.tables import starter
from syncadmin.runs.services import guards
from syncadmin.runs.services import runs as services
from syncadmin.runs.status import step_groups
from syncadmin.runs.status.labels import family_of, field_labels, is_of_people, made_on_the_left, names_of, too_early
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.email_groups import siblings
from syncadmin.runs.storage.steps import changes_of
from syncadmin.runs.storage.unresolved import needing as needing_words
from syncadmin.runs.storage.unresolved import unresolved
from syncadmin.web.lists.pagination import CappedPage, CappedPaginator

PER_PAGE = 25
MANY_DELETIONS = 20
"""How many deletions nobody reads one by one."""
UNMATCHED = GroupKey(SKIP, RecordStatus.UNMATCHED)
STALE = "The mapping was changed after it was made, so it cannot be approved any more. Make a new plan."
TAKING_BACK = (
    "Exactly this plan is written, nothing else. Records that are edited in the meantime are left alone. It can be "
    "undone afterwards like any other run."
)
LIFTING = "Approving lifts the guards below, for this plan only. "
APPROVING = (
    "Exactly this plan is written, including what its rows announce. A record that is edited in the meantime is not "
    "overwritten: its step becomes a conflict. The run can be cancelled while it works, and undone afterwards."
)


@dataclass(frozen=True, slots=True)
class RunQuery:
    """What the page shows: a tile, a group, a search, a page number. Kept in the query string."""

    tile: str = ""
    group_key: str = ""
    text: str = ""
    page: str = "1"

    @classmethod
    def from_query(cls, query: QueryDict) -> RunQuery:
        return cls(query.get("tile", ""), query.get("shape", ""), query.get("q", "").strip(), query.get("page", "1"))

    @property
    def is_made(self) -> bool:
        """Whether less than the whole run is shown."""
        return bool(self.tile or self.group_key or self.text)

    def address(self, **changes: str) -> str:
        """The query string with some parts changed. Empty parts are left out."""
        parts = {"tile": self.tile, "shape": self.group_key, "q": self.text, "page": "", **changes}
        return "?" + urlencode({key: value for key, value in parts.items() if value})


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as one line; ``url`` opens or closes it. ``values``: the values that it sets."""

    group: summary.StepGroup
    title: str
    url: str
    open: bool
    excluded: int
    values: list[str]


def page_name(run: Run) -> str:
    """Which of the four templates shows the run."""
    if run.status is RunState.PLANNED:
        return "outdated" if run.is_outdated else "planned"
    return "ended" if run.status in TERMINAL else "working"


def status_title(run: Run) -> str:
    """The title of the page: "Account Sync Status" (S3.49), "Contacts/Leads Sync Status" (S3.52)."""
    if is_of_people(run.sync):
        return f"{'/'.join(names.left_many.title() for names in family_of(run.sync))} Sync Status"
    return f"{names_of(run.sync).left_one.title()} Sync Status"


def context_of(run: Run, choice: RunQuery, now: datetime) -> dict[str, Any]:
    """The template context of a run's page."""
    name, groups = page_name(run), summary.groups_now(run)
    found, counts = phases.phases(run, groups, now), summary.counts_of(run, groups)
    page = {"working": _working, "planned": _planned, "outdated": _outdated, "ended": _ended}[name](run, choice, now)
    return {
        "run": run,
        "names": names_of(run.sync),
        "title": status_title(run),
        "starter": starter(run),
        "kind": run.sync.declared,
        "several": run.sync.right.facts.get("multiple_organizations"),
        "tells_several": is_of_people(run.sync) and name in ("working", "planned"),
        "part": f"runs/partials/_{name}.html",
        "counts": counts,
        "sums": equation.terms(run, groups, counts),
        "phases": found,
        "current": phases.current(found),
        "lifted": guards.lifted(run),
        "calls": selectors.calls_of(run),
        "bars": selectors.last_runs(run.sync, run),
        "now": now,
        "choice": choice,
        **page,
    }


def _working(run: Run, choice: RunQuery, now: datetime) -> dict[str, Any]:
    return {
        "activity": (activity := phases.activity(run, now)),
        "goes_on": run.status is not RunState.PAUSED
        and not (activity.abandoned or activity.untaken or activity.quiet_for),
        "paused": run.status is RunState.PAUSED,
        "polled": run.status in ACTIVE,
    }


def _planned(run: Run, choice: RunQuery, now: datetime) -> dict[str, Any]:
    groups = summary.groups(run)
    ready = sum(g.count for g in groups if g.state is StepState.PLANNED and not g.needs_approval)
    held = sum(g.count for g in groups if g.state is StepState.PLANNED and g.needs_approval)
    unmatched = sum(g.count for g in groups if g.key == UNMATCHED)
    names, button, guarded = names_of(run.sync), services.button(run), guards.sentences(run)
    return {
        "tiles": step_filters.plan_tiles(groups, choice.tile, run.sync.declared, undo=run.undo_of_id is not None),
        "ready": ready,
        "held": held,
        "excluded": sum(g.count for g in groups if g.state is StepState.EXCLUDED),
        "held_title": ngettext("{n:,} step is held back", "{n:,} steps are held back", held).format(n=held),
        "unmatched": unmatched,
        "unmatched_title": f"{unmatched:,} {names.right_one if unmatched == 1 else names.right_many} without "
        f"{with_article(names.left_one)}",
        "unmatched_text": _unmatched_text(run) if unmatched else "",
        "settings_url": run.sync.get_absolute_url(),
        "button": button,
        "approve_title": f"{button}?",
        "approve_text": f"{LIFTING if guarded else ''}{TAKING_BACK if run.undo_of_id else APPROVING}",
        "deletes": any(group.operation.deletes for group in groups),
        "deletions_to_type": number_to_type(groups),
        "nothing_here": "Both sides agree on everything that is mapped.",
        "seen": seen_now(run),
        "refusal": guards.refusal(run),
        "guarded": guarded,
        "replaced": guards.replaced_lines(run),
        "rests": run.sync.automatic_updates and run.sync.is_on,
        **_order(run),
        "cost": cost_of(run),
        "changeable": True,
        **_list(run, choice),
    }


def _outdated(run: Run, choice: RunQuery, now: datetime) -> dict[str, Any]:
    """An outdated plan, which can only be read."""
    return {
        "tiles": step_filters.plan_tiles(summary.groups(run), choice.tile, run.sync.declared),
        "stale_text": STALE + (" The next automatic update replaces it." if run.sync.automatic_updates else ""),
        "nothing_here": "Both sides agreed on everything that was mapped.",
        **_list(run, choice),
    }


def _unmatched_text(run: Run) -> str:
    """What happens to unmatched records; for users, that a sibling sync may list the same ones."""
    made, names = made_on_the_left(run.sync), names_of(run.sync)
    text = f"Creating {made} in {names.left_system} is off, so these stay as they are."
    others = [names_of(other).left_one for other in siblings(run.sync) if other != run.sync]
    if not others:
        return text
    return f"{text} One that has no {' and no '.join(others)} either is listed in the plans of both syncs."


def _order(run: Run) -> dict[str, Any]:
    """Whether it was planned before another sync was complete (S3.43), which whoever approves it must know."""
    first = [] if run.undo_of_id else services.waits_for(run.sync)
    title = f"Planned before a complete run of {' and '.join(first)}"
    return {"out_of_order": bool(first), "order_title": title, "too_early": too_early(run.sync) if first else ""}


def number_to_type(groups: Sequence[summary.StepGroup]) -> int:
    """The number of deletions, if these are more than anybody reads one by one; else 0."""
    deleting = (group for group in groups if group.operation.deletes)
    number = sum(g.count for g in deleting if g.state is StepState.PLANNED and not g.needs_approval)
    return number if number >= MANY_DELETIONS else 0


def seen_now(run: Run) -> str:
    """Identifies the plan as it is, so that a person approves what they read. Each change of the plan changes it."""
    return f"{run.plan_hash}:{run.lease}"


def _ended(run: Run, choice: RunQuery, now: datetime) -> dict[str, Any]:
    groups = summary.groups(run)
    written = any(group.state is StepState.DONE for group in groups)
    undone_by = selectors.undo_of(run)
    undone_again = selectors.undone_again(undone_by)
    needing = unresolved(run.sync) if run.status is RunState.REJECTIONS else 0
    stopped = run.status in (RunState.CANCELLED, RunState.FAILED) and not run.is_outdated
    return {
        "tiles": step_filters.result_tiles(groups, choice.tile),
        "causes": selectors.causes(run) if any(group.state is StepState.REJECTED for group in groups) else [],
        "can_undo": written and (bool(undone_again) or not is_undone(undone_by)),
        "undone_by": undone_by,
        "undone_again": undone_again,
        "needing": needing_words(needing) if needing else "",
        "needing_url": reverse("records:list") + needing_address(run.sync),
        "can_resume": stopped and selectors.newest_run(run),
        "nothing_here": "This run wrote nothing." if run.planned_at else "This run made no plan.",
        **_list(run, choice),
    }


def is_undone(undo: Run | None) -> bool:
    """Whether nothing is left to undo, or an undo is on its way; one that was refused in part may be tried again."""
    if undo is None or undo.status in (RunState.CANCELLED, RunState.FAILED):
        return False
    whole = undo.counts and not any(undo.counts.get(word) for word in ("rejected", "conflicts", "remaining"))
    return undo.status is not RunState.REJECTIONS or bool(whole)


def _list(run: Run, choice: RunQuery) -> dict[str, Any]:
    """The groups of the selected tile, and the rows of the open group or of the search."""
    names = names_of(run.sync)
    groups = selectors.shown_groups(run, choice.tile)
    opened = choice.group_key or (groups[0].group_key if choice.tile and len(groups) == 1 else "")
    opened = opened if opened in {group.group_key for group in groups} else ""
    page = _page(run, choice, opened) if opened or choice.text else None
    labels = field_labels(run.sync, _field_names(run, groups, page.object_list if page else ()))
    lines = step_lines(run, list(page.object_list), labels) if page else []
    return {
        "export": _export(run, choice, opened),
        "groups": _shown(run, choice, groups, opened, labels),
        "rows": page,
        "lines": lines,
        "nothing_found": f"Look for a part of the {names.key}, or for a {names.left_system} or "
        f"{names.right_system} id.",
        "choosable": any(line.may_be_left_out for line in lines),
    }


def _export(run: Run, choice: RunQuery, opened: str) -> dict[str, str]:
    """The address of the CSV file with the rows shown. ``opened``: the group whose rows are shown."""
    if choice.text:
        return {"label": "CSV of the records found", "query": choice.address(tile="", shape="")}
    if opened:
        return {"label": "CSV of the open group", "query": choice.address(shape=opened)}
    if choice.tile:
        return {
            "label": f"CSV of: {step_filters.label(choice.tile, run.sync.declared)}",
            "query": choice.address(shape=""),
        }
    return {"label": "CSV of all rows", "query": ""}


def _page(run: Run, choice: RunQuery, group_key: str) -> CappedPage:
    rows = selectors.steps_listed(run, tile=choice.tile, group_key=group_key, text=choice.text)
    return CappedPaginator(rows, PER_PAGE).page(choice.page)


def _shown(
    run: Run, choice: RunQuery, groups: list[summary.StepGroup], opened: str, labels: dict[str, str]
) -> list[ShownGroup]:
    excluded = selectors.excluded_in(run)
    titles = step_groups.titles([g.key for g in groups], run.sync.declared, labels, made_on_the_left(run.sync))
    return [
        ShownGroup(
            group,
            title,
            choice.address(shape="" if group.group_key == opened else group.group_key),
            group.group_key == opened,
            excluded.get(group.group_key, 0),
            step_groups.values_set(run.value_counts.get(name_of(group.group_key, group.needs_approval), {}), labels),
        )
        for group, title in zip(groups, titles, strict=True)
    ]


def _field_names(run: Run, groups: list[summary.StepGroup], steps: Any) -> set[str]:
    found = {name for group in groups for name in step_groups.fields_of(group.key)}
    found |= {
        name for group in groups for name in run.value_counts.get(name_of(group.group_key, group.needs_approval), {})
    }
    return found | {change.field for step in steps for change in changes_of(step.changes)}


def step_line(run: Run, step: Step) -> StepLine:
    """One step for its own page and others. Two queries."""
    labels = field_labels(run.sync, {change.field for change in changes_of(step.changes)})
    return step_lines(run, [step], labels)[0]
