"""What a field holds, in the same words for every system."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class FieldType(StrEnum):
    """What a field holds, in the same words for every system. What a system calls its own types is ``native``."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    RICH_TEXT = "rich_text"
    CHOICE = "choice"
    CHOICES = "choices"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    REFERENCE = "reference"
    GEOLOCATION = "geolocation"
    """One of the two numbers of a place; with ``compound`` both of them."""
    ID = "id"
    OTHER = "other"


TYPE_NAMES: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: "Text",
    FieldType.LONG_TEXT: "Multi-line text",
    FieldType.RICH_TEXT: "Formatted text",
    FieldType.CHOICE: "Choice",
    FieldType.CHOICES: "Several choices",
    FieldType.INTEGER: "Whole number",
    FieldType.DECIMAL: "Decimal",
    FieldType.PERCENT: "Percent",
    FieldType.BOOLEAN: "Checkbox",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date/Time",
    FieldType.TIME: "Time",
    FieldType.EMAIL: "Email",
    FieldType.PHONE: "Phone",
    FieldType.URL: "URL",
    FieldType.REFERENCE: "Look-up",
    FieldType.GEOLOCATION: "Geolocation",
    FieldType.ID: "Id",
    FieldType.OTHER: "Other",
}
"""The types as people read them, where a system has no name of its own for a field's type."""
