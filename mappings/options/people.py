"""What only contacts and leads have: match criteria, who fills a shared user, and what is created on either side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.forms import BoundField

from mappings.kinds.option import OptionType, no_problem
from mappings.kinds.people.options import CREATING, DUPLICATES, MATCH_ON, MATCHING
from mappings.models import Sync
from mappings.options import option_fields
from mappings.options.section_form import OptionsForm
from mappings.options.widgets import ReasonedSelect
from mappings.rules import matching
from mappings.services import Schemas

FURTHER = ("second", "third")
PHRASE = "send welcome mails"
"""What an administrator types to let Zendesk write to every user that is created (S3.C4)."""

ZENDESK = "zendesk"
_ONE_CRITERION = replace(MATCH_ON, type=OptionType.FIELD, problems=no_problem)


@dataclass(frozen=True, slots=True)
class FurtherCriterion:
    """A further criterion: its list, and the label of the field it is compared with, "" while none is chosen."""

    place: int
    field: BoundField
    compared: str
    mapped: bool


class MatchingForm(OptionsForm):
    """What contacts or leads and users are matched by (S1.20, S1.21), and those without an email (S3.4)."""

    section = MATCHING
    asked_apart = frozenset({MATCH_ON.name})
    second = forms.ChoiceField(required=False, label="Second criterion", widget=ReasonedSelect)
    third = forms.ChoiceField(required=False, label="Third criterion", widget=ReasonedSelect)

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        further = [name for name in sync.option(MATCH_ON.name) if name != matching.EMAIL]
        super().__init__(data, sync=sync, known=known, initial=dict(zip(FURTHER, further, strict=False)))
        self.mapped = {row.left: row.right for row in sync.mappings.all()}
        for name in FURTHER:
            option_fields.offer(_ONE_CRITERION, self[name], self.kind, known, None)

    @property
    def criteria(self) -> list[FurtherCriterion]:
        """The two further criteria as they are chosen now, saved or not."""
        return [self._criterion(place, name) for place, name in enumerate(FURTHER, 2)]

    def _criterion(self, place: int, name: str) -> FurtherCriterion:
        left = self[name].value() or ""
        right = matching.compared_with(left, self.mapped) if left else ""
        labels = {field.name: field.label for field in self.known.right.fields}
        return FurtherCriterion(place, self[name], labels.get(right, right), left in self.mapped)

    def clean_second(self) -> str:
        return self._allowed("second")

    def clean_third(self) -> str:
        return self._allowed("third")

    def _allowed(self, name: str) -> str:
        value = self.cleaned_data[name]
        return str(option_fields.cleaned(_ONE_CRITERION, value, self.sync, self.known, None))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("third") and cleaned.get("third") == cleaned.get("second"):
            self.add_error("third", "This is the second criterion already. Choose another field, or none.")
        return cleaned

    def values(self) -> dict[str, Any]:
        further = [name for field in FURTHER if (name := self.cleaned_data[field])]
        return {**super().values(), MATCH_ON.name: [matching.EMAIL, *further]}


class DuplicatesForm(OptionsForm):
    """Which record of one email fills the user, who has left its account, and what becomes of memberships (S3.C15)."""

    section = DUPLICATES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("rank_field"):
            return cleaned
        if cleaned.get("rank_values") == [] and cleaned.get("ended_values") == []:
            self.add_error("rank_values", "Choose at least one value in one of the two lists, or no field to rank by.")
        elif (first := (cleaned.get("rank_values") or [""])[0]) in (cleaned.get("ended_values") or ()):
            text = f"{first} goes first above, so it cannot mean that somebody has left. Take it out of one list."
            self.add_error("ended_values", text)
        return cleaned


class CreatingForm(OptionsForm):
    """What is created on either side (S3.51, S3.C5), and whether Zendesk may write to new users (S3.C4).

    Letting Zendesk write takes the PHRASE, unless its setting is known to be off or the phrase was typed before.
    """

    section = CREATING
    confirmation = forms.CharField(
        required=False,
        label=f"Type “{PHRASE}” to choose this",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    @property
    def writes(self) -> bool | None:
        """Whether Zendesk's welcome mail is on, as last read; None where nobody knows."""
        found = self.sync.right.facts.get("welcome_emails")
        return None if found is None else bool(found)

    @property
    def confirmed(self) -> bool:
        """Whether the phrase was typed for what is stored."""
        return self.sync.option("welcome_mail") == ZENDESK and bool(self.sync.option("welcome_confirmed"))

    @property
    def needs_phrase(self) -> bool:
        return self.writes is not False and not self.confirmed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        wanted = cleaned.get("welcome_mail") == ZENDESK
        if wanted and self.needs_phrase and not self._typed:
            self.add_error("confirmation", f"To let Zendesk write to every new user, type: {PHRASE}")
        return cleaned

    @property
    def _typed(self) -> bool:
        return bool(" ".join(self.cleaned_data.get("confirmation", "").split()).casefold() == PHRASE)

    def values(self) -> dict[str, Any]:
        wanted = self.cleaned_data["welcome_mail"] == ZENDESK
        return {**super().values(), "welcome_confirmed": wanted and (self.confirmed or self._typed)}
