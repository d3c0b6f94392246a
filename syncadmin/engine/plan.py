"""Plans one pair of records, or one record without a counterpart: which steps, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.api.values import Record, RecordRef
from mappings.kinds.agreed import agreed_values, notes_of
from mappings.kinds.declaration import Kind, ListRule, Names
from mappings.rules import convert
from mappings.rules.configuration import Configuration, FieldRule
from syncadmin.engine.compare import Comparison, LinkState, compare_field, compare_list, fill_right, mirrored_tags
from syncadmin.engine.merge import Moments
from syncadmin.engine.merged import Merged
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import CONFLICT, LINK, PROBLEM, SKIP, UNLINK, Change, PlannedStep, Side, Verb


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A kind with its configuration, and the rules derived from them once for all pairs of a run.

    ``whole_id`` normalizes ids of the left system that have several forms.
    """

    kind: Kind
    config: Configuration
    rules: tuple[FieldRule, ...]
    lists: tuple[ListRule, ...]
    whole_id: Callable[[str], str] = str


def rulebook(kind: Kind, config: Configuration, whole_id: Callable[[str], str] = str) -> Rulebook:
    """The rules for a run of this kind with this configuration."""
    return Rulebook(kind, config, kind.rules(config), kind.lists(config), whole_id)


def plan_pair(
    book: Rulebook, left: Record, right: Record, link_state: LinkState
) -> tuple[list[PlannedStep], PlannedStep]:
    """The steps for a linked or newly matched pair, and one more step that is not written: it carries the agreed
    values.

    No steps if nothing differs and the link exists.
    """
    work = Comparison(
        book.kind.names,
        last_synced=dict(link_state.last_synced),
        field_notes=dict(link_state.field_notes),
        owned_values={name: tuple(entries) for name, entries in link_state.owned_values.items()},
    )
    if link_state.fresh and book.kind.as_found(left, right, book.config):
        link_state = replace(link_state, as_found=True)
    moments = Moments(left.modified_at, right.modified_at)
    for rule in book.rules:
        known = link_state.moments.get(rule.right, moments)
        compare_field(work, rule, left.values, right.values, link_state, known, book.config.time_zone)
    mirrored = mirrored_tags(work, book.rules, right.values)
    for list_rule in book.lists:
        compare_list(work, list_rule, left.values, right.values, mirrored)
    _look_at_external_id(work, book, left, right, link_state)
    frozen = _spare_frozen(work, book, left)
    agreed = _agreed(book.kind.left_label(left), left.ref.id, right.ref.id, work)
    drafts = _drafts(book, link_state, work, agreed)
    if frozen and not drafts:
        drafts = [replace(agreed, reason_code=ReasonCode.FROZEN, reason=frozen)]
    return drafts, agreed


def plan_new_right(book: Rulebook, left: Record, *, lookalike: str = "", asked: bool = False) -> PlannedStep:
    """The step that creates the right record of an unmatched left record (S3.40), or a skip that says why not.

    With a look-alike on the right it waits for approval (S3.C16). ``asked``: a person decided to create this one, so
    the sync's settings do not matter (S3.C11).
    """
    label, names = book.kind.left_label(left), book.kind.names
    if not book.kind.right.creatable:
        return skip(label, ReasonCode.ALONE, f"No {names.right_one} has this {names.key}", left_id=left.ref.id)
    if not (book.config.creates_right or asked):
        off = f"Creating in {names.right_system} is switched off"
        reason = off if book.kind.unmatched == ReasonCode.CREATE_OFF else f"No {names.right_one} has this {names.key}"
        return skip(label, book.kind.unmatched, reason, left_id=left.ref.id)
    work = Comparison(names)
    for rule in book.rules:
        fill_right(work, rule, left.values, book.config.time_zone)
    for list_rule in book.lists:
        wanted, bad = list_rule.wanted(left.values)
        work.warnings += bad
        if wanted:
            work.right.append(Change(list_rule.field, [], None, "New record", add=tuple(wanted)))
            work.owned_values[list_rule.field] = tuple(wanted)
    if book.config.stores_id:
        work.right.append(Change(book.config.id_field, None, left.ref.id, f"Stores the {names.left_system} id"))
    filled = {change.field for change in work.right}
    more = book.kind.new_right(book.config, left)
    work.right += [Change(name, None, value, why) for name, value, why in more if name not in filled]
    if lookalike:
        work.warnings.append(
            f"{names.right_system} has {lookalike}, which looks like it. Different {names.keys} are never matched."
        )
    agreed = _agreed(label, left.ref.id, "", work)
    if work.problems:
        return _problem(agreed, work)
    return replace(
        agreed,
        operation=Verb.CREATE.on(Side.RIGHT),
        reason_code=ReasonCode.LOOKALIKE if lookalike else "",
        changes=tuple(work.right),
        reason=f"No {names.right_one} has this {names.key}",
        needs_approval=bool(lookalike) and not asked,
    )


def plan_new_left(book: Rulebook, right: Record, *, lookalike: str = "", asked: bool = False) -> PlannedStep:
    """The step that creates the left record of an unmatched right record (S3.41, S3.48), or a skip that says why not.

    With a look-alike on the left it waits for approval (S3.C16). ``asked``: a person decided to create this one.
    """
    label, names = book.kind.right_label(right), book.kind.names
    if not book.kind.left.creatable or not (book.config.creates_left or asked):
        reason = f"No {names.left_one} in scope has this {names.key}"
        reason += ", and creating there is off" if book.kind.left.creatable else ""
        return skip(label, ReasonCode.UNMATCHED, reason, right_id=right.ref.id)
    values, agreed = book.kind.new_left(book.config, right)
    changes = tuple(Change(name, None, value, why) for name, value, why in values)
    if reason := _lacking(book, values, asked=asked):
        return PlannedStep(
            PROBLEM, label, right_id=right.ref.id, changes=changes, reason=reason, reason_code=ReasonCode.REQUIRED
        )
    draft = PlannedStep(
        Verb.CREATE.on(Side.LEFT),
        label,
        right_id=right.ref.id,
        changes=changes,
        reason=f"No {names.left_one} in {names.left_system} has this {names.key}",
        reason_code=ReasonCode.LOOKALIKE if lookalike else "",
        warnings=(f"{names.left_system} has {lookalike}, which looks like it.",) if lookalike else (),
        needs_approval=bool(lookalike),
        object=book.kind.new_object(book.config),
        last_synced=tuple(agreed_values(agreed).items()),
        field_notes=tuple(notes_of(agreed).items()),
    )
    then = after_creating_left(book, draft, "new", right)
    if then is None:
        return draft
    fields = ", ".join(change.field for change in then.changes)
    return replace(draft, reason=f"{draft.reason}; then {fields} in {names.right_system} follows")


def _lacking(book: Rulebook, values: Sequence[tuple[str, Any, str]], *, asked: bool) -> str:
    """Why these values do not suffice for a new left record, "" if they do.

    Fields that the system requires must be filled; fields that the sync wants too, unless a person ``asked`` for this
    record. Required fields are only known for the kind's own object.
    """
    if book.kind.new_object(book.config):
        return ""
    names, filled = book.kind.names, {name for name, value, _ in values if not convert.empty(value)}
    if lacking := [label for name, label in book.config.required_left if name not in filled]:
        return f"{names.left_system} requires {', '.join(lacking)} of a new {names.left_one}, and nothing fills it"
    wanted = [] if asked else [(name, label) for name, label in book.config.wanted_left if name not in filled]
    if not wanted:
        return ""
    reasons = {name: reason for name, value, reason in values if convert.empty(value)}
    listed = [f"{label} ({reasons[name]})" if name in reasons else label for name, label in wanted]
    return f"The sync makes no {names.left_one} without {', '.join(listed)}"


def after_creating_left(book: Rulebook, made: PlannedStep, left_id: str, right: Record) -> PlannedStep | None:
    """The step that follows a creation on the left: store its id on the right, and write the fields that it fills
    (S3.C12).
    """
    values = {change.field: change.after for change in made.changes}
    left = Record(RecordRef(book.kind.left_object, left_id), values)
    drafts, _ = plan_pair(book, left, right, LinkState.after(made, fresh=True))
    first = next((draft for draft in drafts if draft.operation in (LINK, Verb.UPDATE.on(Side.RIGHT))), None)
    if first is None or not first.changes:
        return None
    reason = f"Follows the creation of the {book.kind.names.left_one}"
    return replace(first, operation=LINK, label=made.label, reason_code="", reason=reason, role=made.role)


def skip(label: str, code: str, reason: str, *, left_id: str = "", right_id: str = "") -> PlannedStep:
    """A row that says why nothing is written."""
    return PlannedStep(SKIP, label, left_id=left_id, right_id=right_id, reason=reason, reason_code=code)


def unusable(label: str, reason: str, *, left_id: str = "", right_id: str = "") -> PlannedStep:
    """A row for a record with a value that cannot be stored."""
    return replace(skip(label, ReasonCode.UNUSABLE, reason, left_id=left_id, right_id=right_id), operation=PROBLEM)


def leave(label: str, left_id: str, right_id: str) -> PlannedStep:
    """The step that ends a link because its left record left the filter. Neither record is written (A6)."""
    return PlannedStep(
        UNLINK,
        label,
        left_id=left_id,
        right_id=right_id,
        reason="It left the filter",
        reason_code=ReasonCode.LEFT_SCOPE,
    )


def part(label: str, left_id: str, right_id: str, names: Names, *, by_hand: bool = False) -> PlannedStep:
    """End a link whose key names another left record now (S0.11). One made ``by_hand`` stays until the decision is
    undone.
    """
    reason = f"The {names.right_one} has another {names.key} now"
    if by_hand:
        reason += "; undo the decision that links the two"
        return skip(label, ReasonCode.AMBIGUOUS, reason, left_id=left_id, right_id=right_id)
    return PlannedStep(
        UNLINK, label, left_id=left_id, right_id=right_id, reason=reason, reason_code=ReasonCode.CHANGED_SINCE
    )


def delete(book: Rulebook, side: Side, left_id: str, record: Record, code: str, reason: str) -> PlannedStep:
    """The deletion of one side's record, with its mapped values, so that an undo can create it again (S2.18, S2.22)."""
    right = side is Side.RIGHT
    held = ((rule.right if right else rule.left, record.values) for rule in book.rules if right or not rule.is_made_up)
    lost = tuple(
        Change(name, values[name], None, reason) for name, values in held if not convert.empty(values.get(name))
    )
    ids = (left_id, record.ref.id) if right else (record.ref.id, left_id)
    label = (book.kind.right_label if right else book.kind.left_label)(record)
    return PlannedStep(
        Verb.DELETE.on(side), label, left_id=ids[0], right_id=ids[1], changes=lost, reason=reason, reason_code=code
    )


def mark_deleted(book: Rulebook, left_id: str, right: Record, link_state: LinkState) -> PlannedStep:
    """The step that prefixes the right record's name because its left record was deleted; a skip if the prefix is
    there.
    """
    names, field = book.kind.names, book.kind.right.label_field
    sign, called = f"[Deleted in {names.left_system}]", str(right.values.get(field) or "")
    reason = f"Deleted in {names.left_system}"
    if called.startswith(sign):
        return skip(
            called,
            ReasonCode.DELETED,
            f"{reason}; its {names.right_one} says so",
            left_id=left_id,
            right_id=right.ref.id,
        )
    longest = next((rule.right_length for rule in book.rules if rule.right == field and rule.right_length), 255)
    marked = f"{sign} {called}"[:longest]
    return PlannedStep(
        Verb.UPDATE.on(Side.RIGHT),
        called,
        left_id=left_id,
        right_id=right.ref.id,
        changes=(Change(field, called, marked, reason),),
        reason=reason,
        reason_code=ReasonCode.DELETED,
        last_synced=tuple(link_state.last_synced.items()),
        field_notes=tuple(link_state.field_notes.items()),
        owned_values=tuple((name, tuple(entries)) for name, entries in link_state.owned_values.items()),
    )


def take_back(book: Rulebook, left_id: str, right: Record, withdrawn: Mapping[str, Any]) -> PlannedStep | None:
    """The step that resets the right record after its left one was deleted; ``withdrawn`` are the values to use for its
    fields.
    """
    changes = []
    reason = f"Deleted in {book.kind.names.left_system}"
    for rule in book.rules:
        if rule.left in withdrawn and rule.right in right.values:
            wanted = convert.to_right(rule, withdrawn[rule.left], book.config.time_zone)
            if not convert.same(wanted, right.values[rule.right]):
                changes.append(Change(rule.right, right.values[rule.right], wanted, reason))
    if not changes:
        return None
    written = {change.field: change.after for change in changes}
    return PlannedStep(
        Verb.UPDATE.on(Side.RIGHT),
        book.kind.right_label(right),
        left_id=left_id,
        right_id=right.ref.id,
        changes=tuple(changes),
        reason=reason,
        reason_code=ReasonCode.DELETED,
        last_synced=tuple(written.items()),
    )


def transfer(label: str, left_id: str, merge: Merged, names: Names) -> PlannedStep:
    """The step that ends a link whose counterpart moves to the winner of a merge (S1.39)."""
    reason = f"{merge.reason(names)}, which replaces it"
    draft = PlannedStep(
        UNLINK, label, left_id=left_id, right_id=merge.right_id, reason=reason, reason_code=ReasonCode.MERGED
    )
    return replace(draft, warnings=(f"{label}: {reason[0].lower()}{reason[1:]}.",))


def _spare_frozen(work: Comparison, book: Rulebook, left: Record) -> str:
    """Remove changes of a left record that accepts none any more. Returns the sentence that says why, "" if it accepts
    them.
    """
    frozen = book.kind.left.frozen
    why = frozen(left.values) if frozen and work.left else ""
    if why:
        fields = ", ".join(change.field for change in work.left)
        why = f"{why} {fields} of the {work.names.right_one} does not go back."
        work.left.clear()
        work.later.clear()
    return why


def _look_at_external_id(work: Comparison, book: Rulebook, left: Record, right: Record, link_state: LinkState) -> None:
    """Store the left id in the right record. Another id there is only overwritten (S3.C12) where records are created by
    it.
    """
    name = book.config.id_field
    if not book.config.stores_id or name not in right.values:
        return
    held = right.values[name]
    whole = book.whole_id(str(held or ""))
    if not held or whole in link_state.replaces:
        work.right.append(Change(name, held, left.ref.id, f"Stores the {work.names.left_system} id"))
    elif whole != left.ref.id and book.kind.right.upserts and not link_state.fresh:
        reason = f"The {work.names.right_one} belongs to this {work.names.left_one}; the id there is wrong"
        work.right.append(Change(name, held, left.ref.id, reason))
    elif whole != left.ref.id:
        work.warnings.append(f"The external id holds {held}, not the {work.names.left_system} id; it is left alone.")


def _agreed(label: str, left_id: str, right_id: str, work: Comparison) -> PlannedStep:
    return PlannedStep(
        SKIP,
        label,
        left_id=left_id,
        right_id=right_id,
        reason_code=ReasonCode.IN_SYNC,
        reason="Both sides agree",
        warnings=tuple(work.warnings),
        last_synced=tuple((work.last_synced | work.later).items()),
        field_notes=tuple(work.field_notes.items()),
        owned_values=tuple(work.owned_values.items()),
    )


def _drafts(book: Rulebook, link_state: LinkState, work: Comparison, agreed: PlannedStep) -> list[PlannedStep]:
    if work.problems and not book.kind.fields_apart:
        return [_problem(agreed, work)]
    found: list[PlannedStep] = []
    changed = {change.field for change in work.right}
    reason = link_state.reason if link_state.fresh else "The sides differ"
    if work.right or link_state.fresh:
        link_only = link_state.fresh and changed <= {book.config.id_field}
        operation = LINK if link_only else Verb.UPDATE.on(Side.RIGHT)
        # Were the left side's write refused, its old value must not pass for an agreed one.
        last_synced = tuple(work.last_synced.items())
        code = ReasonCode.FIRST_LINK if link_state.fresh else ""
        found.append(
            replace(
                agreed,
                operation=operation,
                reason_code=code,
                changes=tuple(work.right),
                reason=reason,
                last_synced=last_synced,
            )
        )
    if work.left:
        # Nor the right side's: each step tells of what it writes itself.
        last_synced = tuple((name, value) for name, value in agreed.last_synced if name not in changed)
        left = replace(
            agreed,
            operation=Verb.UPDATE.on(Side.LEFT),
            reason_code="",
            changes=tuple(work.left),
            reason=reason,
            last_synced=last_synced,
        )
        found.append(left)
    if work.conflicts:
        both = tuple(work.conflicts)
        found.append(
            replace(
                agreed, operation=CONFLICT, reason_code=ReasonCode.BOTH_CHANGED, changes=both, reason=both[0].reason
            )
        )
    if work.problems:
        found.append(_problem(agreed, work))
    # One pair warns once, however many steps it takes.
    return found[:1] + [replace(draft, warnings=()) for draft in found[1:]]


def _problem(agreed: PlannedStep, work: Comparison) -> PlannedStep:
    first = work.problems[0]
    return replace(
        agreed,
        operation=PROBLEM,
        reason_code=ReasonCode.VALUE,
        changes=tuple(work.problems),
        reason=first.reason,
    )
