"""The check page of a sync: facts from what is stored here, judged by the engine. Asks no remote system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mappings.kinds.findings import Destination, Finding, Severity
from mappings.models import Sync
from syncadmin.engine.checks.assessment import Assessment, assess, by_weight, checks_of, findings, headline, worst
from syncadmin.runs.pages.checks.counts import counts_of, read_at
from syncadmin.runs.pages.checks.links import Address, addresses, sync_before
from syncadmin.runs.pages.checks.subject import subject_of


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A finding with the places where something can be done about it."""

    finding: Finding
    links: list[Address]

    @property
    def makes_plan(self) -> bool:
        """Whether a button that makes a plan stands there."""
        return any(link.to is Destination.PLAN for link in self.finding.links)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything on the page. ``read`` is when both systems had been read, None before the first plan."""

    headline: str
    severity: Severity
    assessment: Assessment
    sections: dict[str, list[CheckLine]]
    read: datetime | None

    @property
    def findings(self) -> list[Finding]:
        return [line.finding for lines in self.sections.values() for line in lines]


def checked_syncs() -> QuerySet[Sync]:
    """Syncs with what a check looks at."""
    return Sync.objects.select_related("left", "right").prefetch_related("mappings")


def check_page(sync: Sync) -> CheckPage:
    """Check the sync. A fixed number of queries, fewer when nothing ran since the last time."""
    subject, read, before = subject_of(sync), read_at(sync), sync_before(sync)
    counts = counts_of(sync, subject.options, checks_of(subject), read) if read else None
    by_section = findings(subject, counts)
    found = [finding for listed in by_section.values() for finding in listed]
    return CheckPage(
        headline(found),
        worst(found),
        assess(subject, found),
        {
            subject.title(section): [CheckLine(one, addresses(one.links, sync, before)) for one in by_weight(listed)]
            for section, listed in by_section.items()
        },
        read,
    )
