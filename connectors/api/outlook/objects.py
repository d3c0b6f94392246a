"""The objects of Outlook: the contacts of one mailbox, called ``contact/ADDRESS``."""

from dataclasses import dataclass
from urllib.parse import quote

from connectors.api.errors import ConfigError

CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class ContactsOf:
    """The shared contacts of a mailbox. ``name`` is what the object is called by callers."""

    name: str
    address: str

    @property
    def path(self) -> str:
        """Where its mailbox is, below the version of the API."""
        return f"users/{quote(self.address, safe='@')}"


def contacts_of(object: str) -> ContactsOf:
    """The mailbox that an object names. Raises ConfigError for anything else."""
    kind, _, address = object.partition("/")
    if kind != CONTACT:
        raise ConfigError(f"Outlook has no {object}.", "Only contacts of mailboxes are synced.")
    if not address:
        raise ConfigError("No mailbox is given.", "Enter the address of a mailbox.")
    return ContactsOf(object, address)


def described_object(object: str) -> str:
    """The object without its mailbox: all mailboxes have the same fields. Raises ConfigError for what is none."""
    kind = object.partition("/")[0]
    if kind != CONTACT:
        raise ConfigError(f"Outlook has no {object}.", "Only contacts of mailboxes are synced.")
    return kind
