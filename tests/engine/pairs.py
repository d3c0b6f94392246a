"""Accounts and organizations in memory: make them, plan them, write drafts to them as a run would."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import FieldType, Record, RecordRef
from mappings.kinds.registry import kind_of
from mappings.rules.configuration import FieldRule, Scope
from syncadmin.engine.compare import LinkState
from syncadmin.engine.drift import values_to_write
from syncadmin.engine.plan import Rulebook, plan_pair, rulebook
from syncadmin.engine.steps import CONFLICT, PROBLEM, Operation, PlannedStep, Side
from syncadmin.engine.undo import agreement, invert
from tests.options import configured

KIND = kind_of("accounts_organizations")
CUSTOMERS = Scope(("Customer", "Partner"), "Type", ("Prospect", "Customer"))


def revenue(**rest: Any) -> FieldRule:
    """AnnualRevenue into a Decimal field."""
    types = {"left_type": FieldType.DECIMAL, "right_type": FieldType.DECIMAL}
    return FieldRule("AnnualRevenue", "fields.revenue", **(types | rest))


def phone(**rest: Any) -> FieldRule:
    return FieldRule("Phone", "fields.phone", **({"left_type": FieldType.PHONE} | rest))


def tier(**rest: Any) -> FieldRule:
    """A picklist into a drop-down with two choices."""
    types = {"left_type": FieldType.CHOICE, "right_type": FieldType.CHOICE, "is_tag": True}
    return FieldRule("Tier__c", "fields.tier", **(types | {"choices": frozenset({"gold", "silver"})} | rest))


def book(**options: Any) -> Rulebook:
    return rulebook(KIND, configured(KIND.slug, **options))


def account(id: str = "001A", **values: Any) -> Record:
    return Record(RecordRef("Account", id), {"Name": "Acme", "ParentId": None} | values)


def organization(id: str = "100", **values: Any) -> Record:
    """``fields__phone`` is the custom field ``fields.phone``."""
    named = {name.replace("fields__", "fields."): value for name, value in values.items()}
    return Record(RecordRef("organization", id), {"name": "Acme", "external_id": None} | named)


def without(record: Record, *names: str) -> Record:
    """The record as if these fields had not been read."""
    return replace(record, values={name: value for name, value in record.values.items() if name not in names})


def written(record: Record, draft: PlannedStep) -> Record:
    """The target of a draft once it has been written."""
    return replace(record, values={**record.values, **values_to_write(draft.changes, record.values)})


def only(drafts: Sequence[PlannedStep]) -> PlannedStep:
    (draft,) = drafts
    return draft


@dataclass(slots=True)
class Pair:
    """Two records, what they agree on, and the rules: plan it, write the plan, look again."""

    book: Rulebook
    left: Record
    right: Record
    link_state: LinkState = field(default_factory=lambda: LinkState(fresh=True, reason="The name is the same"))

    def plan(self) -> list[PlannedStep]:
        return plan_pair(self.book, self.left, self.right, self.link_state)[0]

    def write(self, drafts: Sequence[PlannedStep], *, refused: Sequence[Operation] = ()) -> None:
        """Write these drafts in order; what is ``refused`` changes and records nothing."""
        for draft in drafts:
            if draft.operation in refused or draft.operation in (CONFLICT, PROBLEM):
                continue
            if draft.operation.writes(Side.LEFT):
                self.left = written(self.left, draft)
            else:
                self.right = written(self.right, draft)
            self.link_state = LinkState.after(draft)

    def undo(self, draft: PlannedStep) -> None:
        """Write the inverse of a written draft."""
        back = invert(draft, self.right.values)
        self.right = written(self.right, back)
        self.link_state = LinkState(
            *agreement(
                self.book, back.operation, back.changes, self.link_state.last_synced, self.link_state.owned_values
            )
        )

    def settle(self) -> list[PlannedStep]:
        """Plan and write; the drafts that were written."""
        drafts = self.plan()
        self.write(drafts)
        return drafts

    def edit_left(self, **values: Any) -> None:
        self.left = replace(self.left, values={**self.left.values, **values})

    def edit_right(self, **values: Any) -> None:
        named = {name.replace("fields__", "fields."): value for name, value in values.items()}
        self.right = replace(self.right, values={**self.right.values, **named})
