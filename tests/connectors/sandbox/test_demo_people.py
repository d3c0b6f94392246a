"""The people of the demo: every case that a sync of contacts and leads with users has to settle."""

from collections import Counter

import pytest

from connectors.sandbox import salesforce, zendesk
from connectors.sandbox.options import Options
from connectors.sandbox.world import DEMO, World
from connectors.sandbox.zendesk.schema import identities


@pytest.fixture(scope="module")
def org():
    return salesforce.build(Options(), World(DEMO)).store


@pytest.fixture(scope="module")
def desk():
    return zendesk.build(Options(), World(DEMO)).store


@pytest.fixture(scope="module")
def contacts(org):
    return org.rows("Contact")


@pytest.fixture(scope="module")
def users(desk):
    """Users by email."""
    return {user.email: user for user in desk.users}


def test_some_contacts_share_an_email_at_different_accounts(contacts):
    groups = Counter(row.get("Email") for row in contacts if row.get("Email"))
    shared = {email for email, number in groups.items() if number > 1}
    accounts = {email: {row.get("AccountId") for row in contacts if row.get("Email") == email} for email in shared}
    assert len(shared) > 20
    assert all(len(found) > 1 for found in accounts.values())


def test_ten_contacts_have_no_email(contacts):
    nameless = [row for row in contacts if not row.get("Email") and not row.get("IsPersonAccount")]
    assert len(nameless) == 10
    assert all(row["Phone"] for row in nameless)


def test_two_contacts_are_known_to_the_helpdesk_by_their_key_and_not_by_their_email(contacts, desk, users):
    """One has no email in Salesforce, the other one another."""
    keyed = {row["External_Key__c"]: row.get("Email") for row in contacts if row.get("External_Key__c")}
    known = {user.external_id: user.email for user in desk.users if user.external_id}
    assert keyed.keys() == known.keys() == {"P-0028", "P-0062"}
    assert keyed["P-0028"] is None
    assert keyed["P-0062"] not in users


def test_an_agent_and_an_admin_have_the_email_of_a_contact(contacts, users):
    emails = {row.get("Email") for row in contacts}
    staff = [user for email, user in users.items() if email in emails and user.role != "end-user"]
    assert sorted(user.role for user in staff) == ["admin", "agent"]


def test_three_open_leads_have_the_email_of_a_contact(org, contacts):
    emails = {row.get("Email") for row in contacts}
    twins = [row for row in org.rows("Lead") if row["Email"] in emails and not row.get("IsConverted")]
    assert len(twins) == 3


def test_three_leads_are_converted_into_contacts_that_are_there(org):
    converted = [row for row in org.rows("Lead") if row.get("IsConverted")]
    assert len(converted) == 3
    for lead in converted:
        contact = org.get("Contact", lead["ConvertedContactId"])
        assert (contact["Email"], contact.get("AccountId")) == (lead["Email"], lead.get("ConvertedAccountId"))
        assert lead["ConvertedDate"] >= contact["CreatedDate"][:10]
        assert lead["Status"] == "Closed - Converted"


def test_the_helpdesk_has_names_that_are_hard_to_split_and_unknown_to_salesforce(contacts, users):
    emails = {row.get("Email") for row in contacts}
    names = {user.name for email, user in users.items() if email not in emails}
    assert {"Prince", "Willem van der Berg", "Carmen de la Cruz", "Okafor, Chidi", "山田 太郎"} <= names
    assert any("@" in name for name in names)


def test_some_users_are_suspended(desk):
    assert sum(user.suspended for user in desk.users) >= 3


def test_every_user_has_exactly_one_primary_email_identity(desk):
    for user in desk.users:
        primary = [one.value for one in identities.of_user(desk, user.id) if one.kind == "email" and one.primary]
        assert primary == [user.email]
