"""The checks of contacts and portal users: which pairs agree, and which records have no counterpart (S0.2)."""

from collections.abc import Iterator
from typing import Any

from mappings.kinds.checks import Check, counting
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Severity
from mappings.kinds.subject import Agreement, Found, Subject
from mappings.rules.texts import plural

_HARM = "What differs makes reports out of date, and messages to customers wrong. A plan shows what would be written."


def _agreement(subject: Subject, found: Agreement) -> Iterator[Finding]:
    if not found.pairs:
        return
    among = f" Only the first {found.first:,} pairs were compared." if found.first else ""
    text = f"{found.agree:,} of {plural(found.pairs, 'pair agrees', 'pairs agree')} in every mapped field.{among}"
    if found.agree == found.pairs:
        yield Finding(Severity.FINE, "Contacts and their users", text)
        return
    links = (CheckLink("Plan the corrections", Destination.PLAN),)
    yield Finding(Severity.LOOK, "Contacts and their users", text, _HARM, links)
    for field in found.fields:
        count = plural(field.count, "pair differs", "pairs differ")
        left, _, right = field.name.partition(" → ")
        name = left if left == right else field.name
        yield Finding(Severity.NOTE, f"{name} differs", f"{count}.", examples=field.examples)


AGREEMENT = Check("agreement", CheckSection.RECORDS, _agreement, lambda mirror: mirror.agreement())
SEVERAL = counting(
    "right_keys",
    lambda mirror: mirror.several_right(settled=False),
    title="Contacts with several users",
    none="No contact has more than one active user.",
    one="{n} contact has several users, {records} in all, of whom not exactly one is active.",
    many="{n} contacts have several users, {records} in all, of whom not exactly one is active.",
    hint="Nothing is written for them. Deactivate all users but one in Salesforce.",
    links=(CheckLink("Contacts that are ambiguous", Destination.RECORDS, "left:ambiguous"),),
)
ONE_ACTIVE = counting(
    "right_keys_settled",
    lambda mirror: mirror.several_right(settled=True),
    title="Contacts with former users",
    one="{n} contact has several users, {records} in all, of whom one is active. The active one counts.",
    many="{n} contacts have several users, {records} in all, of whom one is active. The active one counts.",
    severity=Severity.NOTE,
)
WITHOUT_USER = counting(
    "left_unlinked",
    lambda mirror: Found(mirror.unlinked_left()),
    title="Contacts without a portal user",
    none="Every contact in scope has a portal user.",
    one="{n} contact in scope has no portal user. Nothing happens to it.",
    many="{n} contacts in scope have no portal user. Nothing happens to them.",
    severity=Severity.NOTE,
    links=(CheckLink("Open them", Destination.RECORDS, "left:alone"),),
)
WITHOUT_CONTACT = counting(
    "right_unlinked",
    lambda mirror: mirror.unlinked_right(),
    title="Portal users without a contact",
    none="Every portal user has a contact in scope.",
    one="{n} portal user has no contact in scope.",
    many="{n} portal users have no contact in scope.",
    hint="The contact is outside the filters, or was deleted.",
    severity=Severity.NOTE,
    links=(CheckLink("Open them", Destination.RECORDS, "right:unmatched"),),
)
NO_KEY = counting(
    "right_without_key",
    lambda mirror: mirror.without_key("right"),
    title="Portal users who never had a contact",
    one="{n} portal user names no contact.",
    many="{n} portal users name no contact.",
    hint="Nothing is written for them.",
    severity=Severity.NOTE,
)
# The id of a contact is neither missing nor held twice.
IDS: tuple[Check[Any], ...] = tuple(
    Check(slug, CheckSection.RECORDS, lambda subject, found: (), applies=lambda subject: False)
    for slug in ("left_keys", "left_without_key")
)

CHECKS: tuple[Check[Any], ...] = (*IDS, AGREEMENT, SEVERAL, ONE_ACTIVE, WITHOUT_USER, WITHOUT_CONTACT, NO_KEY)
