"""The tenant: its mailboxes, its settings, the application's tokens, on an injectable clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.sandbox.bugs import Bugs
from connectors.sandbox.clock import Clock
from connectors.sandbox.graph.answers import Refusal, denied
from connectors.sandbox.graph.limits import Limits
from connectors.sandbox.graph.mailbox import Mailbox
from connectors.sandbox.graph.subscriptions import Subscriptions
from connectors.sandbox.graph.tokens import Tokens

CONTACTS, CATEGORIES, USERS = "Contacts.ReadWrite", "MailboxSettings.ReadWrite", "User.Read.All"


@dataclass(slots=True)
class Settings:
    """What an administrator of the tenant decides, and how the service behaves.

    roles: the application permissions that were consented to. without_licence, outside_policy: addresses of users
    without a mailbox, and of mailboxes that the application access policy withholds. delta_page: the most contacts a
    page of a delta query holds. repeat_items: each further page begins with the last item of the one before.
    """

    roles: list[str] = field(default_factory=lambda: [CONTACTS, CATEGORIES, USERS])
    without_licence: list[str] = field(default_factory=list)
    outside_policy: list[str] = field(default_factory=list)
    at_a_time: int = 4
    in_ten_minutes: int = 10_000
    delta_page: int = 200
    repeat_items: bool = True

    def changed(self, given: Mapping[str, Any]) -> Settings:
        """These settings with some of them replaced. Raises ValueError for what they do not know."""
        mine = asdict(self)
        for name, value in given.items():
            if name not in mine or type(value) is not type(mine[name]):
                raise ValueError(f"{name} cannot be {value!r}")
        return Settings(**{**mine, **given})


class Store:
    """fill: puts the first mailboxes into an empty tenant."""

    def __init__(self, clock: Clock, fill: Callable[[Store], None], latency_ms: int) -> None:
        self.clock = clock
        self.latency = latency_ms / 1000
        self.bugs = Bugs()
        self._fill = fill
        self.tokens = Tokens()
        self.subscriptions = Subscriptions()
        self.reset()

    def reset(self) -> None:
        self.settings = Settings()
        self.limits = Limits()
        self.subscriptions.forget()
        self.mailboxes: dict[str, Mailbox] = {}
        self.revision = 0
        self.delta_epoch = 0
        self._fill(self)

    def add(self, mailbox: Mailbox) -> None:
        self.mailboxes[mailbox.address.lower()] = mailbox

    @property
    def addresses(self) -> list[str]:
        return [mailbox.address for mailbox in self.mailboxes.values()]

    def user(self, key: str) -> Mailbox | None:
        """By id or user principal name."""
        found = self.mailboxes.get(key.lower())
        return found or next((box for box in self.mailboxes.values() if box.id == key.lower()), None)

    def mailbox(self, key: str) -> Mailbox:
        """The mailbox of a user that the application may open. Raises Refusal."""
        self.require(CONTACTS)
        box = self.user(key)
        if box is None:
            raise Refusal(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")
        if box.address in self.settings.without_licence:
            message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise Refusal(404, "MailboxNotEnabledForRESTAPI", message)
        if box.address in self.settings.outside_policy:
            raise denied(
                "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
            )
        return box

    def require(self, role: str) -> None:
        """Raises Refusal 403 without consent to a permission."""
        if role in self.settings.roles:
            return
        if role == USERS:
            message = "Insufficient privileges to complete the operation."
            raise Refusal(403, "Authorization_RequestDenied", message)
        raise denied()

    def time(self) -> float:
        return self.clock.now()

    def dump(self) -> dict[str, Any]:
        boxes = [box.dump() for box in self.mailboxes.values()]
        return {
            "settings": asdict(self.settings),
            "epoch": self.delta_epoch,
            "mailboxes": boxes,
            "subscriptions": self.subscriptions.dump(),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Replace what the tenant holds by a dump. Tokens do not outlive a restart."""
        self.settings = Settings(**state["settings"])
        self.delta_epoch = state["epoch"]
        self.mailboxes = {}
        self.subscriptions.load(state.get("subscriptions", []))
        for row in state["mailboxes"]:
            self.add(Mailbox.load(row))
