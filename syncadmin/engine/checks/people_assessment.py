"""Are the people few and clean, or many and tangled? Facts in, a verdict out (S3.2)."""

import re
from dataclasses import dataclass, field

from mappings.kinds.declaration import Names
from syncadmin.engine.checks.assessment import (
    AMBIGUOUS_PERCENT,
    Found,
    Measure,
    Repeated,
    Verdict,
    is_or_are,
    judge,
    many,
    measure,
    percent,
)

# S3.46: from here on the vendor's own user sync goes on in portions. Here it is a size to take care at, no limit.
MANY_PEOPLE = 10_000
# Above this share of people without an email, too many are left out to call the sync a picture of the org.
WITHOUT_EMAIL_PERCENT = 5.0
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\._][^\s@,;:<>()\[\]\"\\]*\.[a-z0-9-]{2,}")


@dataclass(frozen=True, slots=True)
class Shared:
    """Emails that several records have, of which at least one is of this sync: the duplicates of S1.9.

    ``records`` counts all of them, ``own`` those of this sync; ``across`` are the emails at several accounts, ``mixed``
    those of contacts and leads alike. ``capped``: at least.
    """

    emails: int = 0
    records: int = 0
    own: int = 0
    across: int = 0
    mixed: int = 0
    examples: tuple[str, ...] = ()
    capped: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """What the last read of both systems shows. ``left`` counts those in scope, ``right`` users that may be touched.

    ``no_account`` and ``no_organization`` (an account that is not synced) are None for leads, ``no_first_name`` while
    nothing is made on the left. ``staff`` are records whose email is that of an agent, ``staff_users`` the agents.
    """

    left: int = 0
    right: int = 0
    without_email: Found = field(default_factory=Found)
    shared: Shared = field(default_factory=Shared)
    invalid: Found = field(default_factory=Found)
    staff: Found = field(default_factory=Found)
    staff_users: int = 0
    no_account: Found | None = None
    no_organization: Found | None = None
    no_user_email: Found = field(default_factory=Found)
    persons: Found | None = None
    converted: int | None = None
    nameless: int = 0
    unlinked_left: int = 0
    unlinked_right: int = 0
    no_first_name: Found | None = None
    foreign: Found = field(default_factory=Found)
    repeated_ids: Repeated = field(default_factory=Repeated)

    @property
    def shared_percent(self) -> float:
        """How many of a hundred records in scope share their email with another one."""
        return 100 * self.shared.own / self.left if self.left else 0.0

    @property
    def without_email_percent(self) -> float:
        """How many of a hundred that the filters let in have no email."""
        everybody = max(self.left, self.without_email.looked_at)
        return 100 * self.without_email.count / everybody if everybody else 0.0


def is_email(text: str) -> bool:
    """Whether the helpdesk would take it for an email. ``text`` is folded, as match keys are."""
    return _EMAIL.fullmatch(text) is not None


def assess_people(people: People | None, names: Names) -> Verdict:
    """Which of the two the org is by its contacts or leads, and why."""
    if people is None:
        return judge(None, "")
    size = f"{many(people.left, names.left_one, names.left_many)} in scope, hardly an email that stands twice."
    return judge(_measures(people, names), size)


def _measures(people: People, names: Names) -> tuple[Measure, ...]:
    shared, without = people.shared_percent, people.without_email_percent
    found = [
        measure(
            people.left > MANY_PEOPLE,
            f"{names.left_many} in scope",
            f"{people.left:,}",
            f"{MANY_PEOPLE:,}",
            f"{many(people.left, names.left_one, names.left_many)} are in scope",
        ),
        measure(
            shared > AMBIGUOUS_PERCENT,
            "share their email",
            f"{percent(shared)} %",
            f"{percent(AMBIGUOUS_PERCENT)} %",
            f"{percent(shared)} % of the {names.left_many} share their email with another record",
        ),
        measure(
            without > WITHOUT_EMAIL_PERCENT,
            "without an email",
            f"{percent(without)} %",
            f"{percent(WITHOUT_EMAIL_PERCENT)} %",
            f"{percent(without)} % of the {names.left_many} have no email",
        ),
    ]
    if people.persons is not None:
        number = people.persons.count
        reason = f"{many(number, 'person account')} {is_or_are(number)} there"
        found.append(measure(number > 0, "person accounts", f"{number:,}", "", reason))
    return tuple(found)
