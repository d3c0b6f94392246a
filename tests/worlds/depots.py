"""A kind of sync of the tests alone: depots, an object that was added to Zendesk, become branches in Salesforce."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from mappings.kinds import registry
from mappings.kinds.declaration import Heading, Kind, SideSpec
from mappings.rules.configuration import Configuration, FieldRule
from mappings.rules.texts import fold
from tests.worlds.company import Company

NAME = FieldRule("name", "Name", label="Name", never_blank=True)


def _left_fields(config: Configuration) -> tuple[str, ...]:
    return tuple(dict.fromkeys(["name", *(rule.left for rule in config.rules)]))


def _right_fields(config: Configuration) -> tuple[str, ...]:
    names = ["Name", config.id_field, *(rule.right for rule in config.rules)]
    return tuple(dict.fromkeys(name for name in names if name))


def _rules(config: Configuration) -> tuple[FieldRule, ...]:
    return (NAME, *config.rules)


KIND = Kind(
    slug="depots_branches",
    title="Depots and branches",
    heading=Heading("Depots", "building"),
    left=SideSpec(
        system="zendesk",
        system_label="Zendesk",
        object="custom_object.site",
        one="depot",
        many="depots",
        label_field="name",
        key_field="name",
        key=lambda values: fold(values.get("name")),
        fields=_left_fields,
    ),
    right=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Site__c",
        one="branch",
        many="branches",
        label_field="Name",
        key_field="Name",
        key=lambda values: fold(values.get("Name")),
        fields=_right_fields,
        creatable=("branches",),
        link_field="Code__c",
    ),
    rules=_rules,
)
SYNC = {
    "slug": "depots",
    "kind": KIND.slug,
    "left": "zd",
    "right": "sf",
    "mappings": [
        {"left": "fields.city", "right": "City__c", "direction": "both", "conflict": "newest"},
        {"left": "fields.seats", "right": "Seats__c"},
    ],
}


@contextmanager
def registered(**otherwise: Any) -> Iterator[None]:
    """Inside the block the kind has its line in the registry; ``otherwise`` is declared in another way."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(registry.KINDS, KIND.slug, __name__)
        patched.setitem(globals(), "KIND", replace(KIND, **otherwise))
        _forget()
        yield
    _forget()


def _forget() -> None:
    """What the registry keeps of a declaration."""
    registry._declared.cache_clear()
    registry._defaults.cache_clear()


def depot(company: Company, name: str, **fields: Any) -> str:
    """A depot in Zendesk."""
    row = {"name": name, "custom_object_fields": fields}
    return company.api("POST", "custom_objects/site/records", {"custom_object_record": row})["custom_object_record"][
        "id"
    ]


def edit_depot(company: Company, id: str, **fields: Any) -> None:
    row = {"custom_object_fields": fields}
    company.api("PATCH", f"custom_objects/site/records/{id}", {"custom_object_record": row})


def depots(company: Company) -> dict[str, dict[str, Any]]:
    """Depots by name."""
    return {row["name"]: row for row in company.api("GET", "custom_objects/site/records")["custom_object_records"]}


def branches(company: Company) -> dict[str, dict[str, Any]]:
    """Branches in Salesforce by name."""
    return {row["Name"]: row for row in company.salesforce.store.rows("Site__c")}
