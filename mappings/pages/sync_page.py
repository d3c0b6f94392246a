"""The page of one sync: all sections as stored, one of them optionally as submitted."""

from __future__ import annotations

from typing import Any

from connectors.api.values import FieldSchema
from mappings.addresses import list_url
from mappings.drift import SchemaDrift, drift
from mappings.fields import rows
from mappings.fields.editor import editor, time_zone
from mappings.kinds.section import AUTOMATIC, FIELDS, GUARDS, SCOPE, Section
from mappings.kinds.sentences import direction_sentence
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.options import wording
from mappings.options.forms import AutomaticForm, ScopeForm
from mappings.options.guards import GuardsForm
from mappings.options.section_form import OptionsForm
from mappings.rules import tags
from mappings.rules.configuration import Configuration, Direction, FieldRule
from mappings.schemas import Schemas
from mappings.scope.stored import scope_of
from mappings.selectors import account_syncs, heading, known_schemas, sides


def page(sync: Sync, known: Schemas | None, **typed: Any) -> dict[str, Any]:
    """The context of the whole page. ``typed`` holds forms (or the editor) by section that replace the stored ones."""
    both, kind = sides(sync), sync.declared
    words = {part.name: worded(part.word, kind) for part in kind.parts}
    found = drift(sync, known) if known else SchemaDrift()
    frame = {
        "title": heading(sync),
        "sides": both,
        "direction": sentence(sync),
        "section_names": words,
        "several": sync.right.facts.get("multiple_organizations"),
        "ready": all(side.ready for side in both),
        "drift": found,
        "drift_lines": [(name, words.get(name, name), texts) for name, texts in found.by_section.items()],
        **_about(sync),
    }
    content = {"automatic": AutomaticForm(sync=sync), **(_sections(sync, known) if known else {}), **typed}
    drawn = [_drawn(sync, part, content[part.name]) for part in kind.parts if part.name in content]
    return {**frame, "known": known, "drawn": drawn, **content}


def section(sync: Sync, known: Schemas | None, part: Section, content: Any, **extra: Any) -> dict[str, Any]:
    """The context of one section alone."""
    found = {"known": known, "drift": drift(sync, known) if known else SchemaDrift(), part.name: content}
    beside = _beside(sync, known, content) if known else {}
    return {**found, **_about(sync), **_drawn(sync, part, content), **beside, **extra}


def form_of(part: Section, data: Any = None, *, sync: Sync, known: Schemas) -> Any:
    """The form of a section that needs both schemas: as stored, or as typed."""
    if part == GUARDS:
        return GuardsForm(data, sync=sync, known=known)
    if part == SCOPE:
        return ScopeForm(data, sync=sync, known=known)
    return OptionsForm(data, sync=sync, known=known, section=part)


def sentence(sync: Sync) -> str:
    """The direction of the stored configuration in words (S3.C3); needs no schema."""
    pairs = tuple(FieldRule(row.left, row.right, direction=Direction(row.direction)) for row in rows.stored(sync))
    config = Configuration(sync.kind, rules=pairs, options=sync.effective_options())
    return direction_sentence(config, sync.automatic_updates, sync.minutes, both_ways=sync.automatic_both_ways)


def _drawn(sync: Sync, part: Section, content: Any) -> dict[str, Any]:
    """A section as its template takes it: its name, texts and address, and the form."""
    kind = sync.declared
    texts = {"name": part.name, "title": worded(part.title, kind), "intro": worded(part.intro, kind)}
    return {**texts, "here": f"{sync.get_absolute_url()}{part.name}/", "form": content, "template": part.template}


def stored_schemas(sync: Sync) -> Schemas | None:
    """Both schemas as they were last read."""
    return known_schemas(sync, sides(sync))


def tag_collisions(known: Schemas, chosen: list[str]) -> dict[str, list[str]]:
    """Tags that several different picklist values of the chosen fields would become, with those values."""
    fields: list[FieldSchema] = [found for name in chosen if (found := known.left_field(name))]
    return tags.collisions(sorted({choice.value for field in fields for choice in field.choices if choice.active}))


def new_record_defaults(sync: Sync, known: Schemas) -> list[tuple[str, str]]:
    """Which record type and picklist value a new record gets on the left (S3.16, S3.18, S3.32)."""
    scope = scope_of(sync, known)
    labels = {record_type.name: record_type.label for record_type in known.left.record_types}
    found = [("Record type", labels.get(name, name)) for name in scope.record_types[:1]]
    field = known.left_field(scope.picklist_field)
    return found + [(field.label if field else scope.picklist_field, value) for value in scope.picklist_values[:1]]


def _about(sync: Sync) -> dict[str, Any]:
    """What every part of the page is about, and the words it uses."""
    kind = sync.declared
    about = {"sync": sync, "kind": kind, "switch_text": wording.switched_off(kind)}
    if not kind.people:
        return about
    return {**about, "account_syncs": account_syncs(sync), "accounts_url": list_url(kind.depends_on[0])}


def _sections(sync: Sync, known: Schemas) -> dict[str, Any]:
    found = {part.name: _stored(sync, known, part) for part in sync.declared.parts if part != AUTOMATIC}
    beside: dict[str, Any] = {"time_zone": time_zone(sync)}
    for content in found.values():
        beside |= _beside(sync, known, content)
    return {**found, **beside}


def _stored(sync: Sync, known: Schemas, part: Section) -> Any:
    """The content of a section as it is stored."""
    if part == FIELDS:
        return editor(sync, known, rows.listed(sync))
    return form_of(part, sync=sync, known=known)


def _beside(sync: Sync, known: Schemas, form: Any) -> dict[str, Any]:
    """What a section says beside some of its options."""
    found: dict[str, Any] = {}
    asked = getattr(form, "fields", {})
    if "tags" in asked:
        found["collisions"] = tag_collisions(known, list(form["tags"].value() or []))
    if "create_left" in asked:
        chosen = form["create_left"].value()
        found["creates"] = "" if chosen == "nothing" else chosen
        found["new_record_defaults"] = new_record_defaults(sync, known)
    return found
