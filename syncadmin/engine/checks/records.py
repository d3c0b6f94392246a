"""Checks of the records that every kind has."""

from collections.abc import Iterator

from mappings.kinds.checks import Check, counting, repeated_measure, without_key_measure
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Measure, Severity
from mappings.kinds.subject import Found, Size, Subject

_FILTERS = (CheckLink("Open the filters", detail="scope"),)


def _size(subject: Subject, size: Size) -> Iterator[Finding]:
    """A warning above the number of records that Zendesk's own integration supports (S3.46)."""
    title, large, ceiling = subject.title("{lefts} in scope"), subject.kind.large, subject.options.get("ceiling")
    text = subject.say("{n} {noun} in scope, {m} {other} in {right_system}.", **_numbers(subject, size))
    if size.outside:
        text += f" {size.outside:,} outside the filters."
    reason = subject.say("{n} {noun} are in scope", **_numbers(subject, size))
    measure = Measure(subject.say("{lefts} in scope"), f"{size.left:,}", size.left > large, reason, f"{large:,}")
    if not size.left:
        hint = "Check the filters: no record passes them."
        yield Finding(Severity.LOOK, title, text, hint, _FILTERS, measure=measure)
        return
    hint = f"A plan that writes more than {ceiling:,} records waits for approval." if ceiling is not None else ""
    yield Finding(Severity.FINE, title, text, hint, _FILTERS, measure=measure)


def _numbers(subject: Subject, size: Size) -> dict[str, object]:
    words = subject.words
    noun = words["left"] if size.left == 1 else words["lefts"]
    return {"n": size.left, "noun": noun, "m": size.right, "other": words["right" if size.right == 1 else "rights"]}


def _repeated(side: str, noun: str, system: str) -> Check[Found]:
    """A check for records that share a key: records are matched one to one by it (S3.5)."""
    return counting(
        f"{side}_keys",
        lambda mirror: mirror.repeated_keys(side),
        title=f"{{keys}} in {system}",
        none=f"No two {noun} have the same {{key}}.",
        one=f"{{n}} {{key}} is used more than once, on {{records}} {noun}.",
        many=f"{{n}} {{keys}} are used more than once, on {{records}} {noun}.",
        hint=f"They are not matched by their {{key}}. Change or merge them in {system}, or link them by hand.",
        links=(CheckLink("Records that are ambiguous", Destination.RECORDS, ":ambiguous"),),
        measure=lambda subject, found: repeated_measure(subject, found) if side == "left" else None,
        applies=lambda subject: not subject.kind.grouping,
    )


def _not_stored(subject: Subject, _: None) -> Iterator[Finding]:
    text = "SyncAdmin does not write the external id; pairs are remembered here only."
    yield Finding(Severity.NOTE, "External ids", text)


def _links(subject: Subject) -> bool:
    return bool(subject.kind.right.link_field)


def _stores(subject: Subject) -> bool:
    return _links(subject) and bool(subject.options.get("store_external_id", True))


RECORDS = (
    Check("size", CheckSection.RECORDS, _size, lambda mirror: mirror.size()),
    _repeated("left", "{lefts}", "{left_system}"),
    _repeated("right", "{rights}", "{right_system}"),
    counting(
        "left_without_key",
        lambda mirror: mirror.without_key("left"),
        title="{lefts} without {a_key}",
        none="Every {left} in scope has {a_key}.",
        one="{n} {left} has no {key}.",
        many="{n} {lefts} have no {key}.",
        hint="Nothing is created from them until they have {a_key} in {left_system}.",
        links=(CheckLink("Open them", Destination.RECORDS, "left:no_{key}"),),
        measure=without_key_measure,
    ),
    counting(
        "right_without_key",
        lambda mirror: mirror.without_key("right"),
        title="{rights} without {a_key}",
        none="Every {right} in {right_system} has {a_key}.",
        one="{n} {right} in {right_system} has no {key}.",
        many="{n} {rights} in {right_system} have no {key}.",
        hint="No {left} is matched to them by {key}.",
        severity=Severity.NOTE,
        links=(CheckLink("Open the match criteria", detail="match_on"),),
    ),
    counting(
        "right_unlinked",
        lambda mirror: mirror.unlinked_right(),
        title="{rights} without {a_left}",
        none="There are none. Creating {news} is off.",
        one="{n} {right} has no {left} in scope.",
        many="{n} {rights} have no {left} in scope.",
        hint="They stay as they are: creating {news} is off.",
        severity=Severity.NOTE,
        links=(CheckLink("Open them", Destination.RECORDS, "right:unmatched"),),
        applies=lambda subject: not subject.creates_left,
    ),
    counting(
        "right_to_create",
        lambda mirror: mirror.unlinked_right(),
        title="{rights} without {a_left}",
        none="There are none. Creating {news} is on.",
        one="{n} {right} has no {left} in scope. Creating {news} is on: a plan would create up to {n} {new}.",
        many="{n} {rights} have no {left} in scope. Creating {news} is on: a plan would create up to {n} {news}.",
        hint="Read these in the plan before you apply it, or switch creating off.",
        links=(CheckLink("Open the settings", detail="create_left"),),
        applies=lambda subject: subject.creates_left,
    ),
    counting(
        "foreign_ids",
        lambda mirror: mirror.foreign_ids(),
        title="External ids",
        none="No external id in {right_system}{among} comes from another system.",
        one="{n} of {total} external ids in {right_system} is not a {left_system} id.",
        many="{n} of {total} external ids in {right_system} are not {left_system} ids.",
        hint="They are kept; their pairs are remembered in SyncAdmin only.",
        links=(CheckLink("Open the settings", detail="store_external_id"),),
        applies=_stores,
    ),
    Check(
        "ids_not_stored",
        CheckSection.RECORDS,
        _not_stored,
        applies=lambda subject: _links(subject) and not _stores(subject),
    ),
    counting(
        "repeated_ids",
        lambda mirror: mirror.repeated_ids(),
        title="Repeated external ids",
        one="{n} external id is on {records} {rights}.",
        many="{n} external ids are on {records} {rights}.",
        hint="A record with such an id is not matched by it. Clear it on all {rights} but one.",
        applies=_links,
    ),
)
