"""Contacts and portal users in step: both sides are objects of one Salesforce org (S0.1-S0.14)."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from connectors.api.salesforce import writing
from connectors.models import Connection
from connectors.sandbox.salesforce.rules.users import PARTNER_PROFILE
from mappings.config import store as config_store
from mappings.models import Sync
from mappings.services import schemas
from syncadmin.engine.lifecycle import RunState
from syncadmin.runs import queue
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from syncadmin.runs.services.report import report
from syncadmin.runs.status.reasons import remedy_for
from tests.worlds import portal
from tests.worlds.company import Company
from tests.worlds.portal import force, forced_user, member, portal_user, user
from tests.worlds.runs import advance, counts, plan, run

TITLE = {"left": "Title", "right": "Title", "direction": "both", "conflict": "newest"}


def test_two_fields_are_planned_written_left_alone_changed_and_undone(company: Company, sync: Sync, acme: str) -> None:
    okafor, her_user = member(company, "Okafor", acme, Title="Buyer", Phone="111")
    lind, his_user = member(company, "Lind", acme, Title="Clerk", Phone="222")
    company.contact("Solo", account=acme, Title="Alone")
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head of Buying")
    company.edit(his_user, Phone="999")

    waiting = plan(sync)
    assert waiting.status is RunState.PLANNED, waiting.message
    assert user(company, her_user)["Title"] == "Buyer", "a plan writes nothing"
    first = advance(services.approve(waiting, enqueue=False))
    assert first.status is RunState.COMPLETED, first.message
    assert user(company, her_user)["Title"] == "Head of Buying"
    assert company.contacts()[lind]["Phone"] == "999"
    assert counts(run(sync))["planned"] == 0, "the echo of what was written is no news"

    company.edit(her_user, Title="Director", Phone="333")
    second = run(sync)
    assert {name: company.contacts()[okafor][name] for name in ("Title", "Phone")} == {
        "Title": "Director",
        "Phone": "333",
    }
    undone = advance(services.undo(second, write=True, enqueue=False))
    assert undone.status is RunState.COMPLETED, undone.message
    assert company.contacts()[okafor]["Title"] == "Head of Buying"
    assert [step.label for step in plan(sync).steps.all()] == ["Okafor"], "the next plan wants the same again"


def test_a_file_without_mappings_has_title_and_phone(company: Company, sync: Sync) -> None:
    text = config_store.export("portal")
    for field in ("Title", "Phone"):
        assert f"- left: {field}\n    right: {field}\n    direction: both\n    conflict: newest\n" in text


FOREIGN = re.compile(r"\b(Zendesk|organi[sz]ations?|helpdesk|leads?)\b", re.IGNORECASE)


@pytest.mark.redis
def test_its_pages_speak_of_contacts_and_portal_users_alone(
    company: Company, sync: Sync, acme: str, as_ada: Client
) -> None:
    company.check_connections()
    schemas(sync)
    okafor, her_user = member(company, "Okafor", acme, Title="Buyer")
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Director")
    waiting = plan(sync)
    shown = [f"/runs/{waiting.pk}/", "/syncs/portal/", "/runs/check/portal/", "/kinds/contacts_portal_users/"]
    written = advance(services.approve(waiting, enqueue=False))
    undo = advance(services.undo(written, enqueue=False))
    records = [f"/records/portal/left/{okafor}/", f"/records/portal/right/{her_user}/"]
    setup = "/kinds/contacts_portal_users/add/"
    for address in (*shown, *records, f"/runs/{undo.pk}/", setup):
        answer = as_ada.get(address)
        found = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL)
        assert answer.status_code == 200, address
        assert found, address
        text = re.sub(r"<(script|style|svg|select).*?</\1>|<[^>]+>", " ", found[0], flags=re.DOTALL)
        assert FOREIGN.findall(text) == [], address


def test_each_flow_has_a_switch_of_its_own_and_neither_starts_with_an_edit_of_the_other_side(
    company: Company, sync: Sync, acme: str
) -> None:
    okafor, her_user = member(company, "Okafor", acme, Title="Buyer", Phone="1")
    run(sync)

    def edited(flows: dict[str, bool], *, contact: str, her: str) -> tuple[str, str]:
        """The titles after both sides were edited and a run, as contact and user."""
        company.store({**portal.SYNC, "flows": flows})
        company.edit(okafor, Title=contact) if contact else None
        company.control(company.salesforce, "POST", "clock", {"advance": 60})
        company.edit(her_user, Title=her) if her else None
        company.control(company.salesforce, "POST", "clock", {"advance": 600})
        run(sync)
        assert counts(run(sync))["planned"] == 0
        return company.contacts()[okafor]["Title"], user(company, her_user)["Title"]

    to_user, to_contact = {"user_to_contact": False}, {"contact_to_user": False}
    neither = {"contact_to_user": False, "user_to_contact": False}
    assert edited(to_user, contact="", her="Hers") == ("Buyer", "Hers"), "no flow starts with the user"
    assert edited(to_user, contact="Head", her="") == ("Head", "Head"), "the contact's change goes to the user"
    assert edited(to_contact, contact="Chief", her="") == ("Chief", "Head"), "no flow starts with the contact"
    assert edited(to_contact, contact="", her="Lead") == ("Lead", "Lead"), "the user's change goes to the contact"
    assert edited(neither, contact="One", her="Two") == ("One", "Two")
    assert edited({}, contact="", her="") == ("Two", "Two"), "both again: the newest of the edits meanwhile wins"
    assert edited({}, contact="", her="Three") == ("Three", "Three")


def test_a_user_who_was_just_created_starts_no_flow_unless_that_is_chosen(
    company: Company, sync: Sync, acme: str
) -> None:
    contact = company.contact("Okafor", account=acme, Title="Buyer", Phone="1")
    her = portal_user(company, contact, "Okafor", Title="Her own", Phone="1")
    first = run(sync)
    assert first.status is RunState.COMPLETED
    assert (company.contacts()[contact]["Title"], user(company, her)["Title"]) == ("Buyer", "Her own")
    assert counts(run(sync))["planned"] == 0
    company.control(company.salesforce, "POST", "clock", {"advance": 60})
    company.edit(her, Phone="2")
    run(sync)
    row = company.contacts()[contact]
    assert (row["Title"], row["Phone"]) == ("Buyer", "2"), "what was edited goes, what was found stays"

    company.store({**portal.SYNC, "also_on_creation": True, "mappings": [{**TITLE, "conflict": "right"}]})
    lind = company.contact("Lind", account=acme, Title="Clerk")
    portal_user(company, lind, "Lind", Title="His own")
    run(sync)
    assert company.contacts()[lind]["Title"] == "His own"


def test_no_email_of_a_user_is_written_before_somebody_has_typed_that_mails_may_go(
    company: Company, sync: Sync, acme: str, as_ada: Client
) -> None:
    email = {"left": "Email", "right": "Email", "direction": "both", "conflict": "left"}
    company.store({**portal.SYNC, "mappings": [email]})
    okafor, her = member(company, "Okafor", acme, Email="a@example.com")
    run(sync)
    company.edit(okafor, Email="b@example.com")
    assert counts(run(sync))["planned"] == 0
    schemas(sync)
    asked = {"email_changes": "write", "contact_to_user": "yes", "user_to_contact": "yes", "also_on_creation": "no"}
    refused = as_ada.post("/syncs/portal/flows/", asked)
    assert (refused.status_code, refused.content.decode().count("Nothing was saved")) == (422, 1)
    assert as_ada.post("/syncs/portal/flows/", asked | {"email_changes_phrase": "Change  emails"}).status_code == 302
    sync.refresh_from_db()
    run(sync)
    assert user(company, her)["Email"] == "b@example.com"


def test_the_echo_ends_after_one_round_and_automatic_updates_go_both_ways(
    company: Company, sync: Sync, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(queue, "send", sent.append)
    okafor, her = member(company, "Okafor", acme, Title="Buyer")
    lind, his = member(company, "Lind", acme, Phone="1")
    company.store({**portal.SYNC, "automatic_updates": True})
    company.check_connections()
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head", Department="Sales")
    company.edit(his, Phone="2")
    found, made = [], []
    for _ in range(4):
        before = company.calls(company.salesforce)
        assert automatic.start_due() == 1
        jobs.advance_run(sent.pop())
        after = company.calls(company.salesforce)
        found.append(sum(number - before.get(path, 0) for path, number in after.items() if path.startswith("PATCH")))
        made.append(sum(after.values()) - sum(before.values()))
        company.control(company.salesforce, "POST", "clock", {"advance": 600})
    assert user(company, her)["Title"] == "Head"
    assert company.contacts()[lind]["Phone"] == "2"
    assert found == [2, 0, 0, 0], "one write for each side, and none for the echo"
    assert made == [6, 2, 2, 2], "each object is read once, and each written one looked at before; nothing else"


def test_the_page_says_each_flow_in_a_sentence_with_a_real_pair(
    company: Company, sync: Sync, acme: str, as_ada: Client
) -> None:
    company.check_connections()
    schemas(sync)
    solo = company.contact("Solo", account=acme, Title="Alone")
    okafor, her = member(company, "Okafor", acme, Title="Buyer", Phone="1")
    company.edit(her, Title="Head")

    def page(address: str, data: dict[str, str] | None = None) -> str:
        answer = as_ada.post(address, data, headers={"HX-Request": "true"}) if data else as_ada.get(address)
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))

    assert (
        "When a portal user's Title or Phone changes, and the user has a contact, if it differs from the contact's "
        "value, then update the contact."
    ) in page("/syncs/portal/")
    assert "Names are always kept equal" not in page("/syncs/portal/")
    assert "Title in User takes 80 characters: a longer value is not written, and listed." in page("/syncs/portal/")
    tried = page("/syncs/portal/try/")
    assert "a change that makes Okafor's Title “Buyer” would update the user, where it is “Head”." in tried
    assert "Solo has no portal user: nothing would happen." in page(f"/syncs/portal/try/?record={solo}")
    typed = {"action": "refresh", "row": "0", "left-0": "Phone", "right-0": "Phone", "record": okafor}
    live = page("/syncs/portal/fields/", {**typed, "direction-0": "to_left"})
    assert "When a portal user's Phone changes" in live
    assert "No change of a contact is written to its user." in live
    assert "The user of Okafor has the same Phone as the contact" in live
    switched = page("/syncs/portal/fields/", {**typed, "direction-0": "both", "user_to_contact": "no"})
    assert "No change of a user is written to its contact." in switched, "as the switch stands, saved or not"
    assert "When a contact's Business Phone changes" in switched


def test_the_check_page_is_a_report_of_who_agrees_and_who_has_no_counterpart(
    company: Company, sync: Sync, acme: str, as_ada: Client
) -> None:
    company.check_connections()
    schemas(sync)
    her = member(company, "Okafor", acme, Title="Buyer", Phone="1")[1]
    lind = member(company, "Lind", acme, Title="Clerk")[0]
    company.contact("Solo", account=acme)
    forced_user(company, lind, "Lind")
    former = member(company, "Former", acme, Title="Boss")[0]
    forced_user(company, former, "Former", IsActive=False)
    gone = member(company, "Gone", acme)[0]
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(her, Title="Head")
    company.remove(gone)
    plan(sync)
    answer = as_ada.get("/runs/check/portal/").content.decode()
    text = unescape(" ".join(re.sub(r"<[^>]+>", " ", answer).split()))
    for line in (
        "1 of 2 pairs agree in every mapped field.",
        "Title differs",
        "Okafor: “Buyer” – “Head”",
        "1 contact has several users, 2 in all, of whom not exactly one is active.",
        "1 contact has several users, 2 in all, of whom one is active. The active one counts.",
        "1 portal user has no contact in scope.",
    ):
        assert line in text, line
    assert text.count("Connection to ") == 1
    assert len(re.findall("Make a plan</button>", answer)) >= 1, "the fix is a plan"


def test_a_field_that_both_changed_follows_its_rule_and_ask_lists_a_conflict(
    company: Company, sync: Sync, acme: str
) -> None:
    wanted = {"left": ("Contact", "Contact"), "right": ("User", "User"), "newest": ("User", "User")}
    pairs = {rule: member(company, f"Okafor-{rule}", acme, Title="Buyer") for rule in (*wanted, "ask")}
    run(sync)
    for rule, (contact, her) in pairs.items():
        company.store({**portal.SYNC, "mappings": [{**TITLE, "conflict": rule}]})
        company.control(company.salesforce, "POST", "clock", {"advance": 600})
        company.edit(contact, Title="Contact")
        company.control(company.salesforce, "POST", "clock", {"advance": 60})
        company.edit(her, Title="User")
        ended = run(sync)
        now = company.contacts()[contact]["Title"], user(company, her)["Title"]
        assert now == wanted.get(rule, ("Contact", "User")), rule
    assert (ended.status, counts(ended)["conflicts"]) == (RunState.REJECTIONS, 1)


def test_two_connections_to_one_org_work_as_one(company: Company, sync: Sync, acme: str) -> None:
    other = Connection.objects.get(slug="sf")
    other.pk, other.slug, other.name = None, "sf2", "The same org again"
    other.save()
    two = company.store({**portal.SYNC, "slug": "apart", "right": "sf2"})
    okafor, her = member(company, "Okafor", acme, Title="Buyer")
    run(two)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(okafor, Title="Head")
    before = sum(company.calls(company.salesforce).values())
    found = run(two)
    assert user(company, her)["Title"] == "Head"
    assert report(found)["calls"] == {"salesforce": sum(company.calls(company.salesforce).values()) - before}
    assert run(two).planned == 0


def test_a_value_that_does_not_fit_holds_back_its_own_field_alone(company: Company, sync: Sync, acme: str) -> None:
    """S0.9: fields are independent, on a first link and later, and the value is listed until it fits."""
    fresh, hers = member(company, "Fresh", acme, Title="Buyer", Phone="1")
    long, his = member(company, "Long", acme, Title="Buyer", Phone="1")
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(fresh, Title="x" * 100, Phone="2")
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(long, Title="x" * 100, Phone="2")
    ended = run(sync)
    (problem,) = ended.steps.filter(verb="problem")
    assert (problem.label, "80" in problem.reason) == ("Long", True), "the title of a user is the shorter one"
    assert ended.status is RunState.REJECTIONS
    for id in (hers, his):
        assert (user(company, id)["Title"], user(company, id)["Phone"]) == ("Buyer", "2")
    assert set(sync.mirror.filter(side="left").values_list("status", flat=True)) == {"problem"}
    assert counts(run(sync))["planned"] == 0, "told once"
    company.edit(his, Phone="3")
    company.edit(long, Title="Head")
    run(sync)
    assert (user(company, his)["Title"], company.contacts()[long]["Phone"]) == ("Head", "3")
    assert sync.mirror.get(remote_id=long).status == "in_sync"


def test_what_salesforce_refuses_is_a_row_with_a_reason_and_a_remedy(company: Company, sync: Sync, acme: str) -> None:
    """A validation rule, a field that may not be written any more, automations that write both objects, and a licence
    with fewer seats than users: each refuses its own row with what to do, and the others are written.
    """
    names = ("Rule", "Right", "Flow", "Trigger", "Fine")
    pairs = {name: member(company, name, acme, Title="Buyer", Phone="1") for name in names}
    partner, partners = member(company, "Seat", acme, Title="Buyer")
    force(company, partners, ProfileId=PARTNER_PROFILE, UserType="PowerPartner")
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    for name, (contact, _) in pairs.items():
        company.edit(contact, Title=name) if name != "Right" else company.edit(contact, Phone="2")
    company.edit(partner, Title="Seat")
    waiting = plan(sync)
    rule = {"object": "User", "when": "Title = 'Rule'", "message": "No such title", "field": "Title"}
    automations = [
        {"object": "User", "writes": "Contact", "kind": kind, "name": "Copy_title", "when": f"Title = '{title}'"}
        for kind, title in (("flow", "Flow"), ("trigger", "Trigger"))
    ]
    settings = {"validation_rules": [rule], "automations": automations, "seats": {"Partner Community": 0}}
    company.control(company.salesforce, "PUT", "settings", settings)
    barred = {"object": "User", "field": "Phone", "updateable": False}
    company.control(company.salesforce, "PUT", "schema", barred)
    ended = advance(services.approve(waiting, enqueue=False))
    assert ended.status is RunState.REJECTIONS, ended.message
    found = {step.label: step.outcome for step in ended.steps.filter(state="rejected")}
    assert {name: outcome.code for name, outcome in found.items()} == {
        "Rule": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "Right": "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Flow": "MIXED_DML_OPERATION",
        "Trigger": "MIXED_DML_OPERATION",
        "Seat": "LICENSE_LIMIT_EXCEEDED",
    }
    assert "No such title" in found["Rule"].message
    assert found["Right"].field == "Phone"
    assert "Copy_title" in found["Flow"].message
    assert remedy_for("INVALID_FIELD_FOR_INSERT_UPDATE") == "Give the integration user the right to edit this field."
    assert "asynchronous path" in remedy_for("MIXED_DML_OPERATION")
    assert "add licenses in Salesforce" in remedy_for("LICENSE_LIMIT_EXCEEDED")
    assert user(company, pairs["Fine"][1])["Title"] == "Fine", "others are written"


def test_a_duplicate_rule_refuses_the_email_of_a_user_for_its_contact_alone(
    company: Company, sync: Sync, acme: str
) -> None:
    email = {"left": "Email", "right": "Email", "direction": "both", "conflict": "newest"}
    company.store({**portal.SYNC, "mappings": [TITLE, email]})
    okafor, her = member(company, "Okafor", acme, Title="Buyer", Email="okafor@example.com")
    lind, his = member(company, "Lind", acme, Title="Clerk", Email="lind@example.com")
    run(sync)
    company.control(company.salesforce, "PUT", "settings", {"duplicate_rules": ["Contact"]})
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    company.edit(her, Email="lind@example.com")
    company.edit(his, Title="Head")
    ended = run(sync)
    (refused,) = ended.steps.filter(state="rejected")
    assert (refused.label, refused.outcome.code) == ("Okafor", "DUPLICATES_DETECTED")
    assert "Standard_Contact_Duplicate_Rule" in refused.outcome.message
    assert "relax the rule" in remedy_for("DUPLICATES_DETECTED")
    assert (company.contacts()[okafor]["Email"], company.contacts()[lind]["Title"]) == ("okafor@example.com", "Head")


def test_many_users_are_written_by_a_bulk_load_each_with_its_own_answer(
    company: Company, sync: Sync, acme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BULK_FROM", 3)
    monkeypatch.setattr(writing, "LOAD_PAYS", 2)
    rule = {"object": "User", "when": "Title = 'Bad'", "message": "No such title", "field": "Title"}
    company.control(company.salesforce, "PUT", "settings", {"validation_rules": [rule]})
    pairs = [member(company, f"Okafor{number}", acme, Title="Buyer") for number in range(6)]
    run(sync)
    company.control(company.salesforce, "POST", "clock", {"advance": 600})
    for number, (contact, _) in enumerate(pairs):
        company.edit(contact, Title="Bad" if number == 4 else f"Head {number}")
    ended = run(sync)
    assert any("jobs/ingest" in path for path in company.calls(company.salesforce))
    titles = [user(company, id)["Title"] for _, id in pairs]
    assert titles == ["Head 0", "Head 1", "Head 2", "Head 3", "Buyer", "Head 5"]
    (refused,) = ended.steps.filter(state="rejected")
    assert (refused.label, "No such title" in refused.outcome.message) == ("Okafor4", True)
