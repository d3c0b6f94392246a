"""What the pages of a sync say, in the words of its kind: headings, and the consequence of each choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.kinds.declaration import Kind
from mappings.models import (
    AccountScope,
    CreateLeft,
    FieldMapping,
    LeavingScope,
    MembershipEnd,
    NoEmail,
    ParentAccounts,
    PersonAccounts,
    WelcomeMail,
)
from mappings.rules.guards import Guard
from mappings.rules.tags import LEFT_FILTER


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings that people know from Zendesk's own package (S3.26, S3.31), by section."""

    automatic: str
    standard: str
    fields: str


NAME_ORDER = [("no", "First name, then family name"), ("yes", "Family name first")]
NAME_ORDER_LINES = {
    "no": "“Jane Doe” is Jane of the family Doe. Names in Chinese, Japanese or Korean script begin with the family.",
    "yes": "“Nagy János” is János of the family Nagy, as in Hungarian. “Last, First” is taken at its word either way.",
}


def headings(kind: Kind) -> Headings:
    left, right, one = kind.left, kind.right, kind.left.one.capitalize()
    objects = f"Map {right.system_label} {right.many} and {left.system_label} {left.many.capitalize()}"
    return Headings(f"{right.one.capitalize()} and {one} Mapping", objects, f"{one} field mappings")


def switched_off(kind: Kind) -> str:
    """What it means that a sync is switched off (S3.C10)."""
    text = f"It neither plans nor writes, and what it has linked stays as it is. {kind.left.many.capitalize()}"
    if kind.people:
        others = "leads" if kind.left.many == "contacts" else "contacts"
        return f"{text} count no more where {others} with the same email choose who fills a user."
    return f"{text} that were linked keep their {kind.right.many}, also for syncs that build on this one."


def switched(kind: Kind, *, on: bool) -> str:
    """What to say once somebody has switched a sync."""
    if on:
        return f"{kind.title} are switched on. The next plan looks at all {kind.left.many} again."
    return f"{kind.title} are switched off. {switched_off(kind)}"


def automatic_lines(kind: Kind) -> dict[str, str]:
    return {
        "yes": f"{kind.left.many.capitalize()} that are created or changed are written to Zendesk without asking.",
        "no": "Nothing is written until somebody starts a run.",
    }


def account_scope_label(kind: Kind) -> str:
    return f"Which {kind.left.many} take part by their account"


def account_scope_lines(kind: Kind) -> dict[str, str]:
    many = kind.left.many.capitalize()
    others = "Those without an account take no part."
    return {
        AccountScope.ALL: f"{many} of every account, and those without one.",
        AccountScope.IN_SCOPE: f"{many} come and go with their account's place in that filter. {others}",
        AccountScope.LINKED: f"{many} follow once their account has an organization in Zendesk. {others}",
    }


def leaving_label(kind: Kind) -> str:
    return f"When {'an' if kind.left.one[0] in 'aeiou' else 'a'} {kind.left.one} leaves the filters"


def leaving_lines(kind: Kind) -> dict[str, str]:
    stays = f"Its {kind.right.one} stays as it is. If the {kind.left.one} comes back, it is"
    key = "email" if kind.people else "name"
    marked = f"It gets the tag {LEFT_FILTER}, which a trigger or a view in Zendesk can act on"
    return {
        LeavingScope.STOP: f"{stays} updated again.",
        LeavingScope.MARK: f"{marked}. If the {kind.left.one} comes back, the tag goes.",
        LeavingScope.UNLINK: f"{stays} matched by {key} again.",
    }


def person_choices(kind: Kind) -> list[tuple[str, str]]:
    """What may be made of person accounts (S3.6): an account could be an organization, a contact a user."""
    made = PersonAccounts.USER if kind.people else PersonAccounts.ORGANIZATION
    return [(choice.value, str(choice.label)) for choice in (PersonAccounts.SKIP, made)]


def person_lines(kind: Kind) -> dict[str, str]:
    return {
        PersonAccounts.SKIP: f"No {kind.right.one} is made for them; each plan lists who was left out.",
        PersonAccounts.ORGANIZATION: "Every person becomes an organization with the person's name.",
        PersonAccounts.USER: "Their contacts become users like any other, without an organization of their own.",
    }


PARENT_LINES = {
    ParentAccounts.ORGANIZATION: "Zendesk has no parents: a subsidiary stands beside its parent.",
    ParentAccounts.SKIP: "Only accounts at the top become organizations.",
}


def store_lines(kind: Kind) -> dict[str, str]:
    changing = "A new email on either side" if kind.people else "Renaming either side"
    return {
        "yes": f"{changing} keeps the pair together. An id that somebody else put there is never overwritten.",
        "no": "Pairs are remembered in SyncAdmin only.",
    }


ACCOUNT_LINES = {
    CreateLeft.NOTHING: "Organizations without an account are listed in each plan and stay where they are.",
    CreateLeft.ACCOUNTS: "Each organization without an account becomes a new account. Look-alikes become duplicates.",
}
PEOPLE_LINES = {
    CreateLeft.NOTHING: "Users that Salesforce does not know are listed in each plan and stay where they are.",
    CreateLeft.CONTACTS: "Each becomes a contact, at the account of its organization where that is synced.",
    CreateLeft.LEADS: "Each becomes a lead; its company is the organization, or the domain of the email.",
}


def no_email_lines(kind: Kind) -> dict[str, str]:
    return {
        NoEmail.SKIP: f"Each plan lists the {kind.left.many} that were left out.",
        NoEmail.MATCH: "A user that the other criteria find is kept equal; nobody new is made.",
        NoEmail.CREATE: "Zendesk takes users without an email; they cannot sign in, and nobody can write to them.",
    }


CONFLICT_CHOICES = [
    *((choice.value, str(choice.label)) for choice in FieldMapping.Conflict if choice != FieldMapping.Conflict.ASK),
    (FieldMapping.Conflict.ASK.value, "Ask: leave both, list a conflict"),
]
MEMBERSHIP_CHOICES = [
    (MembershipEnd.REMOVE.value, "Remove the membership"),
    (MembershipEnd.KEEP.value, "Keep the membership"),
    (MembershipEnd.ASK.value, "Ask before it is removed"),
]
MEMBERSHIP_LINES: Mapping[str, str] = {
    MembershipEnd.REMOVE: "The user leaves the organization. Memberships that people made in Zendesk always stay.",
    MembershipEnd.KEEP: "The user stays in the organization of an account that it has left.",
    MembershipEnd.ASK: "The plan holds the removal back until somebody includes it.",
}
WELCOME_LINES: Mapping[str, str] = {
    WelcomeMail.SUPPRESS: "No user that a run creates gets a mail, whatever Zendesk's setting says.",
    WelcomeMail.ZENDESK: "Zendesk decides. If its welcome mail is on, every user that a run creates gets one.",
}


def create_right_lines(kind: Kind) -> dict[str, str]:
    return {
        "yes": f"Each {kind.left.one} in scope that no user matches becomes a user.",
        "no": f"{kind.left.many.capitalize()} without a user are listed in each plan; only users that exist change.",
    }


def has_memberships(kind: Kind, account_field: str) -> bool:
    """Whether a record brings its user into an organization: a contact by its account, a lead by a chosen field."""
    return kind.left.object == "Contact" or bool(account_field)


def guard_lines(kind: Kind) -> dict[Guard, str]:
    """What each guard counts."""
    left, right = kind.left.many, kind.right.many
    keys = "names or emails" if kind.people else "names"
    return {
        Guard.BLANKED: f"{right.capitalize()} or {left} that lose their value in one field, of those that have one.",
        Guard.RENAMED: f"Linked records that get other {keys}.",
        Guard.MEMBERSHIPS: "Memberships that SyncAdmin added and a plan would end.",
        Guard.CREATED: f"New records, compared with those that are linked. The first plan may create all {right}.",
        Guard.DELETED: "Records that the undo of a run would delete.",
        Guard.REPLACED: "Values that people wrote and a plan would write over. In a field that was never synced before "
        "the number alone counts.",
    }
