"""The tables of field types that can be mapped: general ones, and narrower ones for pairs of systems."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from connectors.api.values import TYPE_NAMES, FieldSchema, FieldType

T = FieldType
_TEXTS = frozenset({T.TEXT, T.LONG_TEXT})
_NUMBERS = frozenset({T.INTEGER, T.DECIMAL, T.PERCENT, T.GEOLOCATION})
_ANY_TEXT = _TEXTS | {T.RICH_TEXT}


@dataclass(frozen=True, slots=True)
class TypeTable:
    """Source type -> the types that it may fill. A type without an entry cannot be mapped.

    ``names``: types that a refusal suggests, in order. ``computed``: computed fields are allowed as sources.
    ``returns``: everything that loses nothing may be written back; else the table decides.
    """

    targets: Mapping[FieldType, frozenset[FieldType]]
    names: Mapping[FieldType, str] = field(default_factory=lambda: TYPE_NAMES)
    computed: bool = True
    returns: bool = False

    @property
    def fillable(self) -> frozenset[FieldType]:
        """All types that can be filled."""
        return frozenset().union(*self.targets.values())

    def feeds(self, source: FieldSchema) -> frozenset[FieldType] | None:
        """The types that this field may fill; None if it cannot be mapped."""
        if source.compound or not source.readable or (source.calculated and not self.computed):
            return None
        return self.targets.get(source.type)


GENERAL = TypeTable(
    {
        T.TEXT: _ANY_TEXT | {T.EMAIL, T.PHONE, T.URL, T.CHOICE},
        T.LONG_TEXT: _ANY_TEXT,
        T.RICH_TEXT: _ANY_TEXT,
        T.CHOICE: _TEXTS | {T.CHOICE},
        T.INTEGER: _NUMBERS | _TEXTS,
        T.DECIMAL: _NUMBERS - {T.INTEGER} | _TEXTS,
        T.PERCENT: _NUMBERS - {T.INTEGER, T.GEOLOCATION} | _TEXTS,
        T.GEOLOCATION: frozenset({T.GEOLOCATION, T.DECIMAL}) | _TEXTS,
        T.BOOLEAN: frozenset({T.BOOLEAN}),
        T.DATE: _TEXTS | {T.DATE, T.DATETIME},
        T.DATETIME: _TEXTS | {T.DATE, T.DATETIME},
        T.EMAIL: _TEXTS | {T.EMAIL},
        T.PHONE: _TEXTS | {T.PHONE},
        T.URL: _TEXTS | {T.URL},
    }
)
"""What any two systems can hand to each other."""

CRM_TO_HELPDESK = TypeTable(
    {
        T.TEXT: _TEXTS | {T.PHONE, T.EMAIL, T.URL},
        T.LONG_TEXT: _TEXTS,
        T.RICH_TEXT: _TEXTS,
        T.CHOICE: frozenset({T.CHOICE}),
        T.INTEGER: frozenset({T.INTEGER, T.DECIMAL}),
        T.DECIMAL: frozenset({T.DECIMAL}),
        T.PERCENT: frozenset({T.DECIMAL}),
        T.GEOLOCATION: frozenset({T.INTEGER, T.DECIMAL}),
        T.BOOLEAN: frozenset({T.BOOLEAN}),
        T.DATE: frozenset({T.DATE}),
        T.DATETIME: _TEXTS | {T.DATE},
        T.EMAIL: frozenset({T.TEXT, T.EMAIL}),
        T.PHONE: _TEXTS | {T.PHONE},
        T.URL: _TEXTS | {T.URL},
    },
    {
        T.CHOICE: "Drop-down",
        T.TEXT: "Text",
        T.LONG_TEXT: "Multi-line text",
        T.INTEGER: "Numeric",
        T.DECIMAL: "Decimal",
        T.BOOLEAN: "Checkbox",
        T.DATE: "Date",
    },
    computed=False,
    returns=True,
)
"""Fields of a CRM to fields of a helpdesk (S3.27), of which only standard ones are phones, emails and URLs."""


@dataclass(frozen=True, slots=True)
class TypeTables:
    """The type tables of two systems: the general one, and a narrower one for custom fields on the right."""

    general: TypeTable = GENERAL
    to_custom: TypeTable | None = None

    def to_right(self, target: FieldSchema) -> TypeTable:
        """The table that applies to this right field."""
        return self.to_custom if self.to_custom and target.custom else self.general


BETWEEN_ANY = TypeTables()
"""Any two systems."""

CRM_AND_HELPDESK = TypeTables(replace(GENERAL, computed=False), CRM_TO_HELPDESK)
"""A CRM on the left and a helpdesk on the right; what the CRM computes is not mapped (A10)."""
