"""Facts about a sync for checks: its connections, configuration and dependencies."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone

from connectors import services
from connectors.api.errors import ConfigError
from connectors.api.values import CheckState, FieldSchema, FieldType, ObjectSchema, Record, RecordRef
from connectors.models import Connection
from mappings.kinds.declaration import Kind
from mappings.kinds.registry import kind_of
from mappings.kinds.subject import Gap, Setup, Subject, System, words_of
from mappings.models import FieldMapping, Sync
from mappings.rules import convert, valuemap
from mappings.rules.configuration import Configuration, Direction
from mappings.schemas import Schemas
from mappings.selectors import known_schemas, sides
from mappings.services import cautions, configuration, field_rule, misfit, value_map_of
from syncadmin.engine.estimate import estimate, roughly
from syncadmin.engine.order import missing
from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Link, Run
from syncadmin.runs.pages.runs.cost import cost_of
from syncadmin.runs.services import automatic
from syncadmin.runs.status.labels import made_on_the_left
from syncadmin.runs.status.run_status import waits_for_approval
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.complete import complete_beside


def subject_of(sync: Sync) -> Subject:
    """The sync as its checks take it. A fixed number of queries and no call."""
    kind, last = sync.declared, _last_run(sync)
    plan = last if last is not None and waits_for_approval(last) else None
    cost = cost_of(plan).estimate if plan else None
    above = kind_of(kind.depends_on[0]).names if kind.depends_on else None
    return Subject(
        kind=kind,
        words=words_of(kind.names, above, made_on_the_left(sync)),
        options=sync.effective_options(),
        left=_system(sync.left, Side.LEFT, cost.left_calls if cost else None),
        right=_system(sync.right, Side.RIGHT, cost.right_calls if cost else None),
        setup=setup_of(sync, known_schemas(sync, sides(sync))),
        parent=bool(kind.parent or sync.option("account_field")),
        waits_for=tuple(kind_of(slug).title for slug in missing(kind, complete_beside(sync))) if above else (),
        linked_parents=Link.objects.active_of(sync.beside(kind.depends_on)).count() if above else 0,
        to_create=summary.by_operation(summary.groups(plan))[Verb.CREATE.on(Side.RIGHT)] if plan else None,
        applied=bool(automatic.applied([sync])),
        duration=lambda number, batched: _duration(sync.right, number, batched=batched),
    )


def setup_of(sync: Sync, known: Schemas | None) -> Setup:
    """The configuration with the ``known`` fields of both systems."""
    if known is None:
        return Setup(schemas_read=False)
    try:
        config, problem = configuration(sync, known), ""
    except ConfigError as error:
        config, problem = None, error.message
    kind, mapped = sync.declared, list(sync.mappings.all())
    built_in = [rule.label or rule.left for rule in kind.rules(kind.unchosen)]
    return Setup(
        problem=problem,
        mapped=len(mapped),
        built_in=tuple(built_in),
        gaps=tuple(gap for mapping in mapped for gap in _gaps(mapping, known)),
        cautions=tuple(cautions(sync, known)),
        lacking=_lacking(sync, kind, config, known) if config and sync.creates_left else (),
        left_fields=known.left.fields,
    )


def _last_run(sync: Sync) -> Run | None:
    last = Run.objects.filter(sync=sync).order_by("-pk").first()
    if last is not None:
        last.sync = sync
    return last


def _duration(connection: Connection, number: int, *, batched: bool) -> str:
    costs, a_minute = connection.spec.costs, connection.facts.get("rate_limit")
    return roughly(
        estimate({Verb.CREATE.on(Side.RIGHT): number}, costs, costs, bulk=batched, a_minute=a_minute).seconds
    )


def _system(connection: Connection, side: Side, needed: int | None) -> System:
    failed = next((s for s in connection.last_check or [] if s["state"] == CheckState.FAILED), None)
    tested, spec = connection.last_check_at, connection.spec
    return System(
        name=connection.name,
        side=side,
        enabled=connection.enabled,
        passed=connection.last_check_ok,
        age_days=(timezone.now() - tested).total_seconds() / 86_400 if tested else 0.0,
        failure=f"{failed['name']}: {failed['message']}" if failed else "",
        failure_hint=failed["hint"] if failed else "",
        facts=connection.facts,
        used_when=naturaltime(used_at).replace("\xa0", " ")
        if (used_at := connection.daily_used_at)
        else "at the last test",
        needed=needed,
        remarks=spec.remarks(connection.facts),
        batch=spec.costs.batch,
    )


def _gaps(mapping: FieldMapping, known: Schemas) -> list[Gap]:
    """Values of the pair without a target on the other side (S3.25), and tags that a restricted picklist does not
    accept.
    """
    left, right = known.left_field(mapping.left), known.right_field(mapping.right)
    if left is None or right is None or right.type is not FieldType.CHOICE or not (left.choices and right.choices):
        return []
    pair = f"{left.label} → {right.label}"
    tags = {choice.value for choice in right.choices if choice.active}
    values = [choice for choice in left.choices if choice.active]
    leads_to = value_map_of(mapping, known)
    missing_tags = tuple(c.label for c in values if not valuemap.target(c.value, leads_to, tags))
    found = [Gap(pair, missing_tags, len(values))]
    if left.restricted and mapping.direction != Direction.TO_RIGHT and not misfit(mapping, known):
        active = [choice for choice in right.choices if choice.active]
        refused = tuple(choice.label for choice in active if _is_refused(mapping, known, choice.value))
        found.append(Gap(f"{left.label} ← {right.label}", refused, len(active), back=True))
    return [gap for gap in found if gap.missing]


def _is_refused(mapping: FieldMapping, known: Schemas, tag: str) -> bool:
    try:
        convert.to_left(field_rule(mapping, known), tag)
    except convert.ValueProblem:
        return True
    return False


def _lacking(sync: Sync, kind: Kind, config: Configuration, known: Schemas) -> tuple[str, ...] | None:
    """Required fields of new left records that neither the creation nor a mapping fills, for a right record with all
    values.

    None if the fields of the created object were never read.
    """
    made = kind.new_object(config)
    schema = known.left if made in ("", kind.left.object) else _cached(sync.left, made)
    if schema is None:
        return None
    right = {kind.right.label_field: "Ann Example", kind.right.key_field: "ann@example.com"}
    values, _ = kind.new_left(config, Record(RecordRef(kind.right.object, "1"), right))
    filled = {name for name, _, _ in values} | {rule.left for rule in config.rules}
    return tuple(_named(field) for field in schema.fields if field.required and field.name not in filled)


def _cached(connection: Connection, object_name: str) -> ObjectSchema | None:
    """The fields as last read. No call."""
    if services.cached_schema(connection, object_name) is None:
        return None
    return services.schema(connection, object_name)


def _named(field: FieldSchema) -> str:
    return field.label if field.label == field.name else f"{field.label} ({field.name})"
