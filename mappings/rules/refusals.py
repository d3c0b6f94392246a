"""Why a field cannot be chosen for an option, "" if it can. Shown at the end of a line in a field list."""

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import compat


def as_tags(field: FieldSchema) -> str:
    """Why values of a field cannot become tags (S3.19, A10), "" if they can."""
    return "" if compat.taggable(field) else "its values make no tags"


def as_domains(field: FieldSchema) -> str:
    """Why a field cannot hold domains (S3.20), "" if it can."""
    return "" if compat.holds_domains(field) else "domains need a text field"


def as_list(field: FieldSchema) -> str:
    """Why a field cannot be used in filters and ranks (S3.17), "" if it can."""
    return "" if compat.filterable(field) else "filters and ranks take picklists and checkboxes"


def as_key(field: FieldSchema) -> str:
    """Why a field cannot be a match key (S4.13), "" if it can: a text, an email, a phone or a whole number."""
    if field.type is FieldType.ID:
        return ""
    return "" if compat.is_criterion(field) and field.type is not FieldType.DECIMAL else "does not tell records apart"


def as_criterion(field: FieldSchema) -> str:
    """Why a field cannot be a match criterion beside the email (S1.21), "" if it can."""
    if field.name == "Email":
        return "is the first criterion"
    if field.type is FieldType.ID:
        return "is kept by the sync itself"
    return "" if compat.is_criterion(field) else "does not tell people apart"


def as_required(field: FieldSchema) -> str:
    """Why a field cannot be required of new records (S2.16), "" if it can."""
    fits = field.creatable and not field.compound and field.type is not FieldType.BOOLEAN
    return "" if fits else "a new record cannot name it"
