"""Contacts and users with a section of its own, and without those that such a kind has no use for."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mappings.kinds.checks import counting
from mappings.kinds.contacts_users.kind import KIND as CONTACTS
from mappings.kinds.findings import CheckLink
from mappings.kinds.option import Choice, Option, OptionType
from mappings.kinds.section import AUTOMATIC, FIELDS, Section

GREETING = Option(
    "greeting",
    OptionType.CHOICE,
    "How to greet {left_many}",
    section="greetings",
    default="plain",
    choices=(Choice("plain", "Plainly"), Choice("warm", "Warmly", "Each {left_one} is greeted.")),
)
SIGNED = Option("signed_by", OptionType.TEXT, "Signed by", section="greetings")


def _signed(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if values.get("greeting") == "warm" and not values.get("signed_by"):
        yield "signed_by", "Say who signs a warm greeting."


KIND = replace(
    CONTACTS,
    options=(*CONTACTS.options, GREETING, SIGNED),
    sections=(
        AUTOMATIC,
        Section("greetings", "Greetings", "Greet {right_many}", "Each new {right_one} is greeted.", problems=_signed),
        FIELDS,
        Section("stamps", "Stamps", "Stamps"),
    ),
    note="",
    checks=(
        counting(
            "greeted",
            lambda mirror: mirror.unlinked_right(),
            title="{rights} to greet",
            none="Nobody is greeted.",
            one="{n} {right} is greeted.",
            many="{n} {rights} are greeted.",
            links=(CheckLink("Open the greeting", detail="greeting"), CheckLink("Open the filters", detail="scope")),
        ),
    ),
)
