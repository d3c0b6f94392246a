"""The form of one section of a sync's page: one form field for each option of the section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from connectors.api.values import FieldSchema
from mappings.fields import rows
from mappings.fields.rows import Row
from mappings.kinds.option import Option, OptionType
from mappings.kinds.registry import kind_of
from mappings.kinds.section import Section
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options import option_fields, phrases, placed_fields, places
from mappings.options.phrases import AskedPhrase
from mappings.options.places import ListedPlace
from mappings.schemas import Schemas

_CARDS = frozenset({OptionType.YES_NO, OptionType.CHOICE})


@dataclass(frozen=True, slots=True)
class AskedOption:
    """One option as the page shows it. ``refreshes``: other fields follow from what is chosen here."""

    option: Option
    field: BoundField
    help: str
    refreshes: bool = False
    further: tuple[BoundField, ...] = ()
    """What else the page asks for in the same place."""
    places: Sequence[ListedPlace] = ()
    phrase: AskedPhrase | None = None

    @property
    def look(self) -> str:
        """How it is drawn: a list for each place, two lists, a select above what follows from it, a box, cards."""
        if self.option.places:
            return "places"
        if self.option.is_list and not self.option.is_typed:
            return "list"
        if self.refreshes:
            return "source"
        return "cards" if self.option.type in _CARDS else "box"

    @property
    def heading(self) -> str:
        return self.option.heading

    @property
    def beside(self) -> str:
        """The template of what stands below."""
        return self.option.beside


class OptionsForm(forms.Form):
    """The options of the kind that stand in ``section``."""

    def __init__(
        self, data: Any = None, *, sync: Sync, known: Schemas, section: Section, initial: dict[str, Any] | None = None
    ) -> None:
        self.sync, self.known, self.kind, self.section = sync, known, kind_of(sync.kind), section
        declared = [option for option in self.kind.options if option.section == section.name]
        self.options = [option for option in declared if self._is_asked(option)]
        self.placed_rows = rows.placed(sync)
        stored = {o.name: option_fields.shown(o, sync.option(o.name)) for o in self.options}
        for option in self._mappings:
            stored |= placed_fields.initial(option, self.placed_rows.get(option.name))
        for option in self._in_places:
            stored |= places.initial(option, sync.option(option.name))
        super().__init__(data, initial={**stored, **(initial or {})})
        for option in self.options:
            self.fields.update(self._fields_of(option))
        for option in self._mappings:
            direction = self[placed_fields.name_of(option, "direction")].value()
            placed_fields.offer(option, self[option.name], direction, known)
        for option in self.options:
            if option.places:
                places.offer(option, self, self.kind, known)
            else:
                option_fields.offer(option, self[option.name], self.kind, known, self.source(option))

    @property
    def parts(self) -> Iterator[AskedOption]:
        """What the page shows, in the order of the declaration: values only of a field that is chosen."""
        sources = {option.of for option in self.options}
        for option in self.options:
            if option.of and not self.source(option) and not self[option.name].value():
                continue
            more = tuple(self[name] for name in self.fields if option.is_mapping and name.startswith(f"{option.name}_"))
            yield AskedOption(
                option,
                self[places.names_of(option)[0] if option.places else option.name],
                worded(option.help, self.kind),
                option.name in sources,
                more,
                places.places(option, self, self.kind, self.known, self.sync) if option.places else (),
                phrases.required_phrase(option, self, self.sync) if option.phrase else None,
            )

    def _fields_of(self, option: Option) -> dict[str, forms.Field]:
        """The form fields of an option, by name."""
        if option.places:
            return places.fields_of(option, self.kind)
        further = placed_fields.further(option, self.kind) if option.is_mapping else {}
        typed = phrases.fields_of(option) if option.phrase else {}
        return {option.name: option_fields.field_of(option, self.kind), **further, **typed}

    @property
    def _in_places(self) -> list[Option]:
        return [option for option in self.options if option.places]

    @property
    def _mappings(self) -> list[Option]:
        return [option for option in self.options if option.is_mapping]

    def source(self, option: Option) -> FieldSchema | None:
        """The field whose values an option takes, as it is chosen now, saved or not."""
        if not option.of:
            return None
        found = self.known.left_field(self[option.of].value() or "")
        return found if found and found.choices else None

    def clean(self) -> dict[str, Any]:
        for option in self.options:
            value = self.cleaned_data.get(option.name)
            if option.places:
                self.cleaned_data[option.name] = places.cleaned(option, self, self.sync, self.known)
            elif option.name in self.cleaned_data:
                self._clean_option(option, value)
            if option.phrase:
                phrases.clean(option, self, self.sync, self.kind)
        for name, problem in self.section.problems(self.cleaned_data):
            self.add_error(name if name in self.fields else None, problem)
        return self.cleaned_data

    def values(self) -> dict[str, Any]:
        """The options as typed. Only after ``is_valid``."""
        found = {option.name: self.cleaned_data[option.name] for option in self.options if not option.is_mapping}
        for option in self.options:
            found |= phrases.value(option, self, self.sync) if option.phrase else {}
        return found

    def placed(self) -> dict[str, Row | None]:
        """The mappings of this section as typed, by the field on the right; None for none. Only after ``is_valid``."""
        required_phrase = [option for option in self._mappings if option.name in self.data]
        return {
            o.name: placed_fields.row_of(o, self.cleaned_data, self.placed_rows.get(o.name)) for o in required_phrase
        }

    def _clean_option(self, option: Option, value: Any) -> None:
        if option.is_mapping:
            self._clean_mapping(option)
            return
        if option.of and not self.cleaned_data.get(option.of):
            self.cleaned_data[option.name] = []
            return
        if (option.is_typed or not option.is_list) and option.name not in self.data:
            self.cleaned_data[option.name] = self.sync.option(option.name)
            return
        try:
            source = self.source(option)
            self.cleaned_data[option.name] = option_fields.cleaned(option, value, self.sync, self.known, source)
        except forms.ValidationError as error:
            self.add_error(option.name, error)

    def _clean_mapping(self, option: Option) -> None:
        row = placed_fields.row_of(option, self.cleaned_data, self.placed_rows.get(option.name))
        if row and option.name in self.data:
            others = [other for other in rows.stored(self.sync) if other.right != option.name]
            for problem in placed_fields.problems(row, others, self.known):
                self.add_error(option.name, problem)

    def _is_asked(self, option: Option) -> bool:
        if option.needs_field and self.known.left_field(option.needs_field) is None:
            return False
        if option.needs_option and not self.sync.option(option.needs_option):
            return False
        chosen = self.sync.option(option.name)
        return not option.if_any_fits or bool(chosen) or option_fields.fits_any(option, self.known)


def chosen_anew(form: OptionsForm, data: QueryDict) -> QueryDict:
    """What was submitted, without values that belong to a field which another one took the place of."""
    fresh = data.copy()
    for option in form.options:
        if option.of:
            source = form.known.left_field(data.get(option.of, ""))
            have = {choice.value for choice in source.choices} if source else set()
            fresh.setlist(option.name, [value for value in data.getlist(option.name) if value in have])
    return fresh
