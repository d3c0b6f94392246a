"""Builds the check page of a sync from stored data. Calls no remote system."""

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
from syncadmin.web.badges import Badge, Tone

REVIEWED = Badge("Reviewed", Tone.GREEN, "eye-check")
MOST_REVIEWED = 100


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A finding with its links. ``reviewed``: somebody has accepted it."""

    finding: Finding
    links: list[Address]
    reviewed: bool = False

    @property
    def badge(self) -> Severity | Badge:
        return REVIEWED if self.reviewed else self.finding.severity

    @property
    def may_be_reviewed(self) -> bool:
        return self.finding.severity is Severity.LOOK

    @property
    def makes_plan(self) -> bool:
        """Whether a button that makes a plan is shown with it."""
        return any(link.to is Destination.PLAN for link in self.finding.links)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """Everything on the page. ``read``: when both systems had been read, None before the first plan; ``applied``: a
    plan was written before.
    """

    headline: str
    severity: Severity
    assessment: Assessment
    sections: dict[str, list[CheckLine]]
    read: datetime | None
    applied: bool

    @property
    def findings(self) -> list[Finding]:
        return [line.finding for lines in self.sections.values() for line in lines]


def checked_syncs() -> QuerySet[Sync]:
    """Syncs with all that a check needs."""
    return Sync.objects.select_related("left", "right").prefetch_related("mappings")


def check_page(sync: Sync) -> CheckPage:
    """Check the sync. A fixed number of queries, fewer if no run was active since the last time."""
    subject, read, before = subject_of(sync), read_at(sync), sync_before(sync)
    counts = counts_of(sync, subject.options, checks_of(subject), read) if read else None
    by_section = findings(subject, counts)
    found = [finding for listed in by_section.values() for finding in listed]
    open_ones = [finding for finding in found if not _is_reviewed(sync, finding)]
    return CheckPage(
        headline(open_ones),
        worst(open_ones),
        assess(subject, found),
        {
            subject.title(section): [
                CheckLine(one, addresses(one.links, sync, before), _is_reviewed(sync, one)) for one in by_weight(listed)
            ]
            for section, listed in by_section.items()
        },
        read,
        subject.applied,
    )


def _is_reviewed(sync: Sync, finding: Finding) -> bool:
    """Whether somebody has accepted the finding. Those that block or are unknown cannot be accepted."""
    return finding.severity is Severity.LOOK and finding.title in sync.reviewed


def review(sync: Sync, title: str, *, done: bool) -> None:
    """Store, or remove, that somebody has accepted the finding with this title. Plans do not change."""
    others = [one for one in sync.reviewed if one != title]
    Sync.objects.filter(pk=sync.pk).update(reviewed=[*others, title][-MOST_REVIEWED:] if done else others)
