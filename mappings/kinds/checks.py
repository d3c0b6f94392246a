"""How a kind declares checks for the check page. Judging a check has no side effects.

Texts are templates: the words of a kind stand in braces, see ``words_of``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from mappings.kinds.findings import CheckLink, CheckSection, Finding, Measure, Severity, percent
from mappings.kinds.subject import Found, Mirror, Subject

# Above this share of keys that are not unique, matching leaves too much to people.
REPEATED_PERCENT = 1.0
# Above this share of records without a key, too many are left out to call the sync a picture of the org.
WITHOUT_KEY_PERCENT = 5.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Check(Generic[T]):
    """A check of the Check page. A kind's own check replaces the general one with the same slug.

    ``count`` reads what the check needs; its result is None until records were read, and checks of records are left out
    until then. Nothing is counted for a check that does not apply.
    """

    slug: str
    section: CheckSection
    judge: Callable[[Subject, T], Iterable[Finding]]
    count: Callable[[Mirror], T] = lambda mirror: None  # type: ignore[assignment, return-value]  # what a check without a count is given: nothing
    applies: Callable[[Subject], bool] = lambda subject: True


def counting(
    slug: str,
    count: Callable[[Mirror], Found],
    *,
    title: str,
    none: str = "",
    one: str,
    many: str,
    hint: str = "",
    severity: Severity = Severity.LOOK,
    links: tuple[CheckLink, ...] = (),
    option: str = "",
    does: Mapping[str, str] | None = None,
    measure: Callable[[Subject, Found], Measure | None] = lambda subject, found: None,
    applies: Callable[[Subject], bool] = lambda subject: True,
) -> Check[Found]:
    """A check that counts records: says ``none`` if there are none (nothing if that is empty), else ``one`` or
    ``many``.

    ``one`` and ``many`` may use {n}, {records}, {total} and {among}. ``does`` says what happens to them, by the value
    of ``option``.
    """

    def judge(subject: Subject, found: Found) -> Iterable[Finding]:
        among = f" among the first {found.first:,}" if found.first else ""
        taken = measure(subject, found)
        if not found.count:
            if none or taken:
                yield Finding(Severity.FINE, subject.title(title), subject.say(none, among=among), measure=taken)
            return
        numbers = {"n": found.count, "records": found.records, "total": found.total, "among": among}
        found_text = subject.say(one if found.count == 1 else many, **numbers)
        sentence = f"At least {found_text}" if found.capped else found_text
        if does:
            sentence = f"{sentence} {does.get(subject.options.get(option, ''), '')}".strip()
        yield Finding(
            severity,
            subject.title(title),
            sentence,
            subject.say(hint),
            subject.links(links),
            found.examples,
            measure=taken,
        )

    return Check(slug, CheckSection.RECORDS, judge, count, applies)


def nature(slug: str, many: str, one: str, field_name: str, option: str, does: Mapping[str, str]) -> Check[Found]:
    """A check of left records that a field marks as special; ``option`` decides whether they are skipped."""

    def count(mirror: Mirror) -> Found:
        return mirror.with_value(field_name) + mirror.with_status(slug)

    def measure(subject: Subject, found: Found) -> Measure:
        found_text = f"{found.count:,} {one} is there" if found.count == 1 else f"{found.count:,} {many} are there"
        return Measure(many, f"{found.count:,}", found.count > 0, found_text)

    return counting(
        slug,
        count,
        title=many,
        none="There are none inside the filters{among}.",
        one=f"{{n}} {one} inside the filters{{among}}.",
        many=f"{{n}} {many} inside the filters{{among}}.",
        hint="Is that what you want?",
        links=(CheckLink("Open the policies", detail=option),),
        option=option,
        does=does,
        measure=measure,
    )


def repeated_measure(subject: Subject, found: Found) -> Measure:
    """How many records share their key (S3.2)."""
    reason = subject.say("of the {lefts} share their {key} with another record")
    return _share(found, REPEATED_PERCENT, subject.say("share their {key}"), reason)


def without_key_measure(subject: Subject, found: Found) -> Measure | None:
    """How many records have no key (S3.2). None if the key is the name: a record without a name is a mistake in the
    data.
    """
    if subject.kind.left.key_field == subject.kind.left.label_field:
        return None
    return _share(
        found, WITHOUT_KEY_PERCENT, subject.say("without {a_key}"), subject.say("of the {lefts} have no {key}")
    )


def _share(found: Found, most: float, label: str, reason: str) -> Measure:
    part = f"{percent(found.percent)} %"
    return Measure(label, part, found.percent > most, f"{part} {reason}", f"{most:g} %")
