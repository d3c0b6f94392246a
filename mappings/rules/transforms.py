"""The transforms that can be applied to a value before it is written."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Transform:
    """A named conversion of text."""

    label: str
    change: Callable[[str], str]

    def apply(self, value: Any) -> Any:
        """The converted value; values that are not text stay as they are."""
        return self.change(value) if isinstance(value, str) else value


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()


def _digits(text: str) -> str:
    return "".join(re.findall(r"\+|\d", unicodedata.normalize("NFKC", text)))


TRANSFORMS: dict[str, Transform] = {
    "trim": Transform("Trim blanks", _squeeze),
    "lower": Transform("lower case", str.lower),
    "upper": Transform("UPPER CASE", str.upper),
    "first_line": Transform("First line only", _first_line),
    "digits": Transform("Digits and + only", _digits),
}
