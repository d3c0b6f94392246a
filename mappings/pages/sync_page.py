"""The page of one sync: every section from what is stored, or one of them from what was typed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from connectors.api.values import FieldSchema
from mappings.addresses import list_url
from mappings.drift import SchemaDrift, drift
from mappings.fields import rows
from mappings.fields.editor import editor, time_zone
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.kinds.sentences import direction_sentence
from mappings.models import Sync
from mappings.options import wording
from mappings.options.forms import AutomaticForm, ScopeForm
from mappings.options.guards import GuardsForm
from mappings.options.people import CreatingForm, DuplicatesForm, MatchingForm
from mappings.options.section_form import StandardForm
from mappings.rules import tags
from mappings.rules.configuration import Configuration, Direction, FieldRule, Scope
from mappings.selectors import account_syncs, heading, known_schemas, sides
from mappings.services import Schemas

_OF_OPTIONS = ("organization", "person", "matching", "duplicates", "creating")
SECTIONS = {
    "automatic": "mappings/options/_automatic.html",
    "scope": "mappings/scope/_scope.html",
    "fields": "mappings/fields/_fields.html",
    "guards": "mappings/options/_guards.html",
    **dict.fromkeys(_OF_OPTIONS, "mappings/options/_section.html"),
}
"""The template of each section."""
_INTROS = {name: f"mappings/options/intro/_{name}.html" for name in ("matching", "duplicates")}
_NAMES = {"automatic": "Updates", "scope": "Filters", "organization": "Organization", "fields": "Fields",
          "guards": "Guards"}  # fmt: skip
_PEOPLE_NAMES = {
    **{"automatic": "Updates", "scope": "Filters", "person": "User", "fields": "Fields"},
    **{"matching": "Matching", "duplicates": "Shared emails", "creating": "Creating"},
    "guards": "Guards",
}


def section_names(kind: Kind) -> dict[str, str]:
    """The sections of a kind in the order of its page, with the word that leads to each.

    A section of options is there where the kind has one of them.
    """
    names, asked = _PEOPLE_NAMES if kind.people else _NAMES, {option.section for option in kind.options}
    return {name: word for name, word in names.items() if name not in _OF_OPTIONS or FORMS[name].section in asked}


def page(sync: Sync, known: Schemas | None, **typed: Any) -> dict[str, Any]:
    """The context of the whole page. ``typed`` holds forms (or the editor) by section that replace the stored ones."""
    both = sides(sync)
    frame = {
        "title": heading(sync),
        "sides": both,
        "direction": sentence(sync),
        "section_names": section_names(kind_of(sync.kind)),
        "several": sync.right.facts.get("multiple_organizations"),
        "ready": all(side.ready for side in both),
        "drift": drift(sync, known) if known else SchemaDrift(),
        **_about(sync),
    }
    content = {"automatic": AutomaticForm(sync=sync), **(_sections(sync, known) if known else {}), **typed}
    drawn = [_drawn(sync, name, content[name]) for name in frame["section_names"] if name in content]
    return {**frame, "known": known, "drawn": drawn, **content}


def section(sync: Sync, known: Schemas | None, name: str, content: Any, **extra: Any) -> dict[str, Any]:
    """The context of one section alone."""
    frame = {"known": known, "drift": drift(sync, known) if known else SchemaDrift(), name: content, **_about(sync)}
    beside = _beside(sync, known, name, content) if known else {}
    return {**frame, **_drawn(sync, name, content), **beside, **extra}


def sentence(sync: Sync) -> str:
    """The direction of the stored configuration in words (S3.C3); needs no schema."""
    pairs = tuple(FieldRule(row.left, row.right, direction=Direction(row.direction)) for row in rows.stored(sync))
    config = Configuration(sync.kind, rules=pairs, options=sync.effective_options())
    return direction_sentence(config, sync.automatic_updates)


def _drawn(sync: Sync, name: str, content: Any) -> dict[str, Any]:
    """A section as its template takes it: its name, title and address, and the form."""
    kind = kind_of(sync.kind)
    standard = wording.headings(kind).standard
    titles = {
        "organization": standard,
        "person": standard,
        "matching": f"Match {kind.left.many} and {kind.right.many}",
        "duplicates": "Several records with one email",
        "creating": f"Create {kind.right.many} and {kind.left.many}",
    }
    text = {"name": name, "title": titles.get(name, ""), "intro": _INTROS.get(name, "")}
    return {**text, "here": reverse(f"mappings:{name}", args=[sync.slug]), "form": content, "template": SECTIONS[name]}


def stored_scope(sync: Sync) -> Scope:
    """The saved filters."""
    return Scope(
        tuple(item.name for item in sync.record_type_filters.all()),
        sync.picklist_field,
        tuple(item.value for item in sync.picklist_filters.all()),
    )


def stored_schemas(sync: Sync) -> Schemas | None:
    """Both schemas as they were last read."""
    return known_schemas(sync, sides(sync))


def tag_collisions(known: Schemas, chosen: list[str]) -> dict[str, list[str]]:
    """Tags that several different picklist values of the chosen fields would become, with those values."""
    fields: list[FieldSchema] = [found for name in chosen if (found := known.left_field(name))]
    return tags.collisions(sorted({choice.value for field in fields for choice in field.choices if choice.active}))


def new_record_defaults(sync: Sync, known: Schemas) -> list[tuple[str, str]]:
    """Which record type and picklist value a new record gets in Salesforce (S3.16, S3.18, S3.32)."""
    scope = stored_scope(sync)
    labels = {record_type.name: record_type.label for record_type in known.left.record_types}
    found = [("Record type", labels.get(name, name)) for name in scope.record_types[:1]]
    field = known.left_field(scope.picklist_field)
    return found + [(field.label if field else scope.picklist_field, value) for value in scope.picklist_values[:1]]


def _about(sync: Sync) -> dict[str, Any]:
    """What every part of the page is about, and the words it uses."""
    kind = kind_of(sync.kind)
    about = {"sync": sync, "kind": kind, "headings": wording.headings(kind)}
    about["switch_text"] = wording.switched_off(kind)
    if not kind.people:
        return about
    return {**about, "account_syncs": account_syncs(sync), "accounts_url": list_url(kind.depends_on[0])}


def _sections(sync: Sync, known: Schemas) -> dict[str, Any]:
    found = {name: _stored(sync, known, name) for name in section_names(kind_of(sync.kind)) if name != "automatic"}
    beside: dict[str, Any] = {"time_zone": time_zone(sync)}
    for name, content in found.items():
        beside |= _beside(sync, known, name, content)
    return {**found, **beside}


def _stored(sync: Sync, known: Schemas, name: str) -> Any:
    """The content of a section as it is stored."""
    if name == "fields":
        return editor(sync, known, rows.listed(sync))
    return FORMS[name](sync=sync, known=known)


def _beside(sync: Sync, known: Schemas, name: str, form: Any) -> dict[str, Any]:
    """What a section says beside its form."""
    found: dict[str, Any] = {}
    if name in ("organization", "person"):
        found["collisions"] = tag_collisions(known, list(form["tags"].value() or []))
    if name in ("organization", "creating"):
        chosen = form["create_left"].value()
        found["creates"] = "" if chosen == "nothing" else chosen
        found["new_record_defaults"] = new_record_defaults(sync, known)
    return found


FORMS: dict[str, Any] = {
    "scope": ScopeForm,
    "organization": StandardForm,
    "person": StandardForm,
    "matching": MatchingForm,
    "duplicates": DuplicatesForm,
    "creating": CreatingForm,
    "guards": GuardsForm,
}
"""The forms of the sections that need both schemas: ``form(data, sync=..., known=...)``."""
