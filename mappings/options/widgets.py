"""Form widgets of the mapping pages: lists with disabled entries, and radio buttons with an explanation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString


class ReasonedSelect(forms.Select):
    """A select in which ``refused`` values can be read and not chosen. With ``types`` it is a list of fields: scripts
    make a box of it that can be searched, with a sign for the type of each.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        refused: Collection[str] = (),
        types: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__({**(attrs or {}), **({"data-picker": ""} if types else {})}, choices)
        self.refused, self.types = frozenset(refused), types or {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.refused:
            option["attrs"]["disabled"] = True
        if type := self.types.get(str(value)):
            option["attrs"]["data-type"] = type
        return option


class RadioCards(forms.RadioSelect):
    """Radio buttons, each with one line on what follows from it. ``consequences`` are by value."""

    def __init__(self, consequences: Mapping[Any, str] | None = None, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.consequences = dict(consequences or {})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        cards = [(key, label, self.consequences.get(key, ""), key == str(value)) for key, label in self.choices]
        context = {"name": name, "id": (attrs or {}).get("id", f"id_{name}"), "cards": cards}
        return SafeString(render_to_string("mappings/widgets/radio_cards.html", context))
