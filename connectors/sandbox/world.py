"""A believable, reproducible world of companies and people, in no vendor's words.

Everything is a function of (random seed, index), so a world of 250,000 companies costs nothing until it
is walked. Companies 0..accounts-1 are CRM accounts; the first companies are helpdesk organizations too,
so `accounts=1000, organizations=0` is a pure first load. Oddities (twins, odd scripts, markup, formulas,
contacts without an email, staff that are contacts) sit at fixed indexes and do not grow with the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from connectors.sandbox import vocabulary as words
from connectors.sandbox.oddities import (
    CONVERTED_LEADS,
    ODD_COMPANIES,
    ODD_CONTACTS,
    PERSON_COMPANIES,
    STRANGERS,
    TWIN_LEADS,
    OddPerson,
)

START = 1_672_531_200  # 2023-01-01T00:00:00Z: the first record of any world
SPAN = 2 * 365 * 86_400  # the last one is made within two years of it
MASK = (1 << 64) - 1
LARGE = 2_000  # above this many contacts, shared emails stay a constant number
SHARED_EMAILS_WHEN_LARGE = 100


@dataclass(frozen=True, slots=True)
class WorldSize:
    """Exact row counts. `*_only_*` of the helpdesk rows have no counterpart in the CRM.

    shared_email_percent: how many contacts carry the email of an earlier contact; None: 5 %, and a
    constant number in large worlds. tickets: None: one for each user, and a constant number in large worlds.
    """

    accounts: int = 0
    contacts: int = 0
    leads: int = 0
    organizations: int = 0
    users: int = 0
    helpdesk_only_companies: int = 0
    helpdesk_only_people: int = 0
    shared_email_percent: float | None = None
    tickets: int | None = None
    portal_every: int = 6
    """Each how-manieth contact may sign in to the portal."""


EMPTY = WorldSize()
DEMO = WorldSize(214, 600, 80, 180, 400, helpdesk_only_companies=12, helpdesk_only_people=20)


@dataclass(frozen=True, slots=True)
class Company:
    """A company. The `helpdesk_*` values are what the helpdesk holds when it has the company at all.

    created: seconds since 1970. kind: Customer, Prospect, Partner, Competitor or Other. record_type: the
    developer name Customer, Partner or Prospect. person: it is one natural person. parent: an index.
    """

    index: int
    name: str
    helpdesk_name: str
    domains: tuple[str, ...]
    industry: str
    rating: str
    kind: str
    record_type: str
    tier: str
    annual_revenue: float
    helpdesk_annual_revenue: float | None
    employees: int
    phone: str
    website: str
    description: str
    helpdesk_notes: str
    street: str
    city: str
    country: str
    parent: int | None
    person: bool
    created: int


@dataclass(frozen=True, slots=True)
class Person:
    """A person at a company (`company`: its index). status: Current or Left.

    shares_with: the index of the earlier person whose email this one carries, at another company. email: the
    CRM's, may be empty. helpdesk_email: empty for a person the helpdesk does not know. key: a key both systems
    hold. helpdesk_role: end-user, agent or admin.
    """

    index: int
    first_name: str
    last_name: str
    email: str
    phone: str
    mobile: str
    title: str
    helpdesk_title: str
    department: str
    company: int | None
    status: str
    shares_with: int | None
    created: int
    helpdesk_email: str
    key: str = ""
    helpdesk_role: str = "end-user"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Prospect:
    """A person nobody has sold to yet, with the company's name as text (a CRM lead).

    converted_into: the index of the contact it was converted into.
    """

    person: Person
    company_name: str
    industry: str
    rating: str
    source: str
    converted_into: int | None = None


class World:
    """The companies and people of one seed. All iterators are lazy and may be walked again."""

    def __init__(self, size: WorldSize, random_seed: int = 1) -> None:
        self.size = size
        self.random_seed = random_seed
        self._share_every = _share_every(size)
        self._company_total = max(size.accounts + size.helpdesk_only_companies, size.organizations, 1)
        self._people_total = max(size.contacts + size.helpdesk_only_people, 2 * size.users, 1)

    def accounts(self) -> Iterator[Company]:
        """The companies the CRM knows."""
        return map(self.company, range(self.size.accounts))

    def organizations(self) -> Iterator[Company]:
        """The companies the helpdesk knows, in order of creation."""
        shared = self.size.organizations - self.size.helpdesk_only_companies
        only = range(self.size.accounts, self.size.accounts + self.size.helpdesk_only_companies)
        return map(self.company, (*range(max(shared, 0)), *only))

    def is_organization(self, index: int) -> bool:
        size = self.size
        shared = size.organizations - size.helpdesk_only_companies
        return index < shared or 0 <= index - size.accounts < size.helpdesk_only_companies

    def contacts(self) -> Iterator[Person]:
        """The people the CRM knows."""
        return map(self.person, range(self.size.contacts))

    def users(self) -> Iterator[Person]:
        """The people the helpdesk knows: one for each email."""
        wanted = self.size.users
        shared = max(wanted - self.size.helpdesk_only_people, 0)
        taken = index = 0
        while taken < wanted:
            if taken == shared:
                index = max(index, self.size.contacts)  # from here on, people the CRM does not know
            person = self.person(index)
            index += 1
            if person.shares_with is None and person.helpdesk_email:
                taken += 1
                yield person

    def leads(self) -> Iterator[Prospect]:
        return map(self.lead, range(self.size.leads))

    def company(self, index: int) -> Company:
        return _company(self.random_seed, index, self._company_total)

    def person(self, index: int) -> Person:
        person = self._plain_person(index)
        stranger = index - self.size.contacts
        if 0 <= stranger < len(STRANGERS) and self.size.helpdesk_only_people:
            return replace(person, first_name="", last_name=STRANGERS[stranger].format(email=person.email))
        if odd := ODD_CONTACTS.get(index):
            return _odd(person, odd)
        if self._share_every and index % self._share_every == self._share_every - 1 and index - 2 not in ODD_CONTACTS:
            # the neighbour before the last is at another company, and is never a sharer itself
            email = self._plain_person(index - 2).email
            return replace(person, email=email, helpdesk_email=email, shares_with=index - 2)
        return person

    def lead(self, index: int) -> Prospect:
        seed = self.random_seed
        home = self.company(self._company_total + 1_000 + index)
        created = START + SPAN * index // max(self.size.leads, 1)
        person = _person(seed + 1, index, "lead", home, created)
        source = words.LEAD_SOURCES[_roll(seed, index, 91) % len(words.LEAD_SOURCES)]
        prospect = Prospect(replace(person, company=None), home.name, home.industry, home.rating, source)
        same = TWIN_LEADS.get(index, CONVERTED_LEADS.get(index, self.size.contacts))
        if same >= self.size.contacts:
            return prospect
        contact = self.person(same)
        named = replace(
            prospect.person, first_name=contact.first_name, last_name=contact.last_name, email=contact.email
        )
        return replace(prospect, person=named, converted_into=same if index in CONVERTED_LEADS else None)

    def _plain_person(self, index: int) -> Person:
        known = self.size.accounts if index < self.size.contacts else self.size.organizations
        loner = known == 0 or _roll(self.random_seed, index, 60) % 100 < 3
        # people fill the companies evenly, in an order that keeps neighbours apart
        home = None if loner else self.company((index * 7 + index // known) % known)
        created = START + SPAN * min(index, self._people_total) // self._people_total
        return _person(self.random_seed, index, "contact", home, created)


def _share_every(size: WorldSize) -> int:
    """Each how-manieth contact carries another one's email; 0 for none. At least 3, see World.person."""
    if size.shared_email_percent is not None:
        return max(round(100 / size.shared_email_percent), 3) if size.shared_email_percent > 0 else 0
    return 20 if size.contacts <= LARGE else ceil(size.contacts / SHARED_EMAILS_WHEN_LARGE)


def _roll(seed: int, index: int, salt: int) -> int:
    """A reproducible 32-bit number (the finalizer of splitmix64); far cheaper than seeding a Random."""
    x = (seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03 + salt * 0x8CB92BA72F3D8DD7) & MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return (x ^ (x >> 31)) & 0xFFFFFFFF


def _odd(person: Person, odd: OddPerson) -> Person:
    private = f"{person.email.partition('@')[0]}@mail.example"
    return replace(
        person,
        email=person.email if odd.email else "",
        helpdesk_email="" if not odd.helpdesk_email else private if odd.private else person.email,
        key=odd.key,
        helpdesk_role=odd.role,
    )


def _company_name(seed: int, index: int) -> tuple[str, str, int]:
    """(name, domain, index into HOMES); a name comes back only after 98,304 others, then with a number."""
    homes, seconds = len(words.HOMES), len(words.SECOND_WORDS)
    total = len(words.FIRST_WORDS) * seconds * homes
    spot = (index * 48_271 + seed * 7_919) % total
    home = spot % homes
    first = words.FIRST_WORDS[spot // homes // seconds]
    second = words.SECOND_WORDS[spot // homes % seconds]
    again = f" {index // total + 1}" if index >= total else ""
    name = f"{first} {second}{again} {words.HOMES[home][0]}"
    domain = f"{first}-{second}{again}-{words.HOMES[home][0]}".lower()
    return name, "".join(c for c in domain if c.isalnum() or c == "-") + ".example", home


@lru_cache(maxsize=4096)
def _company(seed: int, index: int, total: int) -> Company:
    name, domain, home = _company_name(seed, index)
    _, country, city, prefix = words.HOMES[home]
    a, b, c = _roll(seed, index, 1), _roll(seed, index, 2), _roll(seed, index, 3)
    kind = words.KINDS[a % len(words.KINDS)]
    revenue = float((1 + b % 9_999) * 10_000)
    industry = words.INDUSTRIES[(a >> 8) % len(words.INDUSTRIES)]
    description = f"{industry} company from {city}." + (" Key account." if c % 7 == 0 else "")
    company = Company(
        index=index,
        name=name,
        helpdesk_name=name,
        domains=(domain, domain.replace(".example", ".test")) if c % 9 == 0 else (domain,),
        industry=industry,
        rating=words.RATINGS[(a >> 16) % 3],
        kind=kind,
        record_type=words.RECORD_TYPE_OF_KIND.get(kind, "Prospect"),
        tier=words.TIERS[(b >> 16) % 3],
        annual_revenue=revenue,
        helpdesk_annual_revenue=(None, revenue, revenue * 2)[(c >> 4) % 3],
        employees=1 + b % 20_000,
        phone=f"{prefix} {1000 + c % 9000}",
        website=f"https://www.{domain}",
        description=description,
        helpdesk_notes=(description, "", "Prefers to be called in the morning.")[(c >> 8) % 3],
        street=f"{1 + c % 240} {words.FIRST_WORDS[(c >> 12) % 64]} Street",
        city=city,
        country=country,
        parent=(a >> 4) % index if index and (a >> 20) % 12 == 0 else None,
        person=False,
        created=START + SPAN * min(index, total) // total,
    )
    return _with_oddity(seed, company)


def _with_oddity(seed: int, company: Company) -> Company:
    if company.index in PERSON_COMPANIES:
        first, last = _given_name(seed, company.index), _family_name(seed, company.index)
        name = f"{first} {last}"
        domains: tuple[str, ...] = ()
        return replace(company, name=name, helpdesk_name=name, domains=domains, person=True, employees=0, parent=None)
    oddity = ODD_COMPANIES.get(company.index)
    if oddity is None:
        return company
    name = oddity.name
    if oddity.twin_of is not None:
        name = _company_name(seed, oddity.twin_of)[0]
    name = name or company.name
    # an organization's name is unique in the helpdesk, so a twin is told apart by its city there
    told_apart = f"{name} ({company.city})" if oddity.twin_of is not None else name
    return replace(company, name=name, helpdesk_name=oddity.in_helpdesk(told_apart))


def _given_name(seed: int, index: int) -> str:
    return words.GIVEN_NAMES[_roll(seed, index, 51) % len(words.GIVEN_NAMES)]


def _family_name(seed: int, index: int) -> str:
    return words.FAMILY_NAMES[_roll(seed, index, 52) % len(words.FAMILY_NAMES)]


def _person(seed: int, index: int, role: str, home: Company | None, created: int) -> Person:
    first, last = _given_name(seed, index), _family_name(seed, index)
    if index % 40 == 13 and index < 40 * len(words.ODD_PEOPLE):
        first, last = words.ODD_PEOPLE[index // 40]
    a, b = _roll(seed, index, 53), _roll(seed, index, 54)
    domain = home.domains[0] if home and home.domains else "mail.example"
    prefix = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalpha() or c == "."))
    label = "" if role == "contact" else f"-{role}"
    telephone = home.phone.rsplit(" ", 1)[0] if home else "+1 202 555"
    title = words.TITLES[a % len(words.TITLES)]
    email = f"{prefix.strip('.') or 'person'}{index}{label}@{domain}"
    return Person(
        index=index,
        first_name=first,
        last_name=last,
        email=email,
        helpdesk_email=email,
        phone=f"{telephone} {1000 + b % 9000}",
        mobile=f"{telephone} {1000 + (b >> 14) % 9000}" if b % 3 else "",
        title=title,
        helpdesk_title=(title, "", "Contact person")[(a >> 6) % 3],
        department=words.DEPARTMENTS[(a >> 12) % len(words.DEPARTMENTS)],
        company=home.index if home else None,
        status="Left" if a % 25 == 0 else "Current",
        shares_with=None,
        created=created,
    )
