"""Decides which fields can be mapped to each other, with a sentence for every refusal (S3.27, S3.28)."""

from dataclasses import dataclass

from connectors.api.values import FieldSchema, FieldType
from mappings.rules.type_tables import CRM_TO_HELPDESK, TypeTable

T = FieldType

FILTER_TYPES = frozenset({T.CHOICE, T.BOOLEAN})
"""What filters and ranks can judge (S3.17)."""
DOMAIN_TYPES = frozenset({T.TEXT, T.LONG_TEXT})
CRITERION_TYPES = frozenset({T.TEXT, T.PHONE, T.EMAIL, T.INTEGER, T.DECIMAL, T.URL})
MASKED = "It is shown masked to users who may not view encrypted data: masked values are left alone"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether two fields may be mapped. ``reason`` says why not, or what is lost.

    ``caution`` is what administrators should know about an allowed pair before a run.
    """

    allowed: bool
    reason: str = ""
    caution: str = ""


def verdict(left: FieldSchema, right: FieldSchema, table: TypeTable = CRM_TO_HELPDESK) -> Verdict:
    """Whether ``left`` may fill ``right`` by this table, with a reason short enough for a list of fields."""
    if left.compound:
        return Verdict(False, f"{left.type_name} fields hold several values; map one of its parts")
    if (targets := table.feeds(left)) is None:
        return Verdict(False, f"{left.type_name} fields cannot be mapped")
    if refused := _refused_target(right, table):
        return Verdict(False, refused)
    if right.type is T.INTEGER and left.type is T.DECIMAL and left.scale and not left.currency:
        return Verdict(False, f"{left.scale} decimal places need a Decimal field")
    if right.type not in targets:
        return Verdict(False, f"{left.type_name} needs a {_either(targets, table)} field")
    if left.type is T.DATETIME and right.type is T.DATE:
        return Verdict(True, "The time of day is dropped")
    if left.type is T.RICH_TEXT and right.type is not T.RICH_TEXT:
        return Verdict(True, "Formatting is dropped")
    return Verdict(True, caution=_caution(left))


def _refused_target(right: FieldSchema, table: TypeTable) -> str:
    """Why a field cannot be written to, "" if it can."""
    if not right.writable:
        return right.read_only_reason or "it cannot be written"
    by_pattern = right.restricted and right.type is T.TEXT
    if by_pattern or right.compound or right.type not in table.fillable:
        return f"{right.type_name} fields cannot be filled"
    return ""


def _caution(left: FieldSchema) -> str:
    if left.unit:
        return f"The amount goes without its currency, which {left.unit} holds: map that field too"
    if left.mask:
        return MASKED
    return ""


def way_back(left: FieldSchema, right: FieldSchema, transform: str, table: TypeTable = CRM_TO_HELPDESK) -> Verdict:
    """Whether a pair may also be written from right to left: only if nothing is lost on the way."""
    if not left.updatable:
        return Verdict(False, left.read_only_reason or "the field cannot be written there")
    if transform:
        return Verdict(False, "a transform works one way only")
    if not table.returns and not (back := verdict(right, left, table)).allowed:
        return back
    loss = verdict(left, right, table).reason
    return Verdict(False, f"{loss[0].lower()}{loss[1:]} on the way") if loss else Verdict(True)


def mappable(left: FieldSchema, table: TypeTable = CRM_TO_HELPDESK) -> bool:
    """Whether a field is offered as the source of a mapping (S3.28, A10)."""
    return table.feeds(left) is not None


def filterable(field: FieldSchema) -> bool:
    """Whether a field can be used in filters and ranks: picklists and checkboxes (S3.17)."""
    return field.type in FILTER_TYPES and not field.calculated


def holds_domains(field: FieldSchema) -> bool:
    """Whether a field can hold domain names: a text (S3.20)."""
    return field.type in DOMAIN_TYPES and not field.calculated and not field.encrypted and not field.auto_number


def is_criterion(field: FieldSchema) -> bool:
    """Whether a field can distinguish two people (S1.21)."""
    return field.type in CRITERION_TYPES and not (field.calculated or field.encrypted or field.currency)


def taggable(left: FieldSchema) -> bool:
    """Whether values of a field can become tags: mappable fields and multi-select picklists (S3.19, A10).

    Not fields that may be masked: tags need all of their fields to be read.
    """
    return (mappable(left) or left.type is T.CHOICES) and not left.mask


def _either(targets: frozenset[FieldType], table: TypeTable) -> str:
    names = [name for target, name in table.names.items() if target in targets]
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"
