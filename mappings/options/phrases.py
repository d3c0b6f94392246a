"""The confirmation phrase that has to be typed for a choice that cannot be undone (S3.C4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option, Phrase
from mappings.kinds.wording import worded
from mappings.models import Sync


@dataclass(frozen=True, slots=True)
class AskedPhrase:
    """How it stands with the phrase of an option. ``setting`` of the right system is None where nobody knows it."""

    field: BoundField
    setting: bool | None
    confirmed: bool

    @property
    def needed(self) -> bool:
        return self.setting is not False and not self.confirmed


def name_of(option: Option) -> str:
    """The form field of the phrase: ``welcome_mail_phrase``."""
    return f"{option.name}_phrase"


def fields_of(option: Option) -> dict[str, forms.Field]:
    phrase = _phrase(option)
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    label = f"Type “{phrase.words}” to choose this"
    return {name_of(option): forms.CharField(required=False, label=label, widget=widget)}


def required_phrase(option: Option, form: forms.Form, sync: Sync) -> AskedPhrase:
    phrase = _phrase(option)
    setting = sync.right.facts.get(phrase.setting)
    confirmed = sync.option(option.name) == phrase.choice and bool(sync.option(phrase.kept_in))
    return AskedPhrase(form[name_of(option)], None if setting is None else bool(setting), confirmed)


def clean(option: Option, form: forms.Form, sync: Sync, kind: Kind) -> None:
    """Side effect: adds an error to the form while the phrase is needed for what is chosen and not typed."""
    phrase = _phrase(option)
    wanted = form.cleaned_data.get(option.name) == phrase.choice
    if wanted and required_phrase(option, form, sync).needed and not _typed(option, form):
        form.add_error(name_of(option), f"{worded(phrase.demand, kind)} {phrase.words}")


def value(option: Option, form: forms.Form, sync: Sync) -> dict[str, Any]:
    """What is kept of it, by option."""
    phrase = _phrase(option)
    wanted = form.cleaned_data[option.name] == phrase.choice
    return {phrase.kept_in: wanted and (required_phrase(option, form, sync).confirmed or _typed(option, form))}


def _typed(option: Option, form: forms.Form) -> bool:
    return bool(" ".join(form.cleaned_data.get(name_of(option), "").split()).casefold() == _phrase(option).words)


def _phrase(option: Option) -> Phrase:
    assert option.phrase is not None
    return option.phrase
