"""What the checks of the setup look at: both connections, the configuration, and what creating users needs."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import naturaltime
from django.utils import timezone

from connectors import services
from connectors.api.errors import ConfigError
from connectors.api.values import CheckState, FieldSchema, FieldType, ObjectSchema, Record, RecordRef
from connectors.models import Connection
from mappings.kinds.registry import kind_of
from mappings.models import CreateLeft, FieldMapping, Sync
from mappings.rules import convert, preparation, valuemap
from mappings.rules.configuration import Configuration, Direction
from mappings.services import Schemas, cautions, configuration, field_rule, misfit
from syncadmin.engine.checks.assessment import Place
from syncadmin.engine.checks.people_assessment import People
from syncadmin.engine.checks.setup import Gap, Making, Setup, System
from syncadmin.engine.checks.users import UserSetup
from syncadmin.engine.order import missing
from syncadmin.engine.steps import Action
from syncadmin.runs.models import Link, Run
from syncadmin.runs.pages.runs.selectors import cost_of
from syncadmin.runs.status.labels import made_on_the_left
from syncadmin.runs.status.run_status import waits_for_approval
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.complete import complete_beside

# A user that has everything: what is made of it fills as much as can be filled.
_SOMEBODY = Record(RecordRef("user", "1"), {"name": "Ann Example", "email": "ann@example.com"})


def systems_of(sync: Sync) -> list[System]:
    return [_system(sync.left, Place.LEFT), _system(sync.right, Place.RIGHT)]


def setup_of(sync: Sync, known: Schemas | None, last: Run | None) -> Setup:
    """The configuration beside what is ``known`` of both systems' fields; ``last`` is the newest run."""
    if known is None:
        return Setup(schemas_read=False)
    config, problem = _configured(sync, known)
    left_object = kind_of(sync.kind).left_object
    return Setup(
        problem=problem,
        mapped=len(sync.mappings.all()),
        built_in="names and emails" if kind_of(sync.kind).people else "names",
        cautions=tuple(cautions(sync, known)),
        gaps=tuple(gap for mapping in sync.mappings.all() for gap in _gaps(mapping, known)),
        preparation=preparation.present(left_object, known.left.fields),
        prepared=left_object,
        making=_making(sync, config, known) if config else None,
        needed=_needed(sync, last),
    )


def user_setup(sync: Sync, people: People | None, last: Run | None) -> UserSetup:
    """What creating users needs to know. Two queries."""
    facts, kind = sync.right.facts, kind_of(sync.kind)
    waits_for = missing(kind, complete_beside(sync))
    above = Link.objects.of_sync(sync.beside(kind.depends_on))
    return UserSetup(
        policy=sync.welcome_mail,
        welcome_emails=facts.get("welcome_emails"),
        confirmed=sync.welcome_confirmed,
        creates=sync.create_right,
        to_create=_to_create(people, last),
        bulk_import=facts.get("bulk_user_import"),
        costs=sync.right.spec.costs,
        a_minute=facts.get("rate_limit"),
        several_organizations=facts.get("multiple_organizations"),
        has_account=bool(kind.parent or sync.account_field),
        across=people.shared.across if people else None,
        waits_for=[kind_of(slug).title for slug in waits_for],
        linked=above.filter(active=True).count(),
    )


def _to_create(people: People | None, last: Run | None) -> int | None:
    """By the plan that waits, else at most those that have no user yet."""
    if last is not None and waits_for_approval(last):
        return summary.by_action(summary.groups(last))[Action.CREATE_RIGHT]
    return people.unlinked_left if people else None


def _system(connection: Connection, place: Place) -> System:
    failed = next((s for s in connection.last_check or [] if s["state"] == CheckState.FAILED), None)
    tested = connection.last_check_at
    facts = connection.facts
    return System(
        name=connection.name,
        place=place,
        enabled=connection.enabled,
        passed=connection.last_check_ok,
        age_days=(timezone.now() - tested).total_seconds() / 86_400 if tested else 0.0,
        failure=f"{failed['name']}: {failed['message']}" if failed else "",
        failure_hint=failed["hint"] if failed else "",
        edition=facts.get("edition") or "",
        is_sandbox=bool(facts.get("is_sandbox")),
        used=facts.get("daily_used"),
        used_when=naturaltime(told).replace("\xa0", " ") if (told := connection.daily_used_at) else "at the last test",
        limit=facts.get("daily_limit"),
        a_minute=facts.get("rate_limit"),
    )


def _configured(sync: Sync, known: Schemas) -> tuple[Configuration | None, str]:
    """The configuration, or what no longer fits of it."""
    try:
        return configuration(sync, known), ""
    except ConfigError as error:
        return None, error.message


def _gaps(mapping: FieldMapping, known: Schemas) -> list[Gap]:
    """Values of the pair that have no target on the other side (S3.25), and tags that a restricted picklist refuses."""
    left, right = known.left_field(mapping.left), known.right_field(mapping.right)
    if left is None or right is None or right.type is not FieldType.CHOICE or not (left.choices and right.choices):
        return []
    pair = f"{left.label} → {right.label}"
    tags = {choice.value for choice in right.choices if choice.active}
    values = [choice for choice in left.choices if choice.active]
    missing_tags = tuple(c.label for c in values if not valuemap.target(c.value, mapping.value_map, tags))
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


def _making(sync: Sync, config: Configuration, known: Schemas) -> Making | None:
    """The required fields of what is made in Salesforce that neither a new record nor a mapped field fills."""
    if sync.create_left == CreateLeft.NOTHING:
        return None
    kind, many = kind_of(sync.kind), made_on_the_left(sync)
    made = kind.new_object(config)
    schema = known.left if made in ("", kind.left_object) else _cached(sync.left, made)
    if schema is None:
        return Making(many, None)
    values, _ = kind.new_left(config, _SOMEBODY)
    filled = {name for name, _, _ in values} | {rule.left for rule in config.rules}
    lacking = [field for field in schema.fields if field.required and field.name not in filled]
    return Making(many, tuple(_named(field) for field in lacking))


def _cached(connection: Connection, object_name: str) -> ObjectSchema | None:
    """The schema as it was last read; asks no remote system."""
    if services.cached_schema(connection, object_name) is None:
        return None
    return services.schema(connection, object_name)


def _named(field: FieldSchema) -> str:
    return field.label if field.label == field.name else f"{field.label} ({field.name})"


def _needed(sync: Sync, last: Run | None) -> dict[Place, int] | None:
    """The calls of the plan that waits, None while none does."""
    if last is None or not waits_for_approval(last):
        return None
    cost = cost_of(last).estimate
    return {Place.LEFT: cost.left_calls, Place.RIGHT: cost.right_calls}
