"""The table, filter and tiles of the lists of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mappings.kinds.registry import KINDS, kind_of, kinds_of_people
from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pages.records.selectors import ANY, DECIDED, NEEDS, PENDING, WITHOUT
from syncadmin.runs.pages.runs.step_filters import Tile
from syncadmin.runs.services import decisions
from syncadmin.runs.status.labels import is_of_people, names_of, systems
from syncadmin.runs.status.record_status import (
    RECORD_STATUSES,
    WITHOUT_COUNTERPART,
    RecordStatus,
    advice_of,
    record_status,
)
from syncadmin.runs.storage.unresolved import unresolved_of
from syncadmin.web.lists.columns import TimeColumn

_ANY = kind_of(next(iter(KINDS))).names
_STANDINGS = [
    (ANY, "Any state"),
    (NEEDS, "Needs a person"),
    (WITHOUT, "Without a counterpart"),
    (DECIDED, "Decided by a person"),
    *((word.value or PENDING, status.label) for word, status in RECORD_STATUSES.items()),
]


_SEARCH = forms.TextInput({"type": "search", "autocomplete": "off"})


def _hidden(word: str) -> SafeString:
    """A heading for screen readers only."""
    return format_html('<span class="visually-hidden">{}</span>', word)


class RecordTable(tables.Table):
    """Records, with what to do about each and who decided what; the CSV file has these too.

    Rows must be prepared by ``with_decisions``. ``decides_for``: a sync of those shown in which the viewer may decide.
    Sortable only if ``orderable``, because no index has that order.
    """

    chosen = tables.Column(_hidden("Choose"), empty_values=(), orderable=False, exclude_from_export=True)
    label = tables.Column("Name", order_by=("label", "pk"), empty_values=())
    sync = tables.Column("Sync", orderable=False)
    side = tables.Column("In", visible=False)
    status = tables.Column("State", orderable=False, empty_values=())
    reason = tables.Column(visible=False)
    advice = tables.Column("What to do", visible=False, empty_values=())
    decided = tables.Column("Decision", empty_values=(), orderable=False)
    match_key = tables.Column("Email", visible=False)
    remote_id = tables.Column("Id", visible=False)
    failures = tables.Column("Times refused", visible=False)
    modified_at = TimeColumn("Last edited", never="–", order_by=("modified_at", "pk"))
    choices = tables.Column(_hidden("Decide"), empty_values=(), orderable=False, exclude_from_export=True)

    class Meta:
        caption = "Records"
        template_name = "records/partials/_table.html"

    def __init__(self, data: Any = None, *, decides_for: Sync | None = None, **extra: Any) -> None:
        super().__init__(with_decisions(data) if isinstance(data, list) else data, **extra)
        self.decides_for = decides_for

    def render_label(self, record: MirrorRecord) -> SafeString:
        email = record.match_key if is_of_people(record.sync) else ""
        system, other = (systems(names_of(record.sync))[side] for side in (Side(record.side), Side(record.side).other))
        context = {"record": record, "email": email, "system": system, "other": other}
        context["counterpart"] = getattr(record, "counterpart", "")
        return render_to_string("records/partials/_name.html", context)

    def value_label(self, record: MirrorRecord) -> str:
        return record.label

    def render_status(self, record: MirrorRecord) -> SafeString:
        context = {"status": record_status(record.status), "record": record, "also": getattr(record, "also", ())}
        return render_to_string("records/partials/_verdict.html", context)

    def value_status(self, record: MirrorRecord) -> str:
        return record_status(record.status).label

    def value_side(self, value: str, record: MirrorRecord) -> str:
        return systems(names_of(record.sync))[Side(value)]

    def value_advice(self, record: MirrorRecord) -> str:
        return advice_of(record.status, names_of(record.sync))

    def render_decided(self, record: MirrorRecord) -> SafeString | str:
        decision = getattr(record, "decision", None)
        if decision is None:
            return "–"
        return render_to_string(
            "records/partials/_decided.html", {"told": decisions.describe(decision), "at": decision.at}
        )

    def value_decided(self, record: MirrorRecord) -> str:
        decision = getattr(record, "decision", None)
        return f"{decisions.describe(decision)} {decision.at.isoformat(timespec='seconds')}" if decision else ""

    def render_chosen(self, record: MirrorRecord) -> SafeString | str:
        return self._cell("records/partials/_chosen.html", record)

    def render_choices(self, record: MirrorRecord) -> SafeString | str:
        return self._cell("records/partials/_choices.html", record)

    def _cell(self, template: str, record: MirrorRecord) -> SafeString | str:
        if not may_be_decided(record):
            return ""
        side, names = Side(record.side).other, names_of(record.sync)
        context = {"record": record, "decision": getattr(record, "decision", None), "other": systems(names)[side]}
        context["creates"] = kind_of(record.sync.kind).side(side).creatable
        return render_to_string(template, context)


def may_be_decided(record: MirrorRecord) -> bool:
    """Whether a decision about its counterpart is possible: it has none, and is in the sync."""
    if record.status == RecordStatus.LEFT_SCOPE:
        return True
    open_ = record.status in WITHOUT_COUNTERPART or getattr(record, "decision", None) is not None
    return open_ and record.status != RecordStatus.IN_SYNC and not record.deleted and record.in_scope


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another list that shows the same user: its status there, and the address."""

    one: str
    url: str


def with_other_reports(records: Sequence[MirrorRecord]) -> list[MirrorRecord]:
    """The records, each with ``also``: the lists of sibling syncs that show the same user. At most one query."""
    users = [row for row in records if row.side == Side.RIGHT and row.status == RecordStatus.UNMATCHED]
    users = [row for row in users if is_of_people(row.sync)]
    found: dict[tuple[int, int, str], list[MirrorRecord]] = defaultdict(list)
    if users:
        same = MirrorRecord.objects.filter(side=Side.RIGHT, status=RecordStatus.UNMATCHED, deleted=False)
        same = same.filter(sync__kind__in=kinds_of_people(), remote_id__in=[row.remote_id for row in users])
        for row in same.select_related("sync").defer("values").order_by("sync"):
            found[row.sync.left_id, row.sync.right_id, row.remote_id].append(row)
    for record in records:
        others = found.get((record.sync.left_id, record.sync.right_id, record.remote_id), ()) if found else ()
        also = [_elsewhere(row) for row in others if row.sync_id != record.sync_id and record in users]
        record.also = also  # type: ignore[attr-defined]  # what its column shows is no field of the model
    return list(records)


def _elsewhere(row: MirrorRecord) -> Elsewhere:
    return Elsewhere(names_of(row.sync).left_one, reverse("records:list") + needing_address(row.sync, standing=WITHOUT))


def with_counterparts(records: Sequence[MirrorRecord]) -> list[MirrorRecord]:
    """The records, each with the id of its ``counterpart``, "" without one. One query."""
    ids = {side: [record.remote_id for record in records if record.side == side] for side in Side}
    about = Q(left_id__in=ids[Side.LEFT]) | Q(right_id__in=ids[Side.RIGHT])
    links = Link.objects.filter(about, sync__in={record.sync_id for record in records}, active=True)
    found: dict[tuple[int, str, str], str] = {}
    for sync, left, right in links.order_by("role").values_list("sync", "left_id", "right_id"):
        found[sync, Side.LEFT, left], found[sync, Side.RIGHT, right] = right, left
    for record in records:
        counterpart = found.get((record.sync_id, record.side, record.remote_id), "")
        record.counterpart = counterpart  # type: ignore[attr-defined]  # what its column shows is no field of the model
    return list(records)


def with_decisions(records: Sequence[MirrorRecord]) -> list[MirrorRecord]:
    """The records, each with its ``decision`` or None. One query."""
    ids = {side: [record.remote_id for record in records if record.side == side] for side in Side}
    about = Q(left_id__in=ids[Side.LEFT]) | Q(right_id__in=ids[Side.RIGHT])
    rows = Decision.objects.filter(about, sync__in={record.sync_id for record in records})
    found: dict[tuple[int, str, str], Decision] = {}
    for row in rows.select_related("by", "sync"):
        found[row.sync_id, Side.LEFT, row.left_id] = found[row.sync_id, Side.RIGHT, row.right_id] = row
    for record in records:
        record.decision = found.get((record.sync_id, record.side, record.remote_id))  # type: ignore[attr-defined]
    return list(records)


class RecordFilterForm(forms.Form):
    """Filters records; by default those that need a person."""

    q = forms.CharField(required=False, label="Name, email or id", widget=_SEARCH)
    sync = forms.ModelChoiceField(
        Sync.objects.all(), required=False, to_field_name="slug", label="Sync", empty_label="All syncs"
    )
    side = forms.ChoiceField(required=False, label="In")
    standing = forms.ChoiceField(choices=_STANDINGS, required=False, label="State")

    def __init__(self, data: Any, *, sync: Sync | None) -> None:
        super().__init__(data)
        names = names_of(sync) if sync else _ANY
        fields: dict[str, Any] = self.fields
        fields["side"].choices = [("", "Both"), *((side.value, system) for side, system in systems(names).items())]


def needing_tiles(counted: dict[tuple[int, str, str], int], sync: Sync, chosen: tuple[str, str]) -> list[Tile]:
    """A tile for each side and status that was counted; ``chosen`` is the active pair."""
    pairs = [(side, standing) for side in Side for standing in RecordStatus]
    return [
        _tile(sync, side, standing, number, chosen == (side, standing))
        for side, standing in pairs
        if (number := counted.get((sync.pk, side, standing)))
    ]


def sync_tiles(counted: dict[tuple[int, str, str], int], syncs: Sequence[Sync], standing: str = "") -> list[Tile]:
    """A tile for each sync with records that need a person, or with records on the list of unmatched ones."""
    found, tone, without = [], record_status(RecordStatus.AMBIGUOUS).tone, standing == WITHOUT
    hint = "without a counterpart" if without else "need a person"
    for sync in syncs:
        own = sum(number for (pk, _, _), number in counted.items() if pk == sync.pk)
        if number := own if without else unresolved_of(sync, counted):
            url = needing_address(sync, standing=WITHOUT if without else "")
            found.append(Tile(sync.slug, str(sync), number, tone, url, False, hint))
    return found


def needing_address(sync: Sync | None, side: str = "", standing: str = "") -> str:
    """The query string of a list of records; of all syncs without ``sync``."""
    parts = {"sync": sync.slug if sync else "", "side": side, "standing": standing}
    return "?" + "&".join(f"{key}={value}" for key, value in parts.items() if value)


def _tile(sync: Sync, side: Side, standing: RecordStatus, number: int, active: bool) -> Tile:
    status, names = record_status(standing), names_of(sync)
    url = needing_address(sync) if active else needing_address(sync, side, standing)
    label, hint = status.label, f"in {systems(names)[side]}"
    if standing is RecordStatus.UNMATCHED:
        others = systems(names)[side.other]
        label = f"{(names.right_many if side is Side.RIGHT else names.left_many).capitalize()} unknown to {others}"
    return Tile(f"{side}-{standing}", label, number, status.tone, url, active, hint)
