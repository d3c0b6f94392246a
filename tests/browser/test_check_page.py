"""The Check page in a real browser: filled and empty, at both widths, light and dark."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.utils import timezone
from playwright.sync_api import expect

from connectors.models import Connection, RemoteField
from mappings.models import Sync
from mappings.rules.texts import fold
from mappings.schemas import Schemas
from mappings.services import schemas
from syncadmin.engine.lookalike import skeleton
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Link, MirrorRecord, Run, SideState
from tests.browser.conftest import Visit
from tests.browser.visitor import LOOKS, WIDTHS
from tests.options import choose

pytestmark = pytest.mark.browser

PAGE = "/runs/check/accounts/"
LEFT = ["Acme", "Acme", "Globex Inc.", "Initech", "Umbrella", "Hooli", "Stark"]
RIGHT = ["Acme", "Globex", "Initech", "Wayne", "Wayne", "Cyberdyne Systems"]


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    caches["memo"].clear()


@pytest.fixture
def read(sync: Sync, known: Schemas) -> Sync:
    """Both sides read, with a little of everything that the page tells."""
    sync.mappings.create(position=0, left="Tier__c", right="fields.tier", value_map={"Gold": "tier_gold"})
    for side, names in ((Side.LEFT, LEFT), (Side.RIGHT, RIGHT)):
        SideState.objects.create(sync=sync, side=side, read_at=timezone.now())
        MirrorRecord.objects.bulk_create(
            MirrorRecord(
                sync=sync,
                side=side,
                remote_id=f"{side}{place}",
                label=name,
                match_key=fold(name),
                lookalike_key=skeleton(name),
                external_key=f"ERP-{place}" if side is Side.RIGHT and place % 2 else "",
                values={"ParentId": "001P" if place == 3 else None},
                needs_planning=False,
                digest="-",
            )
            for place, name in enumerate(names)
        )
    return sync


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_page_is_readable_for_everybody(visit: Visit, olaf: User, read: Sync, width: int, scheme: str) -> None:
    visitor = visit(olaf, width=width, scheme=scheme)
    page = visitor.go(PAGE)
    expect(page.get_by_role("heading", name="things to look at")).to_be_visible()
    expect(page.get_by_role("heading", name="A complex org")).to_be_visible()
    page.get_by_text("Examples").first.click()
    visitor.inspect("check")


CONTACTS = [
    ("Ann Example", "ann@x.example", "001A"),
    ("Ann B. Example", "ann@x.example", "001B"),
    ("Bob Example", "bob@y.example", "001A"),
    ("Cat Example", "", "001A"),
    ("Dan Example", "dan at y.example", "001A"),
    ("Eve Example", "eve@y.example", ""),
]
USERS = [("Ann Example", "ann@x.example", ""), ("Greta", "greta@z.example", "ERP-1"), ("Caller", "", "")]


@pytest.fixture
def people(sync: Sync) -> Sync:
    """Contacts and users, both read, with a little of everything; the accounts were synced before."""
    Run.objects.create(sync=sync, state="completed", write=True)
    Link.objects.create(sync=sync, left_id="001A", right_id="1")
    facts = {**sync.right.facts, "welcome_emails": True, "multiple_organizations": False, "bulk_user_import": False}
    Connection.objects.filter(pk=sync.right_id).update(facts=facts)
    contacts = Sync.objects.create(
        slug="people", kind="contacts_users", left=sync.left, right=sync.right, options={"create_left": "contacts"}
    )
    schemas(contacts)
    for side in Side:
        SideState.objects.create(sync=contacts, side=side, read_at=timezone.now())
    for place, (name, email, account) in enumerate(CONTACTS):
        _person(contacts, Side.LEFT, f"003{place}", name, email, parent_key=account)
    for place, (name, email, external) in enumerate(USERS):
        _person(contacts, Side.RIGHT, str(place), name, email, external_key=external)
    return contacts


def _person(sync: Sync, side: Side, remote_id: str, name: str, email: str, **keys: str) -> None:
    MirrorRecord.objects.create(
        sync=sync, side=side, remote_id=remote_id, label=name, match_key=email, needs_planning=False, digest="-", **keys
    )


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_people_are_checked_like_accounts(visit: Visit, olaf: User, people: Sync, width: int, scheme: str) -> None:
    """S3.4, S1.16."""
    visitor = visit(olaf, width=width, scheme=scheme)
    page = visitor.go("/runs/check/people/")
    expect(page.get_by_role("heading", name="A complex org")).to_be_visible()
    expect(page.get_by_text("creates every user without a mail")).to_be_visible()
    page.get_by_text("Examples").first.click()
    visitor.inspect("check-people")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_welcome_mail_to_everybody_is_the_first_thing_to_see(
    visit: Visit, olaf: User, people: Sync, width: int
) -> None:
    """S3.C4."""
    choose(people, welcome_mail="zendesk")
    visitor = visit(olaf, width=width)
    page = visitor.go("/runs/check/people/")
    expect(page.get_by_role("heading", name="1 thing blocks writing")).to_be_visible()
    blocking = page.get_by_role("listitem").filter(has_text="Blocks writing").first
    expect(blocking).to_contain_text("Welcome mail")
    expect(blocking.get_by_role("link", name="Open the setting in Zendesk")).to_be_visible()
    visitor.inspect("check-welcome")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_blocks_stands_out(visit: Visit, olaf: User, read: Sync, width: int) -> None:
    RemoteField.objects.filter(object__connection=read.left, name="Tier__c").delete()
    visitor = visit(olaf, width=width)
    page = visitor.go(PAGE)
    expect(page.get_by_role("heading", name="1 thing blocks writing")).to_be_visible()
    visitor.inspect("check-blocks")
    page.get_by_role("link", name="Correct the mapping").click()
    expect(page).to_have_url(f"{visitor.origin}/syncs/accounts/")


def test_before_the_first_plan_the_way_to_one_is_a_button(visit: Visit, olaf: User, sync: Sync, known: Schemas) -> None:
    visitor = visit(olaf)
    page = visitor.go(PAGE)
    expect(page.get_by_role("listitem").filter(has_text="Neither system was read yet")).to_be_visible()
    visitor.inspect("check-unread")


def test_testing_both_works_without_scripts(visit: Visit, olaf: User, sync: Sync) -> None:
    page = visit(olaf, scripts=False).go(PAGE)
    page.get_by_role("button", name="Test both connections").click()
    expect(page.get_by_text("Salesforce and Zendesk passed their test.")).to_be_visible()
