"""The overall result of a check: whether planning is safe, and whether the data is simple or complex (S3.2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappings.kinds.checks import Check
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Measure, Severity
from mappings.kinds.subject import Subject
from mappings.rules.texts import plural
from syncadmin.engine.checks.configuration import CONFIGURATION
from syncadmin.engine.checks.connections import CONNECTIONS
from syncadmin.engine.checks.records import RECORDS
from syncadmin.engine.checks.relations import BEFORE, RELATIONS

_GENERAL: tuple[Check[Any], ...] = (CONNECTIONS, CONFIGURATION, *RECORDS, *RELATIONS)
_UNREAD = Finding(
    Severity.UNKNOWN,
    "Records",
    "Neither system was read yet.",
    "Make a plan: it reads both and writes nothing.",
    (CheckLink("Make a plan", Destination.PLAN),),
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether the org is simple or complex, and the reasons. No measures before records were read."""

    complex: bool
    title: str
    sentence: str
    measures: tuple[Measure, ...] = ()


def checks_of(subject: Subject) -> list[Check[Any]]:
    """The general checks, some of them replaced by a check of this kind, followed by the kind's own."""
    own = {check.slug: check for check in subject.kind.checks}
    general = [own.pop(check.slug, check) for check in _GENERAL]
    return [check for check in (*general, *own.values(), *BEFORE) if check.applies(subject)]


def findings(subject: Subject, counts: Mapping[str, Any] | None) -> dict[CheckSection, list[Finding]]:
    """The findings of all checks, by section. ``counts`` by slug are None until records were read."""
    found: dict[CheckSection, list[Finding]] = {section: [] for section in CheckSection}
    for check in checks_of(subject):
        if counts is None and check.section is CheckSection.RECORDS:
            continue
        found[check.section] += check.judge(subject, (counts or {}).get(check.slug))
    if counts is None:
        found[CheckSection.RECORDS].append(_UNREAD)
    return {section: listed for section, listed in found.items() if listed}


def assess(subject: Subject, found: Iterable[Finding]) -> Assessment:
    """The assessment that follows from these findings."""
    measures = tuple(finding.measure for finding in found if finding.measure)
    if not measures:
        title = "Small or complex org: not known yet"
        return Assessment(False, title, "Make a plan: it reads both systems and writes nothing.")
    reasons = [measure.reason for measure in measures if measure.exceeded]
    if reasons:
        advice = "Start with a narrow filter, review the plan group by group, and widen the filter after the first run."
        if subject.applied:
            advice = "Review plans group by group, above all after the filter was widened."
        return Assessment(True, "A complex org", f"{_listed(reasons)}. {advice}", measures)
    advice = "" if subject.applied else " Review and apply the first plan."
    text = subject.say("No measure of the {lefts} is above its limit.")
    return Assessment(False, "A small, clean org", f"{text}{advice}", measures)


def headline(found: Sequence[Finding]) -> str:
    """The result of the check page in one sentence."""
    blocks = sum(finding.severity is Severity.BLOCKS for finding in found)
    looks = sum(finding.severity is Severity.LOOK for finding in found)
    if blocks:
        return f"{plural(blocks, 'thing blocks', 'things block')} writing"
    return f"{plural(looks, 'thing', 'things')} to look at" if looks else "Safe to plan"


def worst(found: Sequence[Finding]) -> Severity:
    """The severity of the headline."""
    severities = {finding.severity for finding in found}
    return next((one for one in (Severity.BLOCKS, Severity.LOOK) if one in severities), Severity.FINE)


def by_weight(found: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, blocking ones first; the order within a severity is kept."""
    weights = list(Severity)
    return sorted(found, key=lambda finding: weights.index(finding.severity))


def _listed(reasons: Sequence[str]) -> str:
    first = ", ".join(reasons[:-1])
    return f"{first}, and {reasons[-1]}" if first else reasons[0]
