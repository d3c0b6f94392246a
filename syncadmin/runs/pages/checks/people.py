"""What the mirror shows about contacts, leads and users: counts and first examples for the Check page (S3.4, S1.1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from django.db.models import Count, Exists, OuterRef, Q

from mappings.kinds.registry import kind_of
from mappings.models import CreateLeft, PersonAccounts, Sync
from mappings.rules import person_names
from syncadmin.engine.checks.assessment import Found
from syncadmin.engine.checks.people_assessment import People, Shared, is_email
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord
from syncadmin.runs.pages.checks import counts as counts
from syncadmin.runs.status.record_status import RecordStatus
from syncadmin.runs.storage.email_groups import siblings

MOST_EMAILS = 2_000
MOST_INVALID = 1_000
PERSON = "IsPersonAccount"
END_USER = "end-user"


def take_people(sync: Sync) -> People:
    """Look at the mirror now, and at that of the syncs that share its users."""
    standing, family = counts.standing_of(sync), siblings(sync)
    staff = _staff(sync)
    users = max(0, sum(standing[Side.RIGHT].values()) - len(staff))
    contacts = bool(kind_of(sync.kind).parent)
    stands = contacts or bool(sync.account_field)
    without_email, nowhere = _without_email(sync), _nowhere(sync) if stands else (None, None)
    skipped = counts.judged(sync, standing, RecordStatus.NO_EMAIL)
    left = counts.admitted(standing)
    makes = sync.create_left != CreateLeft.NOTHING
    return People(
        left=left,
        right=users,
        without_email=Found(
            without_email.count + skipped.count,
            (*without_email.examples, *skipped.examples)[: counts.EXAMPLES],
            left + skipped.count,
        ),
        shared=_shared(sync, family),
        invalid=_invalid(sync),
        staff=counts.counted(counts.in_scope(sync).filter(match_key__in=[key for key in staff.values() if key])),
        staff_users=len(staff),
        no_account=nowhere[0],
        no_organization=nowhere[1],
        no_user_email=_no_user_email(sync, staff),
        persons=_persons(sync, standing) if contacts else None,
        converted=None if contacts else standing[Side.LEFT][RecordStatus.CONVERTED],
        nameless=standing[Side.LEFT][RecordStatus.NO_NAME],
        unlinked_left=_unlinked_left(sync, left),
        unlinked_right=counts.strangers(sync, family, staff),
        no_first_name=_no_first_name(sync, family, staff) if makes else None,
        foreign=counts.foreign_ids(sync),
        repeated_ids=counts.repeated(
            sync, Side.RIGHT, "external_key", counts.rows_of(sync, Side.RIGHT).filter(deleted=False)
        ),
    )


def _staff(sync: Sync) -> dict[str, str]:
    """Agents and administrators with their emails, by id: those that a plan has named, and those among the first users,
    since the staff of a helpdesk was there before its customers. Two queries.
    """
    there = counts.rows_of(sync, Side.RIGHT).filter(deleted=False)
    first = there.order_by("remote_id").values_list("remote_id", "match_key", "values")[: counts.MOST_LOOKED_AT]
    found = {id: email for id, email, values in first if (values or {}).get("role") not in (None, END_USER)}
    named = there.filter(status=RecordStatus.STAFF).values_list("remote_id", "match_key")
    return found | dict(named[: counts.MOST_LOOKED_AT])


def _without_email(sync: Sync) -> Found:
    """Those that a policy lets in; the others are counted by their verdict."""
    return counts.counted(counts.in_scope(sync).filter(match_key=""))


def _persons(sync: Sync, standing: dict[str, defaultdict[str, int]]) -> Found:
    """S3.6."""
    found = counts.traits(sync, PERSON)[PERSON]
    skipped = counts.judged(sync, standing, RecordStatus.PERSON_ACCOUNT)
    if sync.person_accounts != PersonAccounts.USER:
        return skipped
    return counts.added(found, skipped)


def _shared(sync: Sync, family: Collection[Sync]) -> Shared:
    """Emails of several records of the family, one of them of this sync. Two queries, the first over an index alone."""
    rows = MirrorRecord.objects.left_of(family).order_by()
    twice = rows.filter(match_key__gt="").values("match_key").annotate(times=Count("pk")).filter(times__gt=1)
    keys = list(twice.order_by("match_key").values_list("match_key", flat=True)[: MOST_EMAILS + 1])
    members = rows.filter(match_key__in=keys[:MOST_EMAILS], in_scope=True, deleted=False).order_by("match_key", "pk")
    by_email: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for email, pk, account in members.values_list("match_key", "sync_id", "parent_key"):
        by_email[email].append((pk, account))
    groups = {
        email: found for email, found in by_email.items() if len(found) > 1 and any(pk == sync.pk for pk, _ in found)
    }
    return Shared(
        emails=len(groups),
        records=sum(map(len, groups.values())),
        own=sum(pk == sync.pk for found in groups.values() for pk, _ in found),
        across=sum(len({account for _, account in found if account}) > 1 for found in groups.values()),
        mixed=sum(len({pk for pk, _ in found}) > 1 for found in groups.values()),
        examples=tuple(f"{email} ({len(found)} records)" for email, found in list(groups.items())[: counts.EXAMPLES]),
        capped=len(keys) > MOST_EMAILS,
    )


def _invalid(sync: Sync) -> Found:
    """Emails that are none, from an index alone; whose they are is asked of the bad ones. Two queries."""
    held = counts.rows_of(sync, Side.LEFT).filter(match_key__gt="")
    keys = list(held.order_by("match_key").values_list("match_key", flat=True)[: counts.MOST_KEYS + 1])
    bad = [key for key in keys[: counts.MOST_KEYS] if not is_email(key)][:MOST_INVALID]
    rows = list(counts.in_scope(sync).filter(match_key__in=bad).order_by("pk").values_list("label", "match_key"))
    examples = tuple(f"{label}: {email}" for label, email in rows[: counts.EXAMPLES])
    return Found(len(rows), examples, min(len(keys), counts.MOST_KEYS), len(keys) > counts.MOST_KEYS)


def _nowhere(sync: Sync) -> tuple[Found, Found]:
    """People without an account, and those at one that is not linked to an organization, among the first ones.

    Five queries.
    """
    first = counts.in_scope(sync).order_by("remote_id").values("pk")[: counts.MOST_KEYS]
    looked_at = first.count()
    capped = looked_at == counts.MOST_KEYS and counts.in_scope(sync)[counts.MOST_KEYS :].exists()
    rows = MirrorRecord.objects.filter(pk__in=first)
    valid = Link.objects.filter(_above(sync), left_id=OuterRef("parent_key"), active=True)
    alone = counts.counted(rows.filter(parent_key=""))
    unsynced = counts.counted(rows.filter(~Exists(valid), parent_key__gt=""))
    return replace(alone, looked_at=looked_at, capped=capped), replace(unsynced, looked_at=looked_at, capped=capped)


def _above(sync: Sync) -> Q:
    """The links of the syncs that this one's records stand under."""
    return Q(sync__in=sync.beside(kind_of(sync.kind).depends_on))


def _no_user_email(sync: Sync, staff: Collection[str]) -> Found:
    rows = counts.rows_of(sync, Side.RIGHT).filter(match_key="", deleted=False)
    return counts.counted(rows.exclude(remote_id__in=staff))


def _unlinked_left(sync: Sync, left: int) -> int:
    """How many in scope have no user yet, by the number of links. One query."""
    return max(0, left - Link.objects.of_sync(sync).count())


def _no_first_name(sync: Sync, family: Collection[Sync], staff: Collection[str]) -> Found:
    """Users that would be made in Salesforce and whose name gives no first name (S3.C14). One query."""
    linked = Link.objects.of_sync(family, right_id=OuterRef("remote_id"))
    rows = counts.rows_of(sync, Side.RIGHT).filter(~Exists(linked), deleted=False)
    rows = rows.exclude(remote_id__in=staff)
    labels = list(rows.order_by("pk").values_list("label", flat=True)[: counts.MOST_LOOKED_AT + 1])
    first = labels[: counts.MOST_LOOKED_AT]
    found = [label for label in first if not person_names.split(label, family_first=sync.family_first).first]
    return Found(len(found), tuple(found[: counts.EXAMPLES]), len(first), len(labels) > len(first))
