"""Syncs as their checks see them, and what one check says of a count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mappings.kinds.declaration import Heading, Kind, SideSpec
from mappings.kinds.findings import Finding
from mappings.kinds.registry import kind_of
from mappings.kinds.subject import Subject, System, words_of
from mappings.rules.configuration import EXTERNAL_ID, FieldRule
from mappings.rules.texts import fold
from syncadmin.engine.checks.assessment import checks_of

LEFT = System("Acme org", "left", passed=True, age_days=0.1)
RIGHT = System("Acme desk", "right", passed=True, age_days=0.1, batch=100)
OPTIONS = {
    "create_left": "nothing",
    "create_right": True,
    "store_external_id": True,
    "person_accounts": "skip",
    "parent_accounts": "organization",
    "no_email": "skip",
    "welcome_mail": "suppress",
    "ceiling": None,
}


def subject(kind: str | Kind = "accounts_organizations", *, made: str = "", **more: Any) -> Subject:
    """A sync of this kind; what is no part of a subject is an option of it."""
    declared = kind_of(kind) if isinstance(kind, str) else kind
    above = kind_of(declared.depends_on[0]).names if declared.depends_on else None
    parts = {name: more.pop(name) for name in list(more) if name in Subject.__dataclass_fields__}
    options = {**OPTIONS, **({"create_left": made} if made else {}), **more}
    found = Subject(declared, words_of(declared.names, above, made), options, LEFT, RIGHT, parent=bool(declared.parent))
    return replace(found, **parts)


def said(slug: str, about: Subject, counted: Any = None) -> Finding:
    """What this check says."""
    (check,) = (check for check in checks_of(about) if check.slug == slug)
    (finding,) = check.judge(about, counted)
    return finding


def asked(about: Subject) -> set[str]:
    """The slugs of what is asked of this sync."""
    return {check.slug for check in checks_of(about)}


def side(system: str, one: str, many: str, *, link_field: str = "") -> SideSpec:
    return SideSpec(
        system=system.lower(),
        system_label=system,
        object=one,
        one=one,
        many=many,
        label_field="title",
        key_field="number",
        key=lambda values: fold(values.get("number")),
        fields=lambda config: ("title", "number"),
        link_field=link_field,
    )


TICKETS_CASES = Kind(
    slug="tickets_cases",
    title="Tickets and cases",
    heading=Heading("Service", "ticket"),
    left=side("Jira", "ticket", "tickets"),
    right=side("Dynamics", "case", "cases", link_field=EXTERNAL_ID),
    matched_by="number",
    rules=lambda config: (FieldRule("title", "subject", label="Title"), *config.rules),
    lists=lambda config: (),
    admit=lambda values, config: kind_of("accounts_organizations").admit(values, config),
    new_left=lambda config, right: ([], {}),
)
"""A kind of two other systems without checks of its own."""
