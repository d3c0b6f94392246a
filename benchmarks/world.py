"""The sandbox as a process of its own: what is in it, what people change in it, and what was called."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import requests

from benchmarks.measure import PYTHON, ROOT, CommandFailed, environment
from benchmarks.profiles import Profile

VENDORS = ("salesforce", "zendesk")
QUERY = "/services/data/v65.0/query"
ALL_ACCOUNTS = "SELECT Id, Name, IsPersonAccount FROM Account"
ALL_PORTAL_USERS = (
    "SELECT Id, ContactId, IsActive, Title, Phone, Contact.Title, Contact.Phone FROM User WHERE ContactId != null"
)
ALL_CONTACTS = "SELECT Id, Email, AccountId, CreatedDate, IsPersonAccount FROM Contact"
ALL_CASES = "SELECT Zendesk_Ticket_Id__c, Subject, AccountId, ContactId FROM Case"
SHARED_EMAIL_PERCENT = 5
ASKING = 12  # readers of the final check
# Not every POST writes a record: these sign in, or start a query.
HARMLESS = ("oauth", "jobs/query")


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    name: str
    person: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """``account`` and ``email`` are "" where there is none; ``created`` compares as the moments do."""

    id: str
    email: str
    account: str
    created: str
    person: bool


@dataclass(frozen=True, slots=True)
class PortalUser:
    """A user and the title and phone of both; ``contact`` is the id of the contact that it signs in as."""

    id: str
    contact: str
    active: bool
    values: tuple[str, str]
    contact_values: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Calls:
    """What the sandbox counted: calls by vendor, by "vendor METHOD /template", and how many it answered with 429."""

    by_vendor: Mapping[str, int]
    by_template: Mapping[str, int]
    rate_limited: int

    @property
    def total(self) -> int:
        return sum(self.by_vendor.values())

    @property
    def writes(self) -> int:
        """Calls that may change a record."""
        return sum(
            number
            for template, number in self.by_template.items()
            if template.split()[1] != "GET" and not any(word in template for word in HARMLESS)
        )


class World:
    """A running sandbox. Whatever asks the systems for records is delayed and counted like any call."""

    def __init__(self, credentials: Mapping[str, Mapping[str, Any]], web: requests.Session) -> None:
        self.credentials = credentials
        self._web = web

    def forget_calls(self) -> None:
        """Count from zero."""
        for vendor in VENDORS:
            self._ask("DELETE", vendor, "/_sandbox/stats")

    def calls(self) -> Calls:
        """Calls since the last ``forget_calls``."""
        found = {vendor: self._ask("GET", vendor, "/_sandbox/stats") for vendor in VENDORS}
        return Calls(
            {vendor: stats["total"] for vendor, stats in found.items()},
            {f"{vendor} {call}": n for vendor, stats in found.items() for call, n in stats["calls"].items()},
            sum(stats["rate_limited"] for stats in found.values()),
        )

    def accounts(self) -> list[Account]:
        """Every account."""
        rows = self._queried(ALL_ACCOUNTS)
        return [Account(row["Id"], row["Name"], bool(row["IsPersonAccount"])) for row in rows]

    def contacts(self) -> list[Contact]:
        """Every contact."""
        return [
            Contact(
                row["Id"],
                row["Email"] or "",
                row["AccountId"] or "",
                row["CreatedDate"],
                bool(row["IsPersonAccount"]),
            )
            for row in self._queried(ALL_CONTACTS)
        ]

    def portal_users(self) -> list[PortalUser]:
        """Every user who signs in as a contact."""
        return [
            PortalUser(
                row["Id"], row["ContactId"], row["IsActive"], _title_and_phone(row), _title_and_phone(row["Contact"])
            )
            for row in self._queried(ALL_PORTAL_USERS)
        ]

    def edit(self, ids: Iterable[str], values: Mapping[str, Any]) -> None:
        """Change records in Salesforce one by one, as people do."""
        for id in ids:
            self._ask("PATCH", "salesforce", "/_sandbox/records", {"id": id, "values": values})

    def edit_tickets(self, ids: Sequence[int], values: Mapping[str, Any]) -> None:
        """Change these tickets, a hundred at most, and let the sandbox's jobs end."""
        path = f"/api/v2/tickets/update_many?ids={','.join(map(str, ids))}"
        self._ask("PUT", "zendesk", path, {"ticket": dict(values)})
        self._ask("POST", "zendesk", "/_sandbox/clock", {"advance": 60})

    def cases(self) -> Iterator[dict[str, Any]]:
        """Every case."""
        return self._queried(ALL_CASES)

    def count(self, plural: str) -> int:
        """How many organizations, or users, staff included."""
        return int(self._ask("GET", "zendesk", f"/api/v2/{plural}/count")["count"]["value"])

    def membership_count(self) -> int:
        """How many memberships there are, of all users together."""
        return int(self._ask("GET", "zendesk", "/api/v2/organization_memberships?per_page=1")["count"])

    def known_as(self, plural: str, external_ids: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The organizations or users with these external ids, in any order."""
        chunks = [external_ids[start : start + 100] for start in range(0, len(external_ids), 100)]
        paths = [f"/api/v2/{plural}/show_many?external_ids={','.join(chunk)}" for chunk in chunks]
        for rows in self._listed(plural, paths):
            yield from rows

    def organizations_of(self, users: Sequence[int]) -> Iterator[frozenset[int]]:
        """The organizations of each of these users, in their order."""
        name = "organization_memberships"
        for rows in self._listed(name, [f"/api/v2/users/{user}/{name}" for user in users]):
            yield frozenset(row["organization_id"] for row in rows)

    def _listed(self, plural: str, paths: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
        with ThreadPoolExecutor(ASKING) as pool:
            for answer in pool.map(lambda path: self._ask("GET", "zendesk", path), paths):
                yield answer[plural]

    def _queried(self, soql: str) -> Iterator[dict[str, Any]]:
        path: str | None = f"{QUERY}?q={soql}"
        while path:
            page = self._ask("GET", "salesforce", path)
            yield from page["records"]
            path = page.get("nextRecordsUrl")

    def pass_time(self, seconds: int) -> None:
        """It is later in Salesforce."""
        self._ask("POST", "salesforce", "/_sandbox/clock", {"advance": seconds})

    def _ask(self, method: str, vendor: str, path: str, body: Any = None) -> Any:
        """Ask until the minute's limit allows it; the sandbox's clock is moved on instead of waiting."""
        login = self.credentials[vendor]
        address, headers = login["base_url"] + path, {"Authorization": f"Bearer {login['access_token']}"}
        while True:
            answer = self._web.request(method, address, json=body, headers=headers, timeout=60)
            if answer.status_code != requests.codes.too_many_requests:
                break
            self._ask("POST", vendor, "/_sandbox/clock", {"advance": int(answer.headers["Retry-After"])})
        answer.raise_for_status()
        return orjson.loads(answer.content) if answer.content else None


@contextmanager
def running(
    profile: Profile, accounts: int, contacts: int = 0, tickets: int = 0, *, portal_every: int = 6
) -> Iterator[World]:
    """A sandbox with so many accounts and contacts and nothing else. Raises CommandFailed if it stays silent.

    Of a hundred contacts SHARED_EMAIL_PERCENT have the email of another one. With tickets the helpdesk knows both. Each
    ``portal_every``-th contact that has an account and an email of its own is a portal user.
    """
    known = {"organizations": accounts, "users": contacts - contacts * SHARED_EMAIL_PERCENT // 100} if tickets else {}
    others = {"organizations": 0, "leads": 0, "users": 0, "tickets": tickets} | known
    command = [
        PYTHON, "manage.py", "sandbox", "--salesforce-port", "0", "--zendesk-port", "0",
        "--accounts", str(accounts), "--contacts", str(contacts), "--shared-email-percent", str(SHARED_EMAIL_PERCENT),
        "--portal-every", str(portal_every),
        *(word for name, number in others.items() for word in (f"--{name}", str(number))), *profile.flags,
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        try:
            first_line = process.stdout.readline()
            if not first_line:
                raise CommandFailed("The sandbox ended before it answered.")
            with requests.Session() as web:
                web.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=ASKING))
                yield World(orjson.loads(first_line), web)
        finally:
            process.terminate()


def _title_and_phone(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["Title"] or "", row["Phone"] or ""
