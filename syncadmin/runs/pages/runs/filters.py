"""Filters of the pages of runs."""

import django_filters
from django.db.models import F, Q, QuerySet

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.status.run_status import NEEDS_A_PERSON, OUTDATED, RUN_STATUSES
from syncadmin.web.lists.text_search import TextSearch

_OUTDATED = "outdated"
_STATES = [
    (state.value, (NEEDS_A_PERSON if state is RunState.REJECTIONS else RUN_STATUSES[state]).label) for state in RunState
]
_STATES.insert(1 + list(RunState).index(RunState.PLANNED), (_OUTDATED, OUTDATED.label))


class RunSearch(TextSearch):
    """Filters runs by part of their sync's name, or by number: "12", "#12" or "run 12"."""

    def condition(self, text: str) -> Q:
        number = text.casefold().removeprefix("run").lstrip(" #")
        return super().condition(text) | (Q(pk=number) if number.isdecimal() else Q())


class RunFilter(django_filters.FilterSet):
    """Filters runs by number or sync, state, and trigger."""

    q = RunSearch("sync__slug", label="Sync or run number")
    state = django_filters.ChoiceFilter(choices=_STATES, label="State", empty_label="Any", method="in_state")
    sync = django_filters.ModelChoiceFilter(
        queryset=Sync.objects.all(), to_field_name="slug", label="Sync", empty_label="Any"
    )
    trigger = django_filters.ChoiceFilter(choices=Trigger.choices, label="Why", empty_label="Any")

    class Meta:
        model = Run
        fields = ["q", "state", "sync", "trigger"]

    def in_state(self, rows: QuerySet[Run], name: str, value: str) -> QuerySet[Run]:
        """Runs in a state; waiting plans are divided into those that can be approved and outdated ones (see
        Run.is_outdated).
        """
        outdated = Q(planned_at__isnull=False, undo_of=None) & ~Q(revision=F("sync__revision"))
        if value == _OUTDATED:
            return rows.filter(outdated, state=RunState.PLANNED)
        rows = rows.filter(state=value)
        return rows.exclude(outdated) if value == RunState.PLANNED else rows
