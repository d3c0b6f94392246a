"""The Check page of a sync: facts from what is stored here, judged by the engine. Asks no remote system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mappings.kinds.registry import kind_of
from mappings.models import Sync
from mappings.selectors import known_schemas, sides
from syncadmin.engine.checks.assessment import Check, Mark, Records, Verdict, assess, by_weight, headline, worst
from syncadmin.engine.checks.people import people_checks
from syncadmin.engine.checks.people_assessment import People, assess_people
from syncadmin.engine.checks.records import Policies, record_checks
from syncadmin.engine.checks.setup import configuration_checks, connection_checks
from syncadmin.engine.checks.users import user_checks
from syncadmin.runs.models import Run
from syncadmin.runs.pages.checks.links import Link, links, sync_before
from syncadmin.runs.pages.checks.mirror_stats import read_at, survey
from syncadmin.runs.pages.checks.setup import setup_of, systems_of, user_setup
from syncadmin.runs.status.labels import names_of

FIRST = "Before users are created"


@dataclass(frozen=True, slots=True)
class Line:
    """A check with the places where something can be done about it."""

    check: Check
    links: list[Link]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Doctor:
    """Everything on the page. ``read`` is when both systems had been read, None before the first plan."""

    headline: str
    mark: Mark
    verdict: Verdict
    sections: list[Section]
    read: datetime | None


def checked_syncs() -> QuerySet[Sync]:
    """Syncs with what a check looks at."""
    return Sync.objects.select_related("left", "right").prefetch_related("mappings")


def doctor(sync: Sync) -> Doctor:
    """Check the sync. A fixed number of queries, fewer when nothing ran since the last time."""
    last = Run.objects.filter(sync=sync).order_by("-pk").first()
    if last is not None:
        last.sync = sync
    read = read_at(sync)
    records = survey(sync, read) if read else None
    sections = _sections(sync, records, last)
    before = sync_before(sync)
    checks = [check for found in sections.values() for check in found]
    return Doctor(
        headline(checks),
        worst(checks),
        assess(records) if isinstance(records, Records) else assess_people(records, names_of(sync)),
        [
            Section(title, [Line(check, links(check, sync, before)) for check in _ordered(title, found)])
            for title, found in sections.items()
        ],
        read,
    )


def _ordered(title: str, checks: list[Check]) -> list[Check]:
    """What weighs most comes first, but a welcome mail before everything else (S3.C4)."""
    return checks if title == FIRST else by_weight(checks)


def _sections(sync: Sync, records: Records | People | None, last: Run | None) -> dict[str, list[Check]]:
    """The checks by heading; what people need stands first (S3.C4)."""
    systems, setup = systems_of(sync), setup_of(sync, known_schemas(sync, sides(sync)), last)
    sections = {
        "Connections": connection_checks(systems, setup.needed),
        "Configuration": configuration_checks(setup),
        "Records": _records(sync, records),
    }
    if not kind_of(sync.kind).people:
        return sections
    people = records if isinstance(records, People) else None
    return {FIRST: user_checks(user_setup(sync, people, last), names_of(sync)), **sections}


def _records(sync: Sync, records: Records | People | None) -> list[Check]:
    if isinstance(records, People):
        return people_checks(records, _policies(sync), names_of(sync))
    return record_checks(records, _policies(sync))


def _policies(sync: Sync) -> Policies:
    return Policies(
        person_accounts=sync.person_accounts,
        parent_accounts=sync.parent_accounts,
        create_left=sync.create_left,
        store_external_id=sync.store_external_id,
        no_email=sync.no_email,
        ceiling=sync.ceiling,
    )
