"""Checks of kinds whose records have a parent, such as contacts that belong to accounts."""

from collections.abc import Iterator

from mappings.kinds.checks import Check, counting
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Severity
from mappings.kinds.subject import Subject


def _first(subject: Subject, _: None) -> Iterator[Finding]:
    """The syncs that have to run first (S3.43)."""
    title = subject.title("{groups} before {rights}")
    if subject.waits_for:
        text = subject.say(
            "{titles}: no run of it is complete. A plan of {lefts} is refused until then.",
            titles=" and ".join(subject.waits_for),
        )
        hint = subject.title("{rights} find their {group} by the {parent} that was synced to it.")
        links = subject.links((CheckLink("Open the sync of {parents}", Destination.FIRST),))
        yield Finding(Severity.BLOCKS, title, text, hint, links)
        return
    one = subject.linked_parents == 1
    linked = "{n} {parent} is linked to one." if one else "{n} {parents} are linked to one."
    text = subject.say("The {groups} were synced: " + linked, n=subject.linked_parents)
    yield Finding(Severity.FINE, title, text)


BEFORE = (Check("first", CheckSection.BEFORE, _first, applies=lambda subject: bool(subject.kind.depends_on)),)
RELATIONS = (
    counting(
        "without_parent",
        lambda mirror: mirror.without_parent(),
        title="{lefts} without {a_parent}",
        none="Every {left} in scope{among} has {a_parent}.",
        one="{n} {left}{among} has no {parent}.",
        many="{n} {lefts}{among} have no {parent}.",
        hint="Their {rights} get no {group}.",
        severity=Severity.NOTE,
        applies=lambda subject: subject.parent,
    ),
    counting(
        "unlinked_parent",
        lambda mirror: mirror.with_unlinked_parent(),
        title="{parents} that are not synced",
        none="Every {parent} of the {lefts} in scope{among} is linked to {a_group}.",
        one="{n} {left}{among} has {a_parent} that is linked to no {group}.",
        many="{n} {lefts}{among} have {a_parent} that is linked to no {group}.",
        hint="Their {rights} get no {group} until the {parent} is synced. Its filter may be too narrow.",
        links=(CheckLink("Open the sync of {parents}", Destination.FIRST),),
        applies=lambda subject: subject.parent,
    ),
)
