"""Filters of the pages of runs."""

import django_filters
from django.db.models import Q

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run, Trigger
from syncadmin.web.textsearch import TextSearch

_LEFTOVERS = "Completed, records need a person"
_STATES = [(state.value, _LEFTOVERS if state is RunState.REJECTIONS else state.label) for state in RunState]


class RunSearch(TextSearch):
    """Runs by a part of their sync's name, or by their number: "12", "#12" and "run 12" are the same."""

    def asked(self, text: str) -> Q:
        number = text.casefold().removeprefix("run").lstrip(" #")
        return super().asked(text) | (Q(pk=number) if number.isdecimal() else Q())


class RunFilter(django_filters.FilterSet):
    """Runs by number or sync, state, and why they were started."""

    q = RunSearch("sync__slug", label="Sync or run number")
    state = django_filters.ChoiceFilter(choices=_STATES, label="State", empty_label="Any")
    sync = django_filters.ModelChoiceFilter(
        queryset=Sync.objects.all(), to_field_name="slug", label="Sync", empty_label="Any"
    )
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label="Why", empty_label="Any")

    class Meta:
        model = Run
        fields = ["q", "state", "sync", "trigger"]
