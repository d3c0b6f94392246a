"""The tickets of accounts, contacts and leads, read live over HTTP (S1.26-S1.29)."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from connectors.embedding import make_secret
from connectors.models import Connection
from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Link, MirrorRecord, Run
from tests.worlds.company import Company
from tests.worlds.people import completed
from tests.worlds.runs import advance, plan, run
from tests.worlds.signing import ID, signed_link
from tests.worlds.tickets import cases, exported, tickets_sync


@pytest.fixture(autouse=True)
def _nothing_kept(transactional_db: None) -> None:
    caches["default"].clear()


def shown(client: Client, path: str, **asked: str) -> str:
    response = client.get(path, asked, headers={"HX-Request": "true"})
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def listed(client: Client, sync: str, id: str, side: str = "left", **asked: str) -> list[str]:
    """The subjects on the page, as they stand there."""
    response = client.get(f"/records/{sync}/{side}/{id}/tickets/", asked, headers={"HX-Request": "true"})
    return re.findall(r'class="row-link"[^>]*>([^<]*)<', response.content.decode())


def ticket(company: Company, subject: str, **values: Any) -> int:
    body = {"subject": subject, "comment": {"body": "Help"}, **values}
    return company.api("POST", "tickets", {"ticket": body})["ticket"]["id"]


class Records:
    """Ann is in two organizations; of the three accounts of her contacts and leads two are synced, one is not."""

    def __init__(self, company: Company) -> None:
        self.company = company
        field = {"object": "Lead", "field": "Customer__c", "type": "reference", "reference_to": ["Account"]}
        company.control(company.salesforce, "PUT", "schema", field)
        accounts = company.configure(picklist_filter={"field": "Type", "values": ["Customer"]})
        self.acme, self.beta = (company.account(name, Type="Customer") for name in ("Acme", "Beta"))
        self.outside = company.account("Outside", Type="Prospect")
        completed(accounts)
        contacts = company.configure_people("contacts")
        leads = company.configure_people("leads", account_field="Customer__c")
        self.contacts = {
            "none": company.contact("None", "none@test.com"),
            "outside": company.contact("Out", "out@test.com", self.outside),
            "synced": company.contact("In", "in@test.com", self.acme),
        }
        self.leads = {
            "none": company.lead("None", "lead.none@test.com"),
            "outside": company.lead("Out", "lead.out@test.com", Customer__c=self.outside),
            "synced": company.lead("In", "lead.in@test.com", Customer__c=self.acme),
        }
        completed(contacts)
        completed(leads)
        company.check_connections()
        self.organizations = {name: row["id"] for name, row in company.organizations().items()}
        self.users = {email: row["id"] for email, row in company.users().items()}
        self.request_tickets()

    def request_tickets(self) -> None:
        """Each user has a ticket of each organization, and one of none."""
        for email, user in self.users.items():
            for name, organization in self.organizations.items():
                if organization not in self._memberships(user):
                    self.company.join(user, organization)
                ticket(self.company, f"{email} at {name}", requester_id=user, organization_id=organization)
            ticket(self.company, f"{email} alone", requester_id=user, organization_id=None)

    def _memberships(self, user: int) -> set[int]:
        rows = self.company.api("GET", f"users/{user}/organization_memberships")["organization_memberships"]
        return {row["organization_id"] for row in rows}


def every(email: str) -> list[str]:
    return sorted(f"{email} {where}" for where in ("at Acme", "at Beta", "alone"))


def test_the_seven_cases(company: Company, as_vera: Client) -> None:
    """S1.27 an account; S1.28 a, b, c a contact; S1.29 a, b, c a lead; S1.26 by the organization of the account."""
    made = Records(company)
    acme = listed(as_vera, "accounts", made.acme)
    assert sorted(acme) == sorted(f"{email} at Acme" for email in made.users), "S1.27"
    for sync, records, prefix in (("contacts", made.contacts, ""), ("leads", made.leads, "lead.")):
        for case, wanted in (("none", every(f"{prefix}none@test.com")), ("outside", every(f"{prefix}out@test.com"))):
            assert sorted(listed(as_vera, sync, records[case])) == wanted, (sync, case)
        assert listed(as_vera, sync, records["synced"]) == [f"{prefix}in@test.com at Acme"], sync
    in_user = str(made.users["in@test.com"])
    assert sorted(listed(as_vera, "contacts", in_user, side="right")) == every("in@test.com"), "a user has all of them"

    page = f"/records/contacts/left/{made.contacts['synced']}/tickets/"
    assert "that belong to the organization Acme, which the account of the contact is linked to." in shown(
        as_vera, page
    )
    page = f"/records/contacts/left/{made.contacts['outside']}/tickets/"
    assert "since the account of the contact is linked to no organization." in shown(as_vera, page)
    page = f"/records/contacts/left/{made.contacts['none']}/tickets/"
    assert "since the contact has no account." in shown(as_vera, page)
    links = re.findall(r'href="([^"]*)"[^>]*>in@test.com at Acme', as_vera.get(page.replace(
        made.contacts["none"], made.contacts["synced"])).content.decode())  # fmt: skip
    assert len(links) == 1
    assert re.fullmatch(rf"{re.escape(company.zendesk.base_url)}/agent/tickets/\d+", links[0])


def linked_account(company: Company) -> tuple[str, int]:
    """An account that is linked to an organization, as a run leaves it behind."""
    sync = company.configure()
    organization = company.organization("Acme")
    MirrorRecord.objects.create(sync=sync, side="left", remote_id=ID, label="Acme", digest="d")
    Link.objects.create(sync=sync, left_id=ID, right_id=str(organization), how="key")
    return f"/records/accounts/left/{ID}/", organization


def test_an_answer_is_shown_for_a_minute_with_its_age_and_read_again_on_demand(
    company: Company, as_vera: Client
) -> None:
    """Also: sorted, filtered and counted without another call, in a fixed number of queries."""
    record, organization = linked_account(company)
    agent = company.user("Abe", "abe@test.com", role="agent")
    statuses = [("a", "open", "low"), ("b", "pending", "urgent"), ("c", "open", None), ("d", "solved", "high")]
    for subject, status, priority in statuses:
        ticket(company, subject, status=status, priority=priority, organization_id=organization, assignee_id=agent)
        company.control(company.zendesk, "POST", "clock", {"advance": 60})
    page = f"{record}tickets/"
    text = shown(as_vera, page)
    for steps_of in ("Abe", "Acme", "4 All", "2 Open", "1 Pending", "1 Solved", "Read now"):
        assert steps_of in text, steps_of
    calls = sum(company.calls(company.zendesk).values())

    def order(**asked: str) -> str:
        return "".join(re.findall(r"row-link[^>]*>(\w)<", as_vera.get(page, asked).content.decode()))

    assert order() == "dcba"
    assert order(sort="status") in ("acbd", "cabd")
    assert order(sort="priority") == "bdac"
    assert order(sort="subject", status="open") == "ac"
    assert order(sort="nonsense", page="77") == "dcba"
    assert order(status="closed") == ""
    assert sum(company.calls(company.zendesk).values()) == calls, "a minute's answer serves everybody"

    ticket(company, "e", organization_id=organization)
    assert order() == "dcba"
    assert sorted(order(again="1")) == list("abcde")
    links = re.findall(r'href="([^"]*[?&]sort=[^"]*)"', as_vera.get(page, {"again": "1"}).content.decode())
    assert links
    assert not [link for link in links if "again" in link or not link.startswith(page)]


def test_a_ticket_that_was_sent_leads_to_its_case(company: Company, as_vera: Client) -> None:
    """Here, and in a frame of the org, too."""
    record, organization = linked_account(company)
    sent = str(ticket(company, "sent", organization_id=organization))
    ticket(company, "other", organization_id=organization)
    assert "Sent as" not in shown(as_vera, f"{record}tickets/")
    accounts = Sync.objects.get()
    cases = Sync.objects.create(slug="tickets", kind="tickets_cases", left=accounts.right, right=accounts.left)
    Link.objects.create(sync=cases, left_id=sent, right_id="500000000000001AAA", how="key")
    html = as_vera.get(f"{record}tickets/").content.decode()
    url = f"{company.salesforce.base_url}/lightning/r/Case/500000000000001AAA/view"
    assert re.findall(r'href="([^"]*)"[^>]*>Open the case<', html) == [url]

    link = signed_link(make_secret(accounts.left, by="the tests"))
    view = Client().get(Client().get(f"/embed/tickets/Account/{ID}", link)["Location"])
    assert sorted(re.findall(r'class="row-link"[^>]*>([^<]*)<', view.content.decode())) == ["other", "sent"]
    assert url in view.content.decode()


def test_a_page_of_tickets_costs_a_fixed_number_of_queries_and_no_page_waits_for_it(
    company: Company, as_vera: Client, django_assert_max_num_queries: Any
) -> None:
    record, organization = linked_account(company)
    for number in range(60):
        ticket(company, f"t{number}", organization_id=organization)
    as_vera.get(f"{record}tickets/")
    with django_assert_max_num_queries(14):
        text = shown(as_vera, f"{record}tickets/", page="2")
    assert "51–60 of 60" in text
    html = as_vera.get(record).content.decode()
    assert f'hx-get="{record}tickets/"' in html
    assert "t59" not in html, "the record's page does not wait for them"


def test_what_cannot_be_shown_says_why(company: Company, as_vera: Client) -> None:
    record, organization = linked_account(company)
    page = f"{record}tickets/"
    assert "There are none so far." in shown(as_vera, page)

    forbidden = {"error": "Forbidden", "description": "You do not have access"}
    rule = {"method": "GET", "path": "/api/v2/organizations/*/tickets", "answer": {"status": 403, "body": forbidden}}
    company.fault(company.zendesk, rule)
    text = shown(as_vera, page, again="1")
    assert "The tickets could not be read" in text
    assert "does not permit this" in text
    company.fault(company.zendesk)

    company.api("DELETE", f"organizations/{organization}")
    assert "The organization is gone" in shown(as_vera, page, again="1")

    Connection.objects.filter(kind="zendesk").update(enabled=False)
    assert "is switched off" in shown(as_vera, page)
    Connection.objects.filter(kind="zendesk").update(enabled=True, base_url="http://127.0.0.1:9")
    assert "The tickets could not be read" in shown(as_vera, page)

    Link.objects.update(active=False)
    text = shown(as_vera, page)
    assert "Not linked to an organization" in text
    assert as_vera.get("/records/accounts/left/001000000000002AAA/tickets/").status_code == 404


def test_a_ticket_is_sent_at_once_and_alone(company: Company, as_vera: Client, as_olaf: Client) -> None:
    account, accounts = company.account("Acme"), company.configure(mappings=[])
    completed(accounts)
    record, organization = f"/records/accounts/left/{account}/", company.organizations()["Acme"]["id"]
    sync = tickets_sync(company)
    first = ticket(company, "first", organization_id=organization)
    view, send = f"{record}tickets/", f"{record}send/"
    assert "Send now" not in as_olaf.get(view).content.decode(), "the first run is somebody's to plan"
    exported(company)
    done = run(sync)
    assert set(cases(company)) == {str(first)}, done.message

    second, third = (ticket(company, name, organization_id=organization) for name in ("second", "third"))
    page = as_olaf.get(view, {"again": "1"}).content.decode()
    assert page.count(">Send now</button>") == 3
    assert "Send now" not in as_vera.get(view).content.decode()
    assert as_vera.post(send, {"ticket": second}).status_code == 403
    answer = as_olaf.post(send, {"ticket": second})
    sent = Run.objects.latest("pk")
    assert answer["Location"] == sent.get_absolute_url()
    sent = advance(sent)
    assert (sent.status, sent.actions) == (RunState.COMPLETED, {"create_right": 1})
    assert set(cases(company)) == {str(first), str(second)}, "at once, before the export has it"
    assert "Open the case" in as_olaf.get(view, {"again": "1"}).content.decode()
    assert as_olaf.post(send, {"ticket": "no number"}).status_code == 404

    exported(company)
    waiting = plan(sync)
    assert waiting.actions == {"create_right": 1}
    as_olaf.post(send, {"ticket": third})
    waiting.refresh_from_db()
    assert (waiting.state, Run.objects.latest("pk")) == (RunState.PLANNED, waiting), "a plan that waits is not lost"
