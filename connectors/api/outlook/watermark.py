"""The watermark of a mailbox: its folders and the delta link of each, stored as one text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

import orjson

from connectors.api.errors import WatermarkExpired


@dataclass(frozen=True, slots=True)
class Watermark:
    """``shared``: the shared folder, "" before there was one. ``folders``: the link of the list of folders.

    ``contacts`` are the links of the folders' contacts, by folder. ``select``: the properties that the links tell of
    contacts in the shared folder. ``outside``: contacts elsewhere that had the category.
    """

    shared: str
    default: str
    folders: str
    select: str
    contacts: Mapping[str, str] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    def text(self) -> str:
        return orjson.dumps(asdict(self)).decode()


def parsed(text: str, select: str) -> Watermark:
    """The watermark in a text. Raises WatermarkExpired for what is none, or tells of other properties."""
    try:
        found = Watermark(**orjson.loads(text))
        if found.select == select:
            return replace(found, contacts=dict(found.contacts), outside=tuple(found.outside))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        pass
    raise WatermarkExpired("The watermark of this mailbox cannot be read.", "Everything is compared again.")
