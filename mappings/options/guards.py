"""The form of the guards: how much a plan may change before somebody has to approve it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.options import wording
from mappings.rules.guards import (
    DEFAULTS,
    LARGEST_NUMBER,
    LARGEST_SHARE,
    TITLES,
    Guard,
    Limit,
    differing,
    limits,
    plain,
)
from mappings.schemas import Schemas


@dataclass(frozen=True, slots=True)
class GuardRow:
    """One guard as a row of the section; ``usual`` is its default in words."""

    title: str
    text: str
    usual: str
    on: BoundField
    share: BoundField
    at_least: BoundField

    @property
    def errors(self) -> list[str]:
        return [*self.share.errors, *self.at_least.errors]


class GuardsForm(forms.Form):
    """For each guard whether it is on, its share in percent and the number from which on it counts."""

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas | None = None) -> None:
        super().__init__(data)
        kind = kind_of(sync.kind)
        self.guards = kind.guards
        self.lines = wording.guard_lines(kind)
        self.stored = sync.guards
        for guard in self.guards:
            self._add(guard, limits(sync.guards)[guard])

    @property
    def rows(self) -> Iterator[GuardRow]:
        for guard in self.guards:
            usual = DEFAULTS[guard]
            parts = [self[f"{guard}_{part}"] for part in ("on", "share", "at_least")]
            yield GuardRow(TITLES[guard], self.lines[guard], f"{usual.share}\u00a0%, from {usual.at_least}", *parts)

    def clean(self) -> dict[str, Any]:
        """A guard that is on needs both numbers; of one that is off they may be left out."""
        for guard in self.guards:
            for part in ("share", "at_least"):
                name = f"{guard}_{part}"
                empty = name not in self.errors and self.cleaned_data.get(name) is None
                if empty and self.cleaned_data.get(f"{guard}_on"):
                    self.add_error(name, "Fill in both numbers, or switch the guard off.")
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The limits as typed, by guard. Only after ``is_valid``."""
        chosen = {guard: self._limit(guard) for guard in self.guards}
        others = {guard: limit for guard, limit in self.stored.items() if guard not in chosen}
        return {**others, **differing(plain(chosen))}

    def _add(self, guard: Guard, limit: Limit | None) -> None:
        shown, title = limit or DEFAULTS[guard], TITLES[guard]
        on: dict[str, Any] = {"class": "form-check-input", "aria-label": f"{title}: on"}
        number: dict[str, Any] = {"class": "form-control"}
        self.fields[f"{guard}_on"] = forms.BooleanField(
            required=False, initial=limit is not None, widget=forms.CheckboxInput(attrs=on)
        )
        for part, least, most, value, what in (
            ("share", 0, LARGEST_SHARE, shown.share, "more than this share in percent"),
            ("at_least", 1, LARGEST_NUMBER, shown.at_least, "from this number on"),
        ):
            widget = forms.NumberInput(attrs={**number, "aria-label": f"{title}: {what}"})
            self.fields[f"{guard}_{part}"] = forms.IntegerField(
                required=False, min_value=least, max_value=most, initial=value, widget=widget
            )

    def _limit(self, guard: Guard) -> Limit | None:
        cleaned = self.cleaned_data
        if not cleaned[f"{guard}_on"]:
            return None
        return Limit(cleaned[f"{guard}_share"], cleaned[f"{guard}_at_least"])
