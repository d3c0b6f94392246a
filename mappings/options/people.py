"""What only contacts and leads have: match criteria, who fills a shared user, and what is created on either side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from connectors.api.values import FieldSchema, FieldType
from mappings.fields import choices as options
from mappings.kinds.registry import kind_of
from mappings.models import CreateLeft, NoEmail, Sync, WelcomeMail
from mappings.options import wording
from mappings.options.form_parts import YES_NO, all_known, allowed, explain, offer, value_choices, with_lost
from mappings.options.widgets import RadioCards, ReasonedSelect
from mappings.rules import matching
from mappings.services import Schemas
from syncadmin.web.duallist import DualList, DualListField

FURTHER = ("second", "third")
PHRASE = "send welcome mails"
"""What an administrator types to let Zendesk write to every user that is created (S3.C4)."""


@dataclass(frozen=True, slots=True)
class FurtherCriterion:
    """A further criterion: its list, and the label of the field it is compared with, "" while none is chosen."""

    place: int
    field: BoundField
    compared: str
    mapped: bool


class MatchingForm(forms.Form):
    """What contacts or leads and users are matched by (S1.20, S1.21), and those without an email (S3.4)."""

    second = forms.ChoiceField(required=False, label="Second criterion", widget=ReasonedSelect)
    third = forms.ChoiceField(required=False, label="Third criterion", widget=ReasonedSelect)
    no_email = forms.ChoiceField(choices=NoEmail.choices, widget=RadioCards())

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        further = [name for name in sync.match_on if name != matching.EMAIL]
        super().__init__(data, initial={**dict(zip(FURTHER, further, strict=False)), "no_email": sync.no_email})
        self.known = known
        self.names = {field.name for field in known.left.fields}
        kind = kind_of(sync.kind)
        self.mapped = {row.left: row.right for row in sync.mappings.all()}
        for name in FURTHER:
            offer(self, name, options.criteria(known), "No further criterion", self.names)
        label = f"{kind.left.many.capitalize()} without an email"
        explain(self, "no_email", wording.no_email_lines(kind), label)

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
        return allowed(self, "second", self.names)

    def clean_third(self) -> str:
        return allowed(self, "third", self.names)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("third") and cleaned.get("third") == cleaned.get("second"):
            self.add_error("third", "This is the second criterion already. Choose another field, or none.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """The fields of Sync as typed. Only after ``is_valid``."""
        further = [name for field in FURTHER if (name := self.cleaned_data[field])]
        return {"match_on": [matching.EMAIL, *further], "no_email": self.cleaned_data["no_email"]}


class DuplicatesForm(forms.Form):
    """Which record of one email fills the user, who has left its account, and what becomes of memberships (S3.C15)."""

    rank_field = forms.ChoiceField(required=False, label="Rank by this field")
    rank_values = DualListField(
        required=False,
        widget=DualList("goes first", "values", none="None chosen: no value goes before another."),
    )
    ended_values = DualListField(
        required=False, widget=DualList(noun="values", ordered=False, none="No value says that somebody has left.")
    )
    membership_end = forms.ChoiceField(
        label="When a contact leaves its account",
        choices=wording.MEMBERSHIP_CHOICES,
        widget=RadioCards(wording.MEMBERSHIP_LINES),
    )

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        plain = ("rank_field", "rank_values", "ended_values", "membership_end")
        super().__init__(data, initial={name: getattr(sync, name) for name in plain})
        self.known = known
        chosen = self["rank_field"].value()
        fields: dict[str, Any] = self.fields
        fields["rank_field"].choices = [("", "No ranking"), *with_lost(options.picklists(known), [chosen])]
        for name in ("rank_values", "ended_values"):
            fields[name].choices = with_lost(value_choices(self.chosen_field), self[name].value())
        if not wording.has_memberships(kind_of(sync.kind), sync.account_field):
            del self.fields["membership_end"]

    @property
    def chosen_field(self) -> FieldSchema | None:
        """The picklist that ranks now, saved or not."""
        found = self.known.left_field(self["rank_field"].value() or "")
        return found if found and found.type is FieldType.CHOICE else None

    def clean_rank_field(self) -> str:
        name: str = self.cleaned_data["rank_field"]
        if name and self.chosen_field is None:
            raise forms.ValidationError(f"{name} is no picklist of Salesforce any more. Choose another field.")
        return name

    def clean_rank_values(self) -> list[str]:
        return self._values("rank_values")

    def clean_ended_values(self) -> list[str]:
        return self._values("ended_values")

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not cleaned.get("rank_field"):
            cleaned["rank_values"] = cleaned["ended_values"] = []
        elif cleaned.get("rank_values") == [] and cleaned.get("ended_values") == []:
            self.add_error("rank_values", "Choose at least one value in one of the two lists, or no field to rank by.")
        elif (first := (cleaned.get("rank_values") or [""])[0]) in (cleaned.get("ended_values") or ()):
            text = f"{first} goes first above, so it cannot mean that somebody has left. Take it out of one list."
            self.add_error("ended_values", text)
        return cleaned

    def _values(self, name: str) -> list[str]:
        chosen: list[str] = self.cleaned_data[name]
        field = self.chosen_field
        return all_known(chosen, {choice.value for choice in field.choices}) if field else chosen

    def values(self) -> dict[str, Any]:
        """The fields of Sync as typed. Only after ``is_valid``."""
        return dict(self.cleaned_data)


class CreatingForm(forms.Form):
    """What is created on either side (S3.51, S3.C5), and whether Zendesk may write to new users (S3.C4).

    Letting Zendesk write takes the PHRASE, unless its setting is known to be off or the phrase was typed before.
    """

    create_right = forms.ChoiceField(choices=YES_NO, widget=RadioCards())
    create_left = forms.ChoiceField(label="Create in Salesforce", widget=RadioCards(wording.PEOPLE_LINES))
    welcome_mail = forms.ChoiceField(
        label="Zendesk's welcome mail", choices=WelcomeMail.choices, widget=RadioCards(wording.WELCOME_LINES)
    )
    family_first = forms.ChoiceField(
        label="Order of names in Zendesk",
        choices=wording.NAME_ORDER,
        required=False,
        widget=RadioCards(wording.NAME_ORDER_LINES),
    )
    confirmation = forms.CharField(
        required=False,
        label=f"Type “{PHRASE}” to choose this",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, sync: Sync, known: Schemas) -> None:
        stored = {"create_left": sync.create_left, "welcome_mail": sync.welcome_mail}
        flags = {"create_right": sync.create_right, "family_first": sync.family_first}
        answers = {name: "yes" if on else "no" for name, on in flags.items()}
        super().__init__(data, initial={**stored, **answers})
        self.sync = sync
        kind = kind_of(sync.kind)
        label = f"Create Zendesk users for {kind.left.many} that have none"
        explain(self, "create_right", wording.create_right_lines(kind), label)
        choices = [(choice.value, str(choice.label)) for choice in map(CreateLeft, kind.left.create_choices)]
        fields: dict[str, Any] = self.fields
        fields["create_left"].choices = choices

    @property
    def writes(self) -> bool | None:
        """Whether Zendesk's welcome mail is on, as last read; None where nobody knows."""
        found = self.sync.right.facts.get("welcome_emails")
        return None if found is None else bool(found)

    @property
    def confirmed(self) -> bool:
        """Whether the phrase was typed for what is stored."""
        return self.sync.welcome_mail == WelcomeMail.ZENDESK and self.sync.welcome_confirmed

    @property
    def needs_phrase(self) -> bool:
        return self.writes is not False and not self.confirmed

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        wanted = cleaned.get("welcome_mail") == WelcomeMail.ZENDESK
        if wanted and self.needs_phrase and not self._typed:
            self.add_error("confirmation", f"To let Zendesk write to every new user, type: {PHRASE}")
        return cleaned

    @property
    def _typed(self) -> bool:
        return bool(" ".join(self.cleaned_data.get("confirmation", "").split()).casefold() == PHRASE)

    def values(self) -> dict[str, Any]:
        """The fields of Sync as typed. Only after ``is_valid``."""
        mail = self.cleaned_data["welcome_mail"]
        return {
            "create_right": self.cleaned_data["create_right"] == "yes",
            "create_left": self.cleaned_data["create_left"],
            "family_first": self.cleaned_data["family_first"] == "yes",
            "welcome_mail": mail,
            "welcome_confirmed": mail == WelcomeMail.ZENDESK and (self.confirmed or self._typed),
        }
