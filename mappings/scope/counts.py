"""Counts the records that the filters include and exclude (S3.C6). Reads from the left system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from connectors.api.special_fields import LIST_VIEW
from connectors.api.values import Condition, Query, Record
from connectors.services import ask
from mappings.kinds.policy import SKIP, Policy
from mappings.kinds.registry import kind_of
from mappings.kinds.wording import worded
from mappings.models import Sync
from mappings.rules import filters
from mappings.rules.configuration import Configuration, Scope
from mappings.schemas import Schemas
from mappings.scope import accounts as account_scope
from mappings.scope import demanded

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One record. ``line`` names the filter that excluded it, and is empty for one in scope."""

    id: str
    name: str
    url: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Extent:
    """What the filters do: ``inside`` of ``total`` records, with some of both."""

    inside: int
    total: int
    samples_in: tuple[Sample, ...]
    samples_out: tuple[Sample, ...]

    @property
    def outside(self) -> int:
        return self.total - self.inside

    @property
    def percent(self) -> str:
        """Two significant digits where it matters: 1.2, 0.03, 100."""
        if not self.total:
            return "0"
        share = 100 * self.inside / self.total
        return f"{share:.0f}" if share in (0, 100) else f"{share:.2g}" if share < 10 else f"{min(share, 99.9):.3g}"


def extent(sync: Sync, scope: Scope, known: Schemas, policies: Sequence[Condition] | None = None) -> Extent:
    """Counts and samples for these filters, saved or not, and the policies: what a policy skips is not in scope, here
    as in every run. ``policies`` are those of ``taking_part`` where they are known already. Raises ConnectorError.
    """
    if known.kind.counted_by or (scope.conditions and not sync.left.spec.compares):
        return _by_reading(sync, scope, known)
    policies = taking_part(sync, known) if policies is None else policies
    object = kind_of(sync.kind).left.object
    everyone, inside = _everyone(known), (*filters.conditions(scope), *policies)
    shown = Query(object, _fields(scope, known), limit=SAMPLES)
    queries = [
        Query(object, (), everyone, limit=0),
        Query(object, (), everyone + inside, limit=0),
        replace(shown, where=everyone + inside),
        *(replace(shown, where=everyone + where) for where in outside(inside)),
    ]
    total, counted, first_in, *first_out = ask(sync.left, *queries)
    inside_now = [record.with_value(LIST_VIEW, scope.list_view) for record in first_in.records]
    out = [record for answer in first_out for record in answer.records][:SAMPLES]
    return Extent(
        counted.total or 0,
        total.total or 0,
        _samples(sync, scope, known, inside_now),
        _samples(sync, scope, known, out, account_scope.OUTSIDE),
    )


def _by_reading(sync: Sync, scope: Scope, known: Schemas) -> Extent:
    """The same where no search can count: every record is read once, and the kind decides about it."""
    kind, config = known.kind, Configuration(sync.kind, scope, options=sync.effective_options())
    read = kind.counted_by(config) if kind.counted_by else kind.left_fields(config)
    wanted = demanded.demanded(sync)
    fields = tuple(dict.fromkeys([kind.left.label_field, *read, *(one.by for one in wanted)]))
    (answer,) = ask(sync.left, Query(kind.left.object, fields))
    found: dict[bool, list[Sample]] = {True: [], False: []}
    inside = 0
    for record in answer.records:
        verdict = kind.admit(record.values, config)
        line = verdict.line if not verdict.admitted else demanded.line(record.values, wanted)
        takes_part = verdict.admitted and not line
        inside += takes_part
        if len(samples := found[takes_part]) < SAMPLES:
            url = sync.left.spec.record_url(sync.left.base_url, record.ref.object, record.ref.id)
            samples.append(Sample(record.ref.id, kind.left.label(record), url, line))
    return Extent(inside, len(answer.records), tuple(found[True]), tuple(found[False]))


def taking_part(sync: Sync, known: Schemas) -> tuple[Condition, ...]:
    """What the policies of the sync ask of a record."""
    asked = (_without(policy) for policy in skipping(sync, known))
    asked_by_kind = known.kind.narrows(sync.effective_options())
    return (*asked, *asked_by_kind, *account_scope.conditions(sync))


def skipping(sync: Sync, known: Schemas) -> list[Policy]:
    """The policies of the kind by which this sync leaves records out."""
    found = known.kind.policies
    return [one for one in found if sync.option(one.option) == SKIP and known.left_field(one.field)]


def number_of(sync: Sync, policy: Policy) -> int:
    """How many left records there are that the policy is about. Raises ConnectorError."""
    return count(sync, policy.field, values=policy.values, negated=policy.negated)


def _without(policy: Policy) -> Condition:
    return Condition(policy.field, policy.values, not policy.negated)


def outside(inside: Sequence[Condition]) -> list[tuple[Condition, ...]]:
    """Conditions that together select what ``inside`` does not, each record once: out by the first line, and so on."""
    return [(*inside[:place], replace(line, negated=not line.negated)) for place, line in enumerate(inside)]


def count(sync: Sync, field: str, *, values: tuple[str, ...], negated: bool = False) -> int:
    """How many left records hold one of ``values`` in ``field``. Raises ConnectorError."""
    object = kind_of(sync.kind).left.object
    (answer,) = ask(sync.left, Query(object, (), (Condition(field, values, negated),), limit=0))
    return answer.total or 0


def _everyone(known: Schemas) -> tuple[Condition, ...]:
    """Who can be synced at all: a converted lead is a contact from then on."""
    return (Condition("IsConverted", ("false",)),) if known.left_field("IsConverted") else ()


def _fields(scope: Scope, known: Schemas) -> tuple[str, ...]:
    names = [known.kind.left.label_field, filters.RECORD_TYPE if known.left.record_types else "", *scope.fields]
    looked_at = [policy.field for policy in known.kind.policies if known.left_field(policy.field)]
    return tuple(dict.fromkeys(name for name in [*names, *looked_at] if name))


def skipped(sync: Sync, known: Schemas, record: Record) -> str:
    """The policy that leaves a record out which the filters let in; "" where none does."""
    found = (policy.skipped for policy in skipping(sync, known) if policy.applies(record.values))
    return worded(next(found, ""), known.kind)


def _samples(
    sync: Sync, scope: Scope, known: Schemas, records: Sequence[Record], otherwise: str = ""
) -> tuple[Sample, ...]:
    """``otherwise``: what is left to say of a record that neither filters nor policies leave out."""
    names = {record_type.id: record_type.name for record_type in known.left.record_types}
    url = sync.left.spec.record_url
    return tuple(
        Sample(
            record.ref.id,
            known.kind.left.label(record),
            url(sync.left.base_url, record.ref.object, record.ref.id),
            filters.judge(record.values, scope, names).line or skipped(sync, known, record) or otherwise,
        )
        for record in records
    )
