"""Before a left record is created: whether a person or another sync has created it since the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connectors.api.values import Condition, Query
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.models import Link, MirrorRecord, Step
from syncadmin.runs.pipeline.context import Context
from syncadmin.runs.storage import email_groups
from syncadmin.runs.storage.steps import changes_of


def unwanted(context: Context, steps: Sequence[Step]) -> dict[int, str]:
    """The creations that would make a duplicate, with the reason, by step id. One call for some hundred keys."""
    siblings = email_groups.siblings(context.sync)
    users = Link.objects.active_of(siblings, right_id__in=[step.right_id for step in steps])
    linked = set(users.values_list("right_id", flat=True))
    names = context.kind.names
    found = {
        step.pk: f"Another run has linked the {names.right_one} since the plan was made."
        for step in steps
        if step.right_id in linked
    }
    open_ = [step for step in steps if step.pk not in found]
    reason = f"A {names.left_system} record with this {names.key} was created after the plan was made."
    return found | dict.fromkeys(_made_meanwhile(context, siblings, open_), reason)


def _made_meanwhile(context: Context, siblings: Sequence[Sync], steps: Sequence[Step]) -> list[int]:
    wanted = {step.pk: context.kind.left_key({context.kind.left_key_field: key_text(context, step)}) for step in steps}
    objects = {kind_of(sync.kind).left_object for sync in siblings} | {step.object for step in steps if step.object}
    texts = [text for step in steps if (text := key_text(context, step))]
    fresh = {key for object in sorted(objects) for key in fresh_by_key(context, siblings, object, texts)}
    return [pk for pk, key in wanted.items() if key in fresh]


def key_text(context: Context, step: Step) -> str:
    """The key of a record to be created, without surrounding blanks, as Salesforce stores it."""
    field = context.kind.left_key_field
    return next((str(change.after) for change in changes_of(step.changes) if change.field == field), "").strip()


def fresh_by_key(context: Context, siblings: Sequence[Sync], object: str, texts: Sequence[str]) -> dict[str, list[str]]:
    """Ids of left records with one of these keys that no read or run has seen yet, by key."""
    kind, field = context.kind, context.kind.left_key_field
    by_key: dict[str, list[str]] = defaultdict(list)
    if wanted := tuple(dict.fromkeys(filter(None, texts))):
        for page in context.left.read(Query(object, (field,), (Condition(field, wanted),))):
            for record in page.records:
                by_key[kind.left_key(record.values)].append(record.ref.id)
    seen = _mirrored(siblings, [id for listed in by_key.values() for id in listed])
    fresh = {key: [id for id in listed if id not in seen] for key, listed in by_key.items()}
    return {key: listed for key, listed in fresh.items() if listed}


def _mirrored(siblings: Sequence[Sync], ids: list[str]) -> set[str]:
    """Which of these left records an earlier read or run knows."""
    known = MirrorRecord.objects.left_of(siblings, remote_id__in=ids)
    made = Link.objects.of_sync(siblings, left_id__in=ids)
    return {*known.values_list("remote_id", flat=True), *made.values_list("left_id", flat=True)}
