"""The forms of a sync's sections that are not generated from options."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from connectors.api.values import FieldSchema, FieldType
from connectors.models import Connection
from mappings import syncs
from mappings.fields import choices as options
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.kinds.section import SCOPE
from mappings.kinds.sentences import LONGEST_INTERVAL, SHORTEST_INTERVAL
from mappings.models import Sync
from mappings.options import wording
from mappings.options.condition_rows import ConditionRows
from mappings.options.form_parts import YES_NO, all_known, explain, value_choices, with_lost, without_other_values
from mappings.options.section_form import OptionsForm
from mappings.options.widgets import RadioCards
from mappings.rules import hours
from mappings.rules.conditions import ALL, ANY
from mappings.rules.configuration import Direction, Scope
from mappings.schemas import Schemas
from mappings.scope import list_views
from syncadmin.web.duallist import DualList, DualListField

DEFAULT_BADGE = "default for new records"


class NameForm(forms.Form):
    """What people call a sync; no two of a kind share a name. Empty: its address is shown."""

    name = forms.CharField(
        max_length=100,
        required=False,
        label="Name",
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="The name on lists and pages. The address stays the same.",
    )

    def __init__(self, *args: Any, kind: Kind, sync: Sync | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.sync = kind, sync

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if syncs.name_taken(self.kind.slug, name, besides=self.sync):
            raise forms.ValidationError(f"Another sync of {self.kind.left.many} has this name. Choose another one.")
        return name


class SetupForm(NameForm):
    """The name of a new sync and the two connections that it joins, those that no sync of its kind joins yet first."""

    left = forms.ModelChoiceField(queryset=Connection.objects.none(), empty_label=None)
    right = forms.ModelChoiceField(queryset=Connection.objects.none(), empty_label=None)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        example = f"{kind.left.many.capitalize()} of our company"
        self.fields["name"].widget.attrs["placeholder"] = f"For example: {example}"
        self.fields["name"].help_text = "The name on lists and pages. You can change it later."
        for name, side in (("left", kind.left), ("right", kind.right)):
            field: Any = self.fields[name]
            field.queryset = connections_of(side.system)
            apart = f" for {side.many}" if kind.left.system == kind.right.system else ""
            field.label = f"{side.system_label} connection{apart}"
            used = Sync.objects.filter(kind=kind.slug).values(name)
            field.initial = field.queryset.exclude(pk__in=used).order_by("pk").first()


def connections_of(kind: str) -> QuerySet[Connection]:
    return Connection.objects.filter(kind=kind, enabled=True)


_HOURS = [("", "any time"), *((str(hour), f"{hour}:00") for hour in range(25))]


def _hour_box(label: str) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", "aria-label": label})


class AutomaticForm(forms.Form):
    """Enable Automatic Updates (S3.14), how often, and how much may be written without approval (S3.46)."""

    automatic_updates = forms.ChoiceField(
        label="Enable Automatic Updates",
        choices=YES_NO,
        widget=RadioCards(),
    )

    both_ways = forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))
    interval = forms.IntegerField(
        label="Look for changes every",
        min_value=SHORTEST_INTERVAL,
        max_value=LONGEST_INTERVAL,
        required=False,
        help_text="Changes that a system reports are written within seconds. Checking finds the others.",
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    first_hour = forms.ChoiceField(required=False, choices=_HOURS, widget=_hour_box("First hour of automatic updates"))
    end_hour = forms.ChoiceField(
        required=False, choices=_HOURS, widget=_hour_box("Hour at which automatic updates end")
    )
    ceiling = forms.IntegerField(
        label="Wait for approval above",
        min_value=1,
        max_value=10_000_000,
        required=False,
        help_text="A run that would write more records waits for approval. Leave empty for no limit.",
        widget=forms.NumberInput(attrs={"class": "form-control", "placeholder": "no ceiling"}),
        error_messages={"min_value": "Enter 1 or more. Leave empty for no limit."},
    )

    def __init__(self, data: Any = None, *, sync: Sync) -> None:
        answers = {"automatic_updates": "yes" if sync.automatic_updates else "no", "ceiling": sync.ceiling}
        both = hours.parsed(sync.hours) or ("", "")
        answers |= {"first_hour": str(both[0]), "end_hour": str(both[1])}
        super().__init__(data, initial={**answers, "interval": sync.minutes, "both_ways": sync.automatic_both_ways})
        self.sync = sync
        kind = kind_of(sync.kind)
        if kind.automatic is Direction.BOTH or not (sync.goes_back or sync.automatic_both_ways):
            del self.fields["both_ways"]
        else:
            self.fields["both_ways"].label = f"Write to {kind.names.left_system}, too, what is mapped both ways"
        explain(self, "automatic_updates", wording.automatic_lines(kind_of(sync.kind)))

    @property
    def values(self) -> dict[str, Any]:
        """What was typed. Only after ``is_valid``."""
        both_ways = self.cleaned_data.get("both_ways", self.sync.automatic_both_ways)
        chosen = {"wanted": self.wanted, "both_ways": both_ways, "ceiling": self.cleaned_data["ceiling"]}
        return {**chosen, "interval": self._minutes, "hours": self._chosen_hours(self.cleaned_data)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            hours.parsed(self._chosen_hours(cleaned))
        except ValueError:
            self.add_error("end_hour", "Choose both hours, the second after the first, or neither.")
        return cleaned

    def _chosen_hours(self, cleaned: dict[str, Any]) -> str:
        """As they are stored; as they were where they were not asked."""
        if "first_hour" not in self.data:
            return self.sync.hours
        first, end = cleaned.get("first_hour", ""), cleaned.get("end_hour", "")
        return f"{first}-{end}" if first or end else ""

    @property
    def _minutes(self) -> int | None:
        """Minutes as chosen; None for those of the kind, and as it was where it was not asked."""
        chosen = self.cleaned_data["interval"]
        if not chosen:
            return self.sync.interval
        return None if chosen == kind_of(self.sync.kind).interval else int(chosen)

    @property
    def wanted(self) -> bool:
        return bool(self.cleaned_data["automatic_updates"] == "yes")


class ScopeForm(OptionsForm):
    """Set sync filters (S3.15 - S3.18, S3.54), and the options beside them (A6, S3.57)."""

    record_types = DualListField(required=False, widget=DualList(DEFAULT_BADGE, "record types"))
    picklist_field = forms.ChoiceField(required=False)
    picklist_values = DualListField(required=False, widget=DualList(DEFAULT_BADGE, "values", none="None chosen yet."))
    list_view = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        super().__init__(data, sync=sync, known=known, section=SCOPE, initial=_filters(sync))
        self.conditions = ConditionRows(data, sync, known)
        fields = dict[str, Any](self.fields)
        # By its own object: the packages of the vendor call a contact's field one of the account (A4).
        fields["picklist_field"].label = f"Filter by {self.kind.left.one} field"
        fields["record_types"].choices = with_lost(
            [(r.name, r.label) for r in known.left.record_types], self["record_types"].value(), self.kind
        )
        fields["picklist_field"].choices = [
            ("", "No filter: every value is in scope"),
            *with_lost(options.picklists(known), [self["picklist_field"].value()], self.kind),
        ]
        values = self["picklist_values"].value()
        fields["picklist_values"].choices = with_lost(value_choices(self.chosen_field), values, self.kind)
        self._offer_list_views(fields["list_view"])

    def _offer_list_views(self, field: Any) -> None:
        """Those that were last read; none of them where the left system has no such lists."""
        if not list_views.offered(self.sync):
            del self.fields["list_view"]
            return
        field.label = f"Filter by list view of {self.kind.left.many}"
        read = [(choice.value, choice.label) for choice in list_views.choices(self.sync) or ()]
        none = ("", "No filter: whichever list shows it")
        field.choices = [none, *with_lost(read, [self["list_view"].value()], self.kind)]

    @property
    def chosen_field(self) -> FieldSchema | None:
        """The picklist that is chosen now, saved or not."""
        found = self.known.left_field(self["picklist_field"].value() or "")
        return found if found and found.type is FieldType.CHOICE else None

    def clean_record_types(self) -> list[str]:
        return all_known(self.cleaned_data["record_types"], {r.name for r in self.known.left.record_types})

    def clean_picklist_field(self) -> str:
        name: str = self.cleaned_data["picklist_field"]
        if name and self.chosen_field is None:
            raise forms.ValidationError(
                f"{name} is no longer a picklist of {self.known.kind.left.system_label}. Choose another field."
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("picklist_field"):
            cleaned["picklist_values"] = []
        elif "picklist_values" in cleaned and not cleaned["picklist_values"]:
            self.add_error("picklist_values", "Choose at least one value, or no field to filter by.")
        for option in self.options:
            wanted = option.view_choice and cleaned.get(option.name) == option.view_choice
            if wanted and not cleaned.get("list_view"):
                self.add_error("list_view", "Choose the list view.")
        for problem in self.conditions.problems:
            self.add_error(None, problem)
        return cleaned

    def clean_picklist_values(self) -> list[str]:
        chosen, field = self.cleaned_data["picklist_values"], self.chosen_field
        return all_known(chosen, {choice.value for choice in field.choices}) if field else chosen

    @property
    def scope(self) -> Scope:
        """The filters as typed. Only after ``is_valid``."""
        cleaned = self.cleaned_data
        return Scope(
            tuple(cleaned["record_types"]),
            cleaned["picklist_field"],
            tuple(cleaned["picklist_values"]),
            list_view=cleaned.get("list_view") or "",
            conditions=self.conditions.conditions,
            match=ANY if self.conditions.match == ANY else ALL,
        )


def refreshed(data: QueryDict, known: Schemas) -> QueryDict:
    """The submitted filters without the values of a picklist that is no longer the chosen one."""
    return without_other_values(data, known, "picklist_field", "picklist_values")


def _filters(sync: Sync) -> dict[str, Any]:
    return {
        "record_types": [item.name for item in sync.record_type_filters.all()],
        "picklist_field": sync.picklist_field,
        "picklist_values": [item.value for item in sync.picklist_filters.all()],
        "list_view": sync.list_view,
    }
