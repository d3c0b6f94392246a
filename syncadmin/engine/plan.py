"""Records in, drafts out: what would be written for one pair, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.api.values import Record, RecordRef
from mappings.kinds.declaration import LEFT_SAYS, MADE_AGAIN, Kind, ListRule
from mappings.rules import convert, tags
from mappings.rules.configuration import Configuration, Direction, FieldRule, OnProblem
from syncadmin.engine.merge import ABSENT, Choice, Merge, Moments, Verdict, choose, merge, stands
from syncadmin.engine.merged import Merged
from syncadmin.engine.steps import FIRST_LINK, Action, Change, Draft


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A kind under one configuration, with its rules worked out once for all the pairs of a run.

    ``whole_id`` gives the one spelling of an id of the left system: ids that are kept elsewhere have several.
    """

    kind: Kind
    config: Configuration
    rules: tuple[FieldRule, ...]
    lists: tuple[ListRule, ...]
    whole_id: Callable[[str], str] = str


def rulebook(kind: Kind, config: Configuration, whole_id: Callable[[str], str] = str) -> Rulebook:
    """The rules that a run decides with."""
    return Rulebook(kind, config, kind.rules(config), kind.lists(config), whole_id)


@dataclass(frozen=True, slots=True)
class Bond:
    """What is known of a pair: agreed values by right field, list entries that are ours, and if the link is new."""

    base: Mapping[str, Any] = field(default_factory=dict)
    owned: Mapping[str, Sequence[str]] = field(default_factory=dict)
    fresh: bool = False
    reason: str = ""
    replaces: frozenset[str] = frozenset()
    """Ids kept in the helpdesk that this one may take the place of: of its own duplicates, of deleted records."""
    chosen: Mapping[str, Choice] = field(default_factory=dict)
    """What somebody has chosen where both sides had changed, by right field."""


@dataclass(slots=True)
class _Work:
    """Collects one pair's findings while its fields are looked at."""

    right: list[Change] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)
    conflicts: list[Change] = field(default_factory=list)
    problems: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    base: dict[str, Any] = field(default_factory=dict)
    # Agreed on only once the left side has been written.
    later: dict[str, Any] = field(default_factory=dict)
    owned: dict[str, tuple[str, ...]] = field(default_factory=dict)


def plan_pair(book: Rulebook, left: Record, right: Record, bond: Bond) -> tuple[list[Draft], Draft]:
    """The drafts for a linked or just matched pair, and an unwritten draft that carries what both sides agree on.

    No drafts when nothing differs and the link is known already.
    """
    work = _Work(base=dict(bond.base), owned={name: tuple(entries) for name, entries in bond.owned.items()})
    moments = Moments(left.modified_at, right.modified_at)
    for rule in book.rules:
        _look(work, rule, left.values, right.values, bond, moments, book.config.time_zone)
    mirrored = _mirrored(work, book.rules, right.values)
    for list_rule in book.lists:
        _look_list(work, list_rule, left.values, right.values, mirrored)
    _look_at_external_id(work, book, left, right, bond.replaces)
    agreed = _agreed(book.kind.left_label(left), left.ref.id, right.ref.id, work)
    return _drafts(book.config.id_field, bond, work, agreed), agreed


def plan_create_right(book: Rulebook, left: Record, *, lookalike: str = "", asked: bool = False) -> Draft:
    """The draft that makes the helpdesk record of an unmatched Salesforce record (S3.40).

    With a look-alike in Zendesk the step is held until a person approves it (S3.C16). ``asked``: somebody decided to
    create this one, whatever the sync says (S3.C11).
    """
    label = book.kind.left_label(left)
    if not book.config.create_right and not asked:
        return skip(label, "create_off", "Creating in Zendesk is switched off", left_id=left.ref.id)
    work = _Work()
    for rule in book.rules:
        _fill_right(work, rule, left.values, book.config.time_zone)
    for list_rule in book.lists:
        wanted, bad = list_rule.wanted(left.values)
        work.warnings += bad
        if wanted:
            work.right.append(Change(list_rule.field, [], None, "New record", add=tuple(wanted)))
            work.owned[list_rule.field] = tuple(wanted)
    if book.config.store_external_id:
        work.right.append(Change(book.config.id_field, None, left.ref.id, "Keeps the Salesforce id"))
    if lookalike:
        work.warnings.append(f"Zendesk has {lookalike}, which looks like it. Different names are never matched.")
    agreed = _agreed(label, left.ref.id, "", work)
    if work.problems:
        return _problem(agreed, work)
    names = book.kind.names
    return replace(
        agreed,
        action=Action.CREATE_RIGHT,
        code="lookalike" if lookalike else "",
        changes=tuple(work.right),
        reason=f"No {names.right_one} has this {names.key}",
        held=bool(lookalike) and not asked,
    )


def plan_create_left(book: Rulebook, right: Record, *, lookalike: str = "", asked: bool = False) -> Draft:
    """The draft that makes the Salesforce record of an unmatched helpdesk record, or says why not (S3.41, S3.48).

    With a look-alike in Salesforce the step is held until a person approves it (S3.C16). ``asked`` as above.
    """
    label, names = book.kind.right_label(right), book.kind.names
    if book.config.create_left == "nothing" and not asked:
        reason = f"No {names.left_one} in scope has this {names.key}, and creating there is off"
        return skip(label, "unmatched", reason, right_id=right.ref.id)
    values, agreed = book.kind.new_left(book.config, right)
    changes = tuple(Change(name, None, value, why) for name, value, why in values)
    if lacking := _lacking(book, values):
        reason = f"{names.left_system} requires {lacking} of a new {names.left_one}, and nothing fills it"
        return Draft(Action.PROBLEM, label, right_id=right.ref.id, changes=changes, reason=reason, code="required")
    draft = Draft(
        Action.CREATE_LEFT,
        label,
        right_id=right.ref.id,
        changes=changes,
        reason=f"No {names.left_one} in {names.left_system} has this {names.key}",
        code="lookalike" if lookalike else "",
        warnings=(f"Salesforce has {lookalike}, which looks like it.",) if lookalike else (),
        base=tuple(agreed.items()),
        held=bool(lookalike),
        object=book.kind.new_object(book.config),
    )
    then = after_creating_left(book, draft, "new", right)
    if then is None:
        return draft
    fields = ", ".join(change.field for change in then.changes)
    return replace(draft, reason=f"{draft.reason}; then {fields} in {names.right_system} follows")


def _lacking(book: Rulebook, values: Sequence[tuple[str, Any, str]]) -> str:
    """The required fields of a new left record that these values do not fill; of another object nothing is known."""
    if book.kind.new_object(book.config):
        return ""
    filled = {name for name, value, _ in values if not convert.empty(value)}
    return ", ".join(label for name, label in book.config.required_left if name not in filled)


def after_creating_left(book: Rulebook, made: Draft, left_id: str, right: Record) -> Draft | None:
    """What a record made on the left entails on the right: its id is kept, and fields follow that it fills (S3.C12)."""
    values = {change.field: change.after for change in made.changes}
    left = Record(RecordRef(book.kind.left_object, left_id), values)
    drafts, _ = plan_pair(book, left, right, Bond(dict(made.base), dict(made.owned), fresh=True))
    first = next((draft for draft in drafts if draft.action in (Action.LINK, Action.UPDATE_RIGHT)), None)
    if first is None or not first.changes:
        return None
    reason = f"Follows the creation of the {book.kind.names.left_one}"
    return replace(first, action=Action.LINK, label=made.label, code="", reason=reason, role=made.role)


def skip(label: str, code: str, reason: str, *, left_id: str = "", right_id: str = "") -> Draft:
    """A row that only tells why nothing happens."""
    return Draft(Action.SKIP, label, left_id=left_id, right_id=right_id, reason=reason, code=code)


def unusable(label: str, why: str, *, left_id: str = "", right_id: str = "") -> Draft:
    """A record that is refused here, because a value of it can be kept nowhere."""
    return Draft(Action.PROBLEM, label, left_id=left_id, right_id=right_id, reason=why, code="unusable")


def leave(label: str, left_id: str, right_id: str) -> Draft:
    """The end of a link whose Salesforce record left the filter; both records stay as they are (A6)."""
    return Draft(
        Action.UNLINK, label, left_id=left_id, right_id=right_id, reason="It left the filter", code="left_scope"
    )


def hand_over(label: str, left_id: str, merge: Merged) -> Draft:
    """The end of a link whose counterpart goes to the record that this one was merged into (S1.39)."""
    reason = f"{merge.reason()}, which takes its place"
    draft = Draft(Action.UNLINK, label, left_id=left_id, right_id=merge.right_id, reason=reason, code="merged")
    return replace(draft, warnings=(f"{label}: {reason[0].lower()}{reason[1:]}.",))


def mark(book: Rulebook, label: str, left_id: str, right: Record, bond: Bond) -> Draft | None:
    """The tag of a record whose counterpart has left the filter; it is ours, and goes when that one comes back (A6).

    None where it is marked already, or must not be touched.
    """
    ours, there = tuple(bond.owned.get("tags", ())), right.values.get("tags") or []
    if tags.LEFT_FILTER in (*ours, *there) or not book.kind.admit_right(right.values, book.config).admitted:
        return None
    edit = Change("tags", list(there), None, "Its Salesforce record left the filter", add=(tags.LEFT_FILTER,))
    owned = {**bond.owned, "tags": (*ours, tags.LEFT_FILTER)}
    return Draft(
        Action.UPDATE_RIGHT,
        label,
        left_id=left_id,
        right_id=right.ref.id,
        changes=(edit,),
        reason="It left the filter",
        base=tuple(bond.base.items()),
        owned=tuple((name, tuple(entries)) for name, entries in owned.items()),
    )


def _look(
    work: _Work,
    rule: FieldRule,
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    bond: Bond,
    moments: Moments,
    time_zone: str,
) -> None:
    if rule.left not in left or rule.right not in right:
        return
    if rule.never_blank and convert.same(left[rule.left], None):
        return
    actual = right[rule.right]
    try:
        wanted = convert.to_right(rule, left[rule.left], time_zone)
    except convert.ValueProblem as problem:
        if rule.direction is not Direction.TO_LEFT:
            _note_problem(work, rule, actual, left[rule.left], problem)
            return
        wanted = left[rule.left]  # Only compared: this direction writes the other way.
    base = bond.base.get(rule.right, ABSENT)
    said = work.base.pop(LEFT_SAYS + rule.right, ABSENT)
    again = work.base.pop(MADE_AGAIN + rule.right, False) and base is ABSENT
    if rule.alike and rule.alike(wanted, actual) and stands(base if said is ABSENT else said, wanted):
        _agree(work, rule, wanted, actual)
        return
    if said is not ABSENT and convert.same(said, wanted):
        if convert.same(base, actual):
            work.base[LEFT_SAYS + rule.right] = said
            return
        base = said  # the right side alone has changed
    if again and not (wanted and actual):
        _look_again(work, rule, left[rule.left], wanted, actual, time_zone)
        return
    found = merge(base, wanted, actual, rule.direction, rule.conflict, moments)
    found = choose(found, bond.chosen.get(rule.right), left[rule.left], actual)
    _note(work, rule, found, wanted, actual, left[rule.left], time_zone)


def _look_again(work: _Work, rule: FieldRule, left_value: Any, wanted: Any, actual: Any, time_zone: str) -> None:
    """A checkbox of which one side was made again: the tick that is left fills the other one, none is taken away."""
    found = merge(ABSENT, wanted or None, actual or None, rule.direction)
    if found.verdict is Verdict.KEEP and not convert.same(wanted, actual):
        work.base[MADE_AGAIN + rule.right] = True
        return
    _note(work, rule, found, wanted, actual, left_value, time_zone)


def _agree(work: _Work, rule: FieldRule, wanted: Any, actual: Any) -> None:
    """Both mean the same in two spellings: each keeps its own."""
    work.base[rule.right] = actual
    if not convert.same(wanted, actual):
        work.base[LEFT_SAYS + rule.right] = wanted


def _note(
    work: _Work, rule: FieldRule, found: Merge, wanted: Any, actual: Any, left_value: Any, time_zone: str
) -> None:
    match found.verdict:
        case Verdict.KEEP:
            if convert.same(wanted, actual):
                work.base[rule.right] = actual
        case Verdict.WRITE_RIGHT:
            work.right.append(Change(rule.right, actual, wanted, found.reason, replaces=found.replaces))
            work.base[rule.right] = wanted
        case Verdict.WRITE_LEFT:
            try:
                back = convert.to_left(rule, actual, time_zone)
            except convert.ValueProblem as problem:
                _note_problem(work, rule, left_value, actual, problem)
                return
            work.left.append(Change(rule.left, left_value, back, found.reason, replaces=found.replaces))
            work.later[rule.right] = actual
        case Verdict.CONFLICT:
            work.conflicts.append(Change(rule.right, actual, wanted, found.reason))


def _note_problem(work: _Work, rule: FieldRule, before: Any, after: Any, problem: convert.ValueProblem) -> None:
    if rule.on_problem is OnProblem.FIELD:
        work.warnings.append(f"{rule.name}: {problem} The field is left alone.")
    else:
        work.problems.append(Change(rule.right, before, after, f"{rule.name}: {problem}"))


def _fill_right(work: _Work, rule: FieldRule, left: Mapping[str, Any], time_zone: str) -> None:
    """A field that only goes to Salesforce is no part of a new record, whatever stands there."""
    if rule.left not in left or rule.direction is Direction.TO_LEFT:
        return
    try:
        value = convert.to_right(rule, left[rule.left], time_zone)
    except convert.ValueProblem as problem:
        _note_problem(work, rule, None, left[rule.left], problem)
        return
    work.base[rule.right] = value
    if value is not None and value is not False:
        work.right.append(Change(rule.right, None, value, "New record"))


def _mirrored(work: _Work, rules: Sequence[FieldRule], right: Mapping[str, Any]) -> list[str]:
    """Drop-down values as they will stand: the helpdesk keeps a tag for each of them by itself."""
    planned = {change.field: change.after for change in work.right}
    values = [planned.get(rule.right, right.get(rule.right)) for rule in rules if rule.is_tag]
    return [value for value in values if isinstance(value, str)]


def _look_list(
    work: _Work, rule: ListRule, left: Mapping[str, Any], right: Mapping[str, Any], mirrored: Sequence[str]
) -> None:
    if rule.field not in right or not rule.sources <= left.keys():
        return
    wanted, bad = rule.wanted(left)
    work.warnings += bad
    actual = right[rule.field] or []
    ledger = tags.settle(wanted, work.owned.get(rule.field, ()), actual, mirrored)
    if ledger.owned or rule.field in work.owned:
        work.owned[rule.field] = ledger.owned
    if ledger.add or ledger.remove:
        reasons = ["Wanted by Salesforce"] if ledger.add else []
        reasons += ["Ours and out of date"] if ledger.remove else []
        edit = Change(rule.field, list(actual), None, "; ".join(reasons), add=ledger.add, remove=ledger.remove)
        work.right.append(edit)


def _look_at_external_id(work: _Work, book: Rulebook, left: Record, right: Record, replaces: frozenset[str]) -> None:
    """Keep the Salesforce id in the helpdesk; somebody else's id there is never overwritten (S3.C12)."""
    name = book.config.id_field
    if not book.config.store_external_id or name not in right.values:
        return
    held = right.values[name]
    whole = book.whole_id(str(held or ""))
    if not held or whole in replaces:
        work.right.append(Change(name, held, left.ref.id, "Keeps the Salesforce id"))
    elif whole != left.ref.id:
        work.warnings.append(f"The external id holds {held}, not the Salesforce id; it is left alone.")


def _agreed(label: str, left_id: str, right_id: str, work: _Work) -> Draft:
    return Draft(
        Action.SKIP,
        label,
        left_id=left_id,
        right_id=right_id,
        code="in_sync",
        reason="Both sides agree",
        warnings=tuple(work.warnings),
        base=tuple((work.base | work.later).items()),
        owned=tuple(work.owned.items()),
    )


def _drafts(id_field: str, bond: Bond, work: _Work, agreed: Draft) -> list[Draft]:
    if work.problems:
        return [_problem(agreed, work)]
    found: list[Draft] = []
    changed = {change.field for change in work.right}
    reason = bond.reason if bond.fresh else "The sides differ"
    if work.right or bond.fresh:
        link_only = bond.fresh and changed <= {id_field}
        action = Action.LINK if link_only else Action.UPDATE_RIGHT
        # Were the left side's write refused, its old value must not pass for an agreed one.
        base = tuple(work.base.items())
        code = FIRST_LINK if bond.fresh else ""
        found.append(replace(agreed, action=action, code=code, changes=tuple(work.right), reason=reason, base=base))
    if work.left:
        # Nor the right side's: each step tells of what it writes itself.
        base = tuple((name, value) for name, value in agreed.base if name not in changed)
        left = replace(agreed, action=Action.UPDATE_LEFT, code="", changes=tuple(work.left), reason=reason, base=base)
        found.append(left)
    if work.conflicts:
        both = tuple(work.conflicts)
        found.append(replace(agreed, action=Action.CONFLICT, code="both_changed", changes=both, reason=both[0].reason))
    # One pair warns once, however many steps it takes.
    return found[:1] + [replace(draft, warnings=()) for draft in found[1:]]


def _problem(agreed: Draft, work: _Work) -> Draft:
    first = work.problems[0]
    return replace(
        agreed,
        action=Action.PROBLEM,
        code="value",
        changes=tuple(work.problems),
        reason=first.reason,
    )
