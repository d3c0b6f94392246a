"""The table and the filter of the list of email groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import django_tables2 as tables
from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.pages.emails.selectors import MIXED, PINNED, labels_of, preference
from syncadmin.runs.status.labels import family_lefts, group_url, names_of, names_of_parents
from syncadmin.runs.storage import email_groups
from syncadmin.web.lists.columns import NumberColumn


class GroupTable(tables.Table):
    """Emails with several records. Rows must be prepared by ``filled``."""

    match_key = tables.Column("Email", linkify=lambda record: record["url"], attrs={"a": {"class": "row-link"}})
    records = NumberColumn("Records")
    syncing = tables.Column("Syncing record", orderable=False, empty_values=())
    pinned = tables.Column("Pinned", visible=False)
    why = tables.Column("Why", visible=False)
    counterpart = tables.Column(orderable=False, empty_values=())
    parents = tables.Column(orderable=False, empty_values=())

    class Meta:
        caption = "Emails with several records"

    def __init__(self, data: Any = None, *, sync: Sync, **extra: Any) -> None:
        super().__init__(filled(sync, data) if isinstance(data, list) else data, **extra)
        self.columns["counterpart"].column.verbose_name = names_of(sync).right_one.capitalize()
        self.columns["parents"].column.verbose_name = names_of_parents(sync).right_many.capitalize()

    def render_syncing(self, record: dict[str, Any]) -> SafeString:
        return render_to_string("emails/_chosen.html", {"row": record})

    def render_counterpart(self, record: dict[str, Any]) -> SafeString | str:
        if not record.get("counterpart"):
            return "none yet"
        name = record.get("counterpart_name") or "not read"
        return format_html('{}<span class="row-id">{}</span>', name, record["counterpart"])

    def value_counterpart(self, record: dict[str, Any]) -> str:
        return str(record.get("counterpart") or "")

    def value_syncing(self, record: dict[str, Any]) -> str:
        return str(record["syncing"])


class GroupFilterForm(forms.Form):
    """Filters groups: all, pinned, or with records of several syncs; by the beginning of the email."""

    q = forms.CharField(required=False, label="Email begins with", widget=forms.TextInput({"type": "search"}))
    which = forms.ChoiceField(required=False, label="Which")

    def __init__(self, data: Any, *, sync: Sync) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        words = [("", "All"), (PINNED, "Pinned by a person"), (MIXED, family_lefts(sync).capitalize())]
        fields["which"].choices = words


def filled(sync: Sync, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page with the record that fills the user, the reason, the user and the organizations; changed in
    place.

    A fixed number of queries.
    """
    syncs = {found.pk: found for found in email_groups.siblings(sync)}
    groups = email_groups.groups(syncs.values(), [row["match_key"] for row in rows])
    labels = labels_of(syncs.values(), {group.syncing.id for group in groups.values()})
    names = email_groups.organization_names(sync, {org for group in groups.values() for org in group.wanted()})
    users = _user_names(syncs, {group.user for group in groups.values() if group.user})
    for row in rows:
        row["url"] = group_url(sync, row["match_key"])
        if group := groups.get(row["match_key"]):
            row |= {**_shown_group(group, syncs, labels, names), "counterpart_name": users.get(group.user, "")}
    return list(rows)


def _user_names(syncs: Iterable[int], ids: set[str]) -> dict[str, str]:
    """The names of users by id. One query."""
    rows = MirrorRecord.objects.right_of(list(syncs), remote_id__in=ids)
    return dict(rows.order_by().values_list("remote_id", "label"))


def _shown_group(
    group: email_groups.EmailGroup, syncs: dict[int, Sync], labels: dict[tuple[int, str], str], names: dict[str, str]
) -> dict[str, Any]:
    chosen = group.syncing
    second = min(group.duplicates, key=lambda member: member.order, default=None)
    one = kind_of(syncs[chosen.sync].kind).names.left_one
    return {
        "syncing": f"{labels.get((chosen.sync, chosen.id), chosen.id)} ({one})",
        "pinned": "yes" if chosen.pinned else "",
        "why": preference(chosen, second) if second else "it is the only one",
        "counterpart": group.user,
        "parents": ", ".join(sorted(names.get(org, org) for org in group.wanted())) or "–",
    }
