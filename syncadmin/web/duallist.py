"""A widget for an ordered list of chosen values (S3.16, S3.18).

Works with plain form buttons: each button submits the whole form with a *move*, the page comes back with the
list changed and nothing saved. JavaScript makes the same moves without the round trip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

MOVE = "dual_list_move"


def move(selected: Sequence[str], action: str, value: str) -> list[str]:
    """``selected`` after ``add``, ``remove``, ``up`` or ``down`` of ``value``; unchanged if that is not possible."""
    items = list(selected)
    place = items.index(value) if value in items else -1
    match action:
        case "add" if place < 0:
            items.append(value)
        case "remove" if place >= 0:
            items.pop(place)
        case "up" if place > 0:
            items[place - 1 : place + 1] = [items[place], items[place - 1]]
        case "down" if 0 <= place < len(items) - 1:
            items[place : place + 2] = [items[place + 1], items[place]]
    return items


def is_move(data: Mapping[str, Any]) -> bool:
    """Whether a submitted form only moves an item: show the form again, save nothing."""
    return MOVE in data


class DualList(forms.Widget):
    """Widget with two lists. ``first_badge`` labels the first chosen item, such as "default for new records".

    ``none``: the text while nothing is chosen; without ``ordered`` chosen items cannot be moved.
    """

    def __init__(
        self,
        first_badge: str = "",
        noun: str = "values",
        attrs: dict[str, Any] | None = None,
        *,
        ordered: bool = True,
        none: str = "",
    ) -> None:
        super().__init__(attrs)
        self.first_badge = first_badge
        self.noun = noun
        self.ordered = ordered
        self.none = none or f"None chosen: all {noun} are in scope."
        self.choices: Sequence[tuple[str, str]] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else list(data.get(name, []))
        values = list(dict.fromkeys(values))
        field, _, rest = data.get(MOVE, "").partition(":")
        if field != name:
            return values
        action, _, value = rest.partition(":")
        return move(values, action, value)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        labels = {str(key): label for key, label in self.choices}
        chosen = [str(item) for item in value or []]
        context = {
            "name": name,
            "id": (attrs or {}).get("id", f"id_{name}"),
            "move": MOVE,
            "noun": self.noun,
            "ordered": self.ordered,
            "none": self.none,
            "first_badge": self.first_badge,
            "selected": [(item, labels.get(item, item)) for item in chosen],
            "available": [(item, label) for item, label in labels.items() if item not in chosen],
        }
        return SafeString(render_to_string("components/dual_list.html", context))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class DualListField(forms.MultipleChoiceField):
    """The chosen values, in order."""

    widget = DualList
