"""What people do in both systems while runs come and go, and what of it no run may undo."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import requests

from connectors.sandbox.salesforce.errors import RowRefused
from connectors.sandbox.zendesk.schema.organizations import wire
from tests.worlds.company import Company

# Names that collide, that differ in case and blanks only, and that look alike.
NAMES = ("Acme", "ACME ", "Acme, Inc.", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
INDUSTRIES = (None, "Energy", "Banking", "Retail")
TYPES = ("Customer", "Prospect", "Competitor", None)
# "energy" is also what we would make of an industry.
TAGS = ("vip", "north", "energy", "banking")
DOMAINS = ("one.example", "two.example", "three.example")


class People:
    """Edits both systems as their users would. What an API refuses a person has not been done.

    ``tags`` and ``domains`` are entries that somebody typed, by organization; ``external_ids`` ids that somebody
    typed; ``details`` and ``phones`` values of fields that no mapping touches.
    """

    def __init__(self, company: Company) -> None:
        self._company = company
        self._store = company.salesforce.store
        self.accounts: list[str] = []
        self.bin: list[str] = []
        self.tags: dict[int, set[str]] = defaultdict(set)
        self.domains: dict[int, set[str]] = defaultdict(set)
        self.external_ids: dict[int, str] = {}
        self.details: dict[int, str] = {}
        self.phones: dict[str, str] = {}
        self._taken: set[tuple[int, str]] = set()

    def organizations(self) -> dict[int, dict[str, Any]]:
        """The live organizations by id. Straight from the store: faults are for the product's calls."""
        store = self._company.zendesk.store
        store.settle()
        return {row.id: wire(store, row, "") for row in store.organizations}

    def account_rows(self) -> dict[str, dict[str, Any]]:
        """The live accounts by id."""
        return {row["Id"]: dict(row) for row in self._store.rows("Account")}

    def make_account(self, name: str, **values: Any) -> None:
        filled = {field: value for field, value in values.items() if value}
        self.accounts.append(self._company.account(name, **filled))

    def edit_account(self, which: int, **values: Any) -> None:
        if not (live := sorted(self.account_rows())):
            return
        id = live[which % len(live)]
        try:
            self._store.update(id, values)
        except RowRefused:
            return
        if "Phone" in values:
            self.phones[id] = values["Phone"]

    def delete_account(self, which: int) -> None:
        if live := sorted(self.account_rows()):
            self.bin.append(live[which % len(live)])
            self._store.delete(self.bin[-1])

    def bring_account_back(self) -> None:
        if self.bin:
            self._store.undelete(self.bin.pop())

    def make_organization(self, name: str, *, tags: tuple[str, ...], domains: tuple[str, ...]) -> None:
        try:
            id = self._company.organization(name, tags=list(tags), domain_names=list(domains))
        except requests.HTTPError:
            return
        self.tags[id] |= set(tags)
        self.domains[id] |= set(domains)

    def edit_organization(self, which: int, **values: Any) -> None:
        """``add_tag``, ``add_domain``, ``take_tag`` edit the lists; the rest is written as it is."""
        live = self.organizations()
        if not live:
            return
        row = live[sorted(live)[which % len(live)]]
        sent = {name: value for name, value in values.items() if name not in ("add_tag", "add_domain", "take_tag")}
        tag, domain, taken = (values.get(name) for name in ("add_tag", "add_domain", "take_tag"))
        if tag or taken:
            sent["tags"] = [entry for entry in row["tags"] if entry != taken] + ([tag] if tag else [])
        if domain:
            sent["domain_names"] = [*row["domain_names"], domain]
        try:
            self._company.edit_organization(row["id"], **sent)
        except requests.HTTPError:
            return
        self._remember(row, tag, domain, taken, values)

    def _remember(
        self, row: dict[str, Any], tag: str | None, domain: str | None, taken: str | None, values: dict[str, Any]
    ) -> None:
        id = row["id"]
        if taken:
            self.tags[id].discard(taken)
            self._taken.add((id, taken))
        # What stood there already was ours, or somebody's from before; typing it again changes nothing. Nobody can
        # tell whose an entry is that was ours, was taken away and was typed again before we looked.
        if tag and tag not in row["tags"] and (id, tag) not in self._taken:
            self.tags[id].add(tag)
        if domain and domain not in row["domain_names"]:
            self.domains[id].add(domain)
        if "external_id" in values:
            self.external_ids[id] = values["external_id"]
        if "details" in values:
            self.details[id] = values["details"]

    def delete_organization(self, which: int) -> None:
        live = sorted(self.organizations())
        if live:
            id = live[which % len(live)]
            self._company.api("DELETE", f"organizations/{id}")
            self.forget(id)

    def forget(self, id: int) -> None:
        """Nothing more is expected of an organization that a person has deleted."""
        for known in (self.tags, self.domains, self.external_ids, self.details):
            known.pop(id, None)

    def assert_nothing_of_theirs_is_lost(self) -> None:
        """S3.19, S3.20, S3.C12: what people typed stands, and so does everything that no mapping touches."""
        live, accounts = self.organizations(), self.account_rows()
        for id, typed in self.tags.items():
            assert id in live or not typed, f"organization {id} with the tags {typed} of people is gone"
            assert not typed or typed <= set(live[id]["tags"]), (id, typed, live[id]["tags"])
        for id, typed in self.domains.items():
            assert not typed or typed <= set(live[id]["domain_names"]), (id, typed, live[id]["domain_names"])
        for id, typed_id in self.external_ids.items():
            assert live[id]["external_id"] == typed_id
        for id, text in self.details.items():
            assert live[id]["details"] == text
        for id, number in self.phones.items():
            assert id not in accounts or accounts[id].get("Phone") == number
