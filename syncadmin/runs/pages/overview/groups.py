"""The card for all syncs of one configuration, such as those of many mailboxes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from mappings.addresses import list_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from syncadmin.runs.pages.overview.cards import SyncCard
from syncadmin.runs.status.states import Status
from syncadmin.runs.storage.unresolved import needing

NEVER_RAN = Status("No run yet", "secondary", "clock")
OFF = Status("Switched off", "secondary", "power")


@dataclass(frozen=True, slots=True)
class CardGroup:
    """The syncs of one configuration. ``states``: how their last runs ended, with counts, most frequent first."""

    name: str
    kind: Kind
    cards: tuple[SyncCard, ...]

    @property
    def url(self) -> str:
        return list_url(self.kind.slug)

    @property
    def of_demo(self) -> bool:
        return any(card.sync.of_demo for card in self.cards)

    @property
    def waiting(self) -> int:
        return sum(card.waiting for card in self.cards)

    @property
    def needing(self) -> str:
        return needing(self.waiting)

    @property
    def states(self) -> list[tuple[Status, int]]:
        return Counter(_state(card) for card in self.cards).most_common()


def grouped(cards: Sequence[SyncCard]) -> tuple[list[SyncCard], list[CardGroup]]:
    """The single cards, and the groups of configurations with several syncs."""
    found: dict[tuple[str, str], list[SyncCard]] = defaultdict(list)
    for card in cards:
        if card.sync.group and kind_of(card.sync.kind).part_list:
            found[card.sync.kind, card.sync.group].append(card)
    groups = [CardGroup(name, kind_of(kind), tuple(own)) for (kind, name), own in found.items() if len(own) > 1]
    inside = {card.sync.pk for group in groups for card in group.cards}
    return [card for card in cards if card.sync.pk not in inside], groups


def _state(card: SyncCard) -> Status:
    if not card.sync.enabled:
        return OFF
    return card.badge or NEVER_RAN
