"""How an option is declared. Storage, form field, YAML key, help and documentation follow from the declaration."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connectors.api.values import FieldSchema


class OptionType(StrEnum):
    """The type of an option's value."""

    YES_NO = "yes or no"
    CHOICE = "one of the choices"
    TEXT = "a text"
    TEXTS = "a list of texts"
    """Some of the choices, where there are any; else whatever people type."""
    NUMBER = "a whole number"
    FIELD = "a field of the left side"
    FIELDS = "fields of the left side"
    VALUES = "values of the field that another option names"
    RIGHT_FIELD = "a field of the right side"
    KEY_FIELD = "a field of the right side that records are found by"
    PAIRS = "a value for each name"
    """A mapping of texts; people type a line for each, with a colon between field and value."""
    RIGHT_LOOKUP = "a look-up field of the right side"
    """One that leads to the object ``leads_to``."""
    RIGHT_RECORD_TYPE = "a record type of the right side"
    MAPPING = "a mapping of the right field of this name"
    """Kept with the field mappings of a sync; the option gives it a place of its own on the page and in the file."""


_EMPTY: Mapping[OptionType, Any] = {
    OptionType.YES_NO: False, OptionType.NUMBER: None,
    OptionType.PAIRS: {}, OptionType.FIELDS: [], OptionType.VALUES: [], OptionType.TEXTS: [],
}  # fmt: skip
_LISTS = frozenset({OptionType.FIELDS, OptionType.VALUES, OptionType.TEXTS})
_LEFT_FIELDS = frozenset({OptionType.FIELD, OptionType.FIELDS})
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of an option, its label, and one line about its effect."""

    value: str
    label: str
    consequence: str = ""


def yes_no(yes: str = "", no: str = "") -> tuple[Choice, ...]:
    """The choices of an option of type YES_NO, each with its effect."""
    return Choice(YES, "Yes", yes), Choice(NO, "No", no)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to type before a choice takes effect that cannot be undone."""

    choice: str
    words: str
    kept_in: str
    """The option that keeps that they were typed."""
    setting: str
    """A fact of the right connection: where it is known to be off, nothing has to be typed."""
    demand: str
    """What is said where they are missing; the words follow."""


def any_field(field: FieldSchema) -> str:
    return ""


def no_words(fields: Iterable[FieldSchema]) -> Iterator[Choice]:
    return iter(())


def no_problem(value: Any) -> Iterator[str]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a kind. Texts may contain words of the kind, such as ``{left_many}`` (``wording.words``).

    The value is stored in ``Sync.options`` under ``name``, and written to the configuration file under ``key``, which
    may be inside a group: ``rank_by.field``. Files with ``old_keys`` are read too.
    """

    name: str
    type: OptionType
    label: str = ""
    help: str = ""
    """What people should know beside the label, on the page and in the reference."""
    default: Any = None
    """None for the empty value of the type."""
    choices: tuple[Choice, ...] = ()
    section: str = ""
    """The section of the page that asks for it; "" for an option that is set elsewhere."""
    key: str = ""
    old_keys: tuple[str, ...] = ()
    yes: str = ""
    """The choice that ``true`` in a file stands for; ``false`` is the default."""
    view_choice: str = ""
    """The choice that needs a list view of the left system; a file says ``{list_view: NAME}`` in its place."""
    requires: Mapping[str, str] = field(default_factory=dict)
    """By choice the left field without which no record is made on the left."""
    reference: str = ""
    """What the reference says instead of ``help``."""
    elsewhere: str = ""
    """Why kinds without this option do not take it."""
    refusal: Callable[[FieldSchema], str] = any_field
    """Why a field cannot be chosen; "" for one that can."""
    built_in: tuple[str, ...] = ()
    """Values that are no fields of a schema: what is always compared."""
    fitting_only: bool = False
    """Only fields that can be chosen are listed; otherwise the others are shown with the reason."""
    of: str = ""
    """The option that names the field whose values these are."""
    leads_to: str = ""
    of_fields: bool = True
    """Its pairs name fields of the left side."""
    needs_field: str = ""
    """A field of the left side without which the page does not ask."""
    needs_option: str = ""
    """An option that has to be set before the page asks."""
    if_any_fits: bool = False
    """The page does not ask while no field fits."""
    none: str = ""
    """What the page says while nothing is chosen."""
    noun: str = "fields"
    first: str = ""
    """What it means to be the first of a list; "" where the order means nothing."""
    places: int = 0
    """Most fields in all, the built-in ones among them; each place behind those is a list of its own on the page."""
    phrase: Phrase | None = None
    """What is typed before one of the choices counts."""
    heading: str = ""
    """What the page says above its field and those that follow."""
    beside: str = ""
    """The template of what stands below its field."""
    copied: bool = True
    """A copy of a sync has the same value; otherwise the default."""
    problems: Callable[[Any], Iterable[str]] = no_problem
    """What is wrong with a value of the right type, as the end of a sentence that begins with the key."""
    offers: Callable[[Iterable[FieldSchema]], Iterable[Choice]] = no_words
    """The words that the page offers, from the fields of the left side."""
    admits: bool = False
    """It decides which records take part, so all of them are read again when it changes."""

    @property
    def initial(self) -> Any:
        """The value before anything is chosen."""
        initial = _EMPTY.get(self.type, "") if self.default is None else self.default
        return copy(initial) if isinstance(initial, (list, dict)) else initial

    @property
    def file_key(self) -> str:
        return self.key or self.name

    @property
    def group(self) -> str:
        """The outermost key in a configuration file."""
        return self.file_key.partition(".")[0]

    @property
    def is_mapping(self) -> bool:
        return self.type is OptionType.MAPPING

    @property
    def is_list(self) -> bool:
        return self.type in _LISTS

    @property
    def is_typed(self) -> bool:
        """Whether values are typed, one per line."""
        free = not self.choices and self.offers is no_words
        return self.type in (OptionType.TEXT, OptionType.PAIRS) or (self.type is OptionType.TEXTS and free)

    @property
    def words(self) -> tuple[str, ...]:
        """The values that may be chosen."""
        return tuple(choice.value for choice in self.choices)

    @property
    def made(self) -> tuple[str, ...]:
        """The choices except the first, which does nothing."""
        return self.words[1:]

    def misfit(self, value: Any) -> str:
        """Why this cannot be its value, as the end of a sentence that begins with its name; "" if it can."""
        if not self._of_type(value):
            return f"is {value!r}, which is not {self.type.value}"
        if self.type is OptionType.CHOICE and value not in self.words:
            return f"is {value!r}; possible: {', '.join(self.words)}"
        strange = [word for word in value if word not in self.words] if self.type is OptionType.TEXTS else []
        if strange and self.words:
            return f"holds {', '.join(map(repr, strange))}; possible: {', '.join(self.words)}"
        return next(iter(self.problems(value)), "")

    def _of_type(self, value: Any) -> bool:
        match self.type:
            case OptionType.YES_NO:
                return isinstance(value, bool)
            case OptionType.NUMBER:
                return value is None or (isinstance(value, int) and not isinstance(value, bool))
            case OptionType.FIELDS | OptionType.VALUES | OptionType.TEXTS:
                return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)
            case OptionType.PAIRS:
                texts = [*value.keys(), *value.values()] if isinstance(value, dict) else [None]
                return all(isinstance(text, str) for text in texts)
            case _:
                return isinstance(value, str)


def effective(options: Sequence[Option], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each option: the stored one, else the default. Unknown names are left out."""
    found = {o.name: stored.get(o.name, o.initial) for o in options if not o.is_mapping}
    return {name: copy(value) if isinstance(value, (list, dict)) else value for name, value in found.items()}


def misfits(options: Sequence[Option], values: Mapping[str, Any]) -> list[str]:
    """What is wrong with these values, a sentence each: unknown names, wrong types, unknown choices."""
    known = {option.name: option for option in options if not option.is_mapping}
    unknown = [f"There is no option {name!r}." for name in values if name not in known]
    found = ((name, known[name].misfit(value)) for name, value in values.items() if name in known)
    return unknown + [f"The option {name} {problem}." for name, problem in found if problem]


def fields_read(options: Sequence[Option], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The left fields that the values name and that must be read."""
    named: list[str] = []
    for option in options:
        value = values.get(option.name)
        if option.type in _LEFT_FIELDS and value:
            named += [name for name in value if name not in option.built_in] if option.is_list else [value]
    return tuple(dict.fromkeys(named))
