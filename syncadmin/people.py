"""The People page: contacts and leads, which together are the users of Zendesk (S3.30-S3.37, S3.43)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from mappings.addresses import add_url
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of, kinds_of_people, relatives
from syncadmin.runs.pages.emails.selectors import shared_emails
from syncadmin.runs.pages.overview.cards import SyncCard, cards, leading
from syncadmin.runs.pages.records.selectors import WITHOUT
from syncadmin.runs.pages.records.tables import needing_address
from syncadmin.web.access import Role, RoleRequired


@dataclass(frozen=True, slots=True)
class PeopleCard:
    """One sync of people with the places that belong to it."""

    card: SyncCard
    unmatched_url: str

    @property
    def kind(self) -> Kind:
        return kind_of(self.card.sync.kind)


@dataclass(frozen=True, slots=True)
class Shared:
    """The emails that several records between two connections have. ``number`` is capped, see ``shared_emails``.

    ``read``: a plan has read such records; before that nobody knows.
    """

    between: str
    number: str
    url: str
    read: bool

    @property
    def words(self) -> str:
        number = 1 if self.number == "1" else 2
        text = ngettext("{n} email with several records", "{n} emails with several records", number)
        return text.format(n=self.number)


@dataclass(frozen=True, slots=True)
class ToAdd:
    """A kind of people, and where a sync of it is added."""

    kind: Kind
    url: str


class People(RoleRequired, TemplateView):
    """Both syncs of people: how each stands and what is next, or how to set it up."""

    role = Role.VIEWER
    template_name = "people/page.html"
    extra_context = {"title": "People"}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = cards(kinds_of_people())
        return super().get_context_data(
            cards=[PeopleCard(card, _unmatched(card)) for card in found],
            leading=leading(found),
            missing=_missing(found),
            adding=[ToAdd(kind_of(slug), add_url(slug)) for slug in kinds_of_people()],
            shared=_shared(found),
            several_of=_first(found),
            sentence=_sentence(),
            **kwargs,
        )


def _sentence() -> str:
    """What the syncs of people do, a sentence for each family."""
    families = dict.fromkeys(relatives(slug) for slug in kinds_of_people())
    return " ".join(_become(family) for family in families)


def _become(family: Sequence[str]) -> str:
    names = kind_of(family[0]).names
    lefts = " and ".join(kind_of(slug).names.left_many for slug in family).capitalize()
    return (
        f"{lefts} in {names.left_system} become {names.right_many} in {names.right_system}. Several with the same "
        f"{names.key} become one {names.right_one}; one of them, the syncing record, fills its fields."
    )


def _missing(found: Sequence[SyncCard]) -> list[ToAdd]:
    there = {card.sync.kind for card in found}
    return [ToAdd(kind_of(slug), add_url(slug)) for slug in kinds_of_people() if slug not in there]


def _shared(found: Sequence[SyncCard]) -> list[Shared]:
    """One line for each pair of connections: its syncs share their users."""
    pairs = {(card.sync.left_id, card.sync.right_id): card.sync for card in reversed(found)}
    read = {(card.sync.left_id, card.sync.right_id) for card in found if card.last and card.last.planned_at}
    return [
        Shared(
            f"{sync.left} and {sync.right}",
            shared_emails(sync),
            reverse("groups:list", args=[sync.slug]),
            pair in read,
        )
        for pair, sync in pairs.items()
    ]


def _first(found: Sequence[SyncCard]) -> dict[str, Any] | None:
    """What the sentence about multiple organizations needs, of the first sync (S1.17)."""
    if not found:
        return None
    sync = found[0].sync
    return {"sync": sync, "kind": kind_of(sync.kind), "several": sync.right.facts.get("multiple_organizations")}


def _unmatched(card: SyncCard) -> str:
    return reverse("records:list") + needing_address(card.sync, standing=WITHOUT)
