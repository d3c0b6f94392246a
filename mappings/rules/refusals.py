"""Why a field cannot be chosen for an option, "" if it can. Shown at the end of a line in a field list."""

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import compat


def as_tags(field: FieldSchema) -> str:
    """Its values become tags (S3.19, A10)."""
    return "" if compat.taggable(field) else "its values make no tags"


def as_domains(field: FieldSchema) -> str:
    """A text that holds domains separated by blanks (S3.20)."""
    return "" if compat.holds_domains(field) else "domains need a text field"


def as_list(field: FieldSchema) -> str:
    """Filters and ranks judge its values (S3.17)."""
    return "" if compat.filterable(field) else "filters and ranks take picklists and checkboxes"


def as_key(field: FieldSchema) -> str:
    """Its values tell records apart: a text, an email, a phone or a whole number (S4.13)."""
    if field.type is FieldType.ID:
        return ""
    return "" if compat.is_criterion(field) and field.type is not FieldType.DECIMAL else "does not tell records apart"


def as_criterion(field: FieldSchema) -> str:
    """It tells two people apart, beside the email (S1.21)."""
    if field.name == "Email":
        return "is the first criterion"
    if field.type is FieldType.ID:
        return "is kept by the sync itself"
    return "" if compat.is_criterion(field) else "does not tell people apart"


def as_required(field: FieldSchema) -> str:
    """A new record may name it (S2.16)."""
    fits = field.creatable and not field.compound and field.type is not FieldType.BOOLEAN
    return "" if fits else "a new record cannot name it"
