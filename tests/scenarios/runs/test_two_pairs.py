"""Two independent pairs of systems in one installation, each with syncs of its own."""

from __future__ import annotations

import pytest

from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import running
from mappings import syncs
from mappings.kinds.registry import kind_of
from mappings.models import Sync
from syncadmin.runs.models import Link
from syncadmin.runs.services import removal
from syncadmin.runs.services import runs as services
from tests.fixtures.syncs import connected
from tests.worlds.company import Company
from tests.worlds.people import completed, quiet, ready
from tests.worlds.runs import counts, run

pytestmark = pytest.mark.postgres


def test_each_pair_has_its_own_order_groups_and_memberships(company: Company) -> None:
    """S3.43, S1.10: contacts wait for the accounts of their own two systems, and share users with nobody elsewhere."""
    first = ready(company)
    completed(company.configure_people("leads"))
    company.contact("Here", "a@test.com", company.account("Acme"))
    completed(Sync.objects.get(slug="accounts"))
    completed(first)
    with running(Options(seed=Seed.EMPTY, job_ms=10, zendesk_rpm=100_000)) as sandbox:
        other = Company(sandbox)
        # the same ids and the same email as on the other side of the fence
        other.contact("There", "a@test.com", other.account("Umbrella"))
        other.lead("Lead", "a@test.com")
        own = {"left": connected(sandbox, "salesforce"), "right": connected(sandbox, "zendesk"), "by": "ada"}
        contacts = syncs.copy(first, name="Their contacts", **own)
        assert contacts.enabled
        with pytest.raises(services.OutOfOrder):
            run(contacts)
        accounts = syncs.create(kind_of("accounts_organizations"), **own)
        completed(accounts)
        completed(contacts)
        completed(syncs.create(kind_of("leads_users"), **own))
        user = other.users()["a@test.com"]
        assert (user["name"], other.member_of(user["id"])) == ("There", {"Umbrella": True})
        mine = company.users()["a@test.com"]
        assert (mine["name"], company.member_of(mine["id"])) == ("Here", {"Acme": True})
        for sync in Sync.objects.all():
            quiet(sync)
        _forget(other, accounts, contacts)
        other.close()
    quiet(first)


def _forget(other: Company, accounts: Sync, contacts: Sync) -> None:
    """Deleting the accounts keeps contacts waiting instead of ending memberships; a new sync finds the same pairs."""
    before = dict(Link.objects.filter(sync=accounts).values_list("left_id", "right_id"))
    settings = {"left": accounts.left, "right": accounts.right, "by": "ada"}
    removal.delete(accounts, by="ada")
    with pytest.raises(services.OutOfOrder):
        run(contacts)
    again = syncs.create(kind_of("accounts_organizations"), **settings)
    run(again)
    assert dict(Link.objects.filter(sync=again).values_list("left_id", "right_id")) == before
    ended = run(contacts)
    assert counts(ended)["planned"] == 0
    assert other.member_of(other.users()["a@test.com"]["id"]) == {"Umbrella": True}
    assert Connection.objects.count() == 4
