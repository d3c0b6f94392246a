"""Which Salesforce field may feed which Zendesk field: the table S3.27, and a sentence for every refusal (S3.28)."""

from dataclasses import dataclass

from connectors.api.values import FieldSchema, FieldType

T = FieldType

LEFT_TYPES: tuple[FieldType, ...] = (
    T.AUTO_NUMBER, T.CHECKBOX, T.CURRENCY, T.DATE, T.DATETIME, T.EMAIL, T.GEOLOCATION, T.NUMBER, T.PERCENT,
    T.PHONE, T.PICKLIST, T.TEXT, T.TEXT_AREA, T.TEXT_AREA_LONG, T.TEXT_AREA_RICH, T.TEXT_ENCRYPTED, T.URL,
)  # fmt: skip
RIGHT_TYPES: tuple[FieldType, ...] = (
    T.DROPDOWN, T.TEXT, T.MULTILINE, T.NUMERIC, T.DECIMAL, T.CHECKBOX, T.DATE,
)  # fmt: skip

_TEXTS = frozenset({T.TEXT, T.MULTILINE})
TARGETS: dict[FieldType, frozenset[FieldType]] = {
    T.AUTO_NUMBER: _TEXTS,
    T.CHECKBOX: frozenset({T.CHECKBOX}),
    T.CURRENCY: frozenset({T.DECIMAL}),
    T.DATE: frozenset({T.DATE}),
    T.DATETIME: _TEXTS | {T.DATE},
    T.EMAIL: frozenset({T.TEXT}),
    T.GEOLOCATION: frozenset({T.NUMERIC, T.DECIMAL}),
    T.NUMBER: frozenset({T.NUMERIC, T.DECIMAL}),
    T.PERCENT: frozenset({T.DECIMAL}),
    T.PHONE: _TEXTS,
    T.PICKLIST: frozenset({T.DROPDOWN}),
    T.TEXT: _TEXTS,
    T.TEXT_AREA: _TEXTS,
    T.TEXT_AREA_LONG: _TEXTS,
    T.TEXT_AREA_RICH: _TEXTS,
    T.TEXT_ENCRYPTED: _TEXTS,
    T.URL: _TEXTS,
}

NAMES: dict[FieldType, str] = {
    T.AUTO_NUMBER: "Auto Number", T.CHECKBOX: "Checkbox", T.CURRENCY: "Currency", T.DATE: "Date",
    T.DATETIME: "Date/Time", T.EMAIL: "Email", T.GEOLOCATION: "Geolocation", T.NUMBER: "Number",
    T.PERCENT: "Percent", T.PHONE: "Phone", T.PICKLIST: "Picklist", T.TEXT: "Text", T.TEXT_AREA: "Text Area",
    T.TEXT_AREA_LONG: "Text Area (Long)", T.TEXT_AREA_RICH: "Text Area (Rich)",
    T.TEXT_ENCRYPTED: "Text Area (Encrypted)", T.URL: "URL", T.DROPDOWN: "Drop-down",
    T.MULTILINE: "Multi-line text", T.NUMERIC: "Numeric", T.DECIMAL: "Decimal",
    T.MULTI_SELECT: "Multi-select", T.LOOKUP: "Look-up", T.FORMULA: "Formula", T.ADDRESS: "Address",
    T.TIME: "Time", T.REGEXP: "Regexp", T.TAGS: "Tags", T.ID: "Id", T.OTHER: "Other",
}  # fmt: skip


FILTER_TYPES = frozenset({T.PICKLIST, T.CHECKBOX})
"""What filters and ranks can judge (S3.17)."""
DOMAIN_TYPES = frozenset({T.TEXT, T.TEXT_AREA, T.TEXT_AREA_LONG})
CRITERION_TYPES = frozenset({T.TEXT, T.PHONE, T.EMAIL, T.AUTO_NUMBER, T.NUMBER, T.URL})
MASKED = "Salesforce shows it masked to users who may not view encrypted data: masked values are left alone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pair may be mapped; ``reason`` says why not, or what is lost on the way.

    ``caution`` is what everybody should know of an allowed pair before a run.
    """

    allowed: bool
    reason: str = ""
    caution: str = ""


def verdict(left: FieldSchema, right: FieldSchema) -> Verdict:
    """Whether ``left`` may feed ``right`` (S3.27), with a short reason that fits into a list of fields."""
    targets = TARGETS.get(left.type)
    if left.compound:
        return Verdict(False, f"{NAMES[left.type]} fields hold several values; map one of its parts")
    if targets is None:
        return Verdict(False, f"{NAMES[left.type]} fields cannot be mapped")
    if right.type not in RIGHT_TYPES:
        return Verdict(False, f"{NAMES[right.type]} fields cannot be filled")
    if right.type not in targets:
        return Verdict(False, f"{NAMES[left.type]} needs a {_either(targets)} field")
    if left.type is T.NUMBER and right.type is T.NUMERIC and left.scale:
        return Verdict(False, f"{left.scale} decimal places need a Decimal field")
    if left.type is T.DATETIME and right.type is T.DATE:
        return Verdict(True, "The time of day is dropped")
    if left.type is T.TEXT_AREA_RICH:
        return Verdict(True, "Formatting is dropped")
    return Verdict(True, caution=_caution(left))


def _caution(left: FieldSchema) -> str:
    if left.unit:
        return f"The amount goes without its currency, which {left.unit} holds: map that field too"
    if left.mask:
        return MASKED
    return ""


def way_back(left: FieldSchema, right: FieldSchema, transform: str) -> Verdict:
    """Whether a pair may also be written from the helpdesk to Salesforce: only where nothing is lost on the way."""
    if not left.updatable:
        return Verdict(False, "the field cannot be written there")
    if transform:
        return Verdict(False, "a transform works one way only")
    loss = verdict(left, right).reason
    return Verdict(False, f"{loss[0].lower()}{loss[1:]} on the way") if loss else Verdict(True)


def mappable(left: FieldSchema) -> bool:
    """Whether a Salesforce field is offered for field mappings at all (S3.28, A10)."""
    return left.type in TARGETS and not left.compound


def taggable(left: FieldSchema) -> bool:
    """Whether a field's values may become tags: the mappable ones and multi-select picklists (S3.19, A10).

    Not those that may be masked: tags wait until all of their fields were read.
    """
    return (mappable(left) or left.type is T.MULTI_SELECT) and not left.mask


def _either(targets: frozenset[FieldType]) -> str:
    names = [NAMES[target] for target in RIGHT_TYPES if target in targets]
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"
