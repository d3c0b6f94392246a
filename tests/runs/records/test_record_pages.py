"""Records: found by name or id, listed by standing, and "Why?" for each (S3.C11)."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import SKIP, Side, Verb
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Decision, Link, MirrorRecord
from syncadmin.runs.pages.records import views as record_views
from tests.runs.stored import NOW, change, stored_outcome, stored_record, stored_run, stored_step, stored_sync

# also where the other database answers: searches and counts go by its own indexes
pytestmark = pytest.mark.postgres


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def acme(quiet_sync: Sync) -> MirrorRecord:
    """A pair in step, but for the notes that somebody edited in Zendesk."""
    stored_record(
        quiet_sync, "right", "71", "Acme", values={"name": "Acme", "notes": "new", "tags": ["vip", "banking"]}
    )
    run = stored_run(quiet_sync, RunState.COMPLETED)
    Link.objects.create(
        sync=quiet_sync, left_id="001A", right_id="71", how="key", reason="The name is the same", run_id=run.pk,
        last_synced={"name": "Acme", "notes": "old"}, owned_values={"tags": ["banking"]}, synced_at=timezone.now(),
    )  # fmt: skip
    step = stored_step(
        run, "Acme", Verb.UPDATE.on(Side.RIGHT), change("notes", None, "old"), state=StepState.DONE, left_id="001A",
        right_id="71", recorded=True,
    )  # fmt: skip
    stored_outcome(step, remote_id="71")
    values = {"Name": "Acme", "Description": "old"}
    return stored_record(quiet_sync, "left", "001A", "Acme", status="in_sync", values=values)


@pytest.fixture
def twins(quiet_sync: Sync) -> None:
    for remote_id in ("001T1", "001T2"):
        stored_record(
            quiet_sync, "left", remote_id, "Globex", status="ambiguous",
            reason="1 other Salesforce record in scope has the same name",
        )  # fmt: skip
    stored_record(quiet_sync, "right", "81", "Globex", status="ambiguous")
    stored_record(quiet_sync, "right", "82", "Globex GmbH", lookalike_key="globex", status="unmatched")


def test_records_that_need_a_person_are_counted_by_standing_and_side(as_vera: Client, twins: None) -> None:
    text = page(as_vera, "/records/")
    assert "2 Ambiguous in Salesforce" in text
    assert "1 Ambiguous in Zendesk" in text
    assert "1 Organizations unknown to Salesforce in Zendesk" in text
    assert "1–3 of 3" in text, "strangers are a report, not a task"


def test_the_tiles_beside_those_without_a_counterpart_add_up_to_the_list(
    as_vera: Client, quiet_sync: Sync, twins: None
) -> None:
    for number in range(4):
        stored_record(quiet_sync, "left", f"001N{number}", f"New {number}", status="create_off")
    stored_record(quiet_sync, "right", "91", "Seen", status="rejected")
    text = page(as_vera, "/records/?sync=accounts&standing=without")
    numbers = [
        int(number) for number in re.findall(r"(\d+) (?:Ambiguous|Not created|Organizations unknown \w+ \w+) in", text)
    ]
    assert (sorted(numbers), "Rejected in" in text) == ([1, 1, 2, 4], False)
    assert "1–8 of 8" in text
    stored_record(stored_sync("more"), "right", "93", "New", status="unmatched")
    every = page(as_vera, "/records/?standing=without")
    assert ("8 accounts without a counterpart" in every, "1 more without a counterpart" in every) == (True, True)


def test_a_list_is_narrowed_by_side_and_standing(as_vera: Client, twins: None, acme: MirrorRecord) -> None:
    assert "1–2 of 2" in page(as_vera, "/records/?side=left&standing=ambiguous")
    assert "Acme" in page(as_vera, "/records/?standing=in_sync")
    assert "Acme" not in page(as_vera, "/records/")


@pytest.mark.parametrize("text", ["glob", "GLOBEX", "001T1", "82"])
def test_a_record_is_found_by_a_part_of_its_name_or_by_either_id(as_vera: Client, twins: None, text: str) -> None:
    assert "Globex" in page(as_vera, f"/records/?q={text}")


def test_nothing_is_found_for_a_name_that_nobody_has(as_vera: Client, twins: None) -> None:
    assert "Globex" not in page(as_vera, "/records/?q=nobody")


def test_the_csv_file_says_what_to_do(as_vera: Client, twins: None) -> None:
    response = as_vera.get("/records/?side=left&format=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0][:5] == ["Name", "In", "State", "Reason", "What to do"]
    assert rows[1][:3] == ["Globex", "Salesforce", "Ambiguous"]
    assert "Choose its counterpart here" in rows[1][4]


def test_the_page_of_a_linked_record_tells_the_whole_chain(as_vera: Client, acme: MirrorRecord) -> None:
    text = page(as_vera, "/records/accounts/left/001A/")
    for question in (
        "Is it in Salesforce?",
        "Is it in this sync?",
        "Which record is its counterpart?",
        "What is next?",
    ):
        assert question in text
    assert "Acme. The name is the same." in text
    assert "Nothing until it changes." in text


def test_values_of_both_sides_stand_beside_what_was_last_agreed_on(as_vera: Client, acme: MirrorRecord) -> None:
    """Without the fields of the remote systems every value still is shown, each for its own side."""
    text = page(as_vera, "/records/accounts/left/001A/")
    assert "Description old" in text
    assert re.search(r"Notes – .* new", text)
    assert "Ours: banking" in text
    assert "Of others: vip" in text


def test_what_was_written_when_is_told_with_its_run(as_vera: Client, acme: MirrorRecord) -> None:
    LogEntry.objects.create(
        at=timezone.now(), level="warning", sync=acme.sync, left_id="001A", message="Its tag was too long"
    )
    text = page(as_vera, "/records/accounts/left/001A/")
    assert re.search("Update in Zendesk Written .* Run", text)
    assert "Its tag was too long" in text


def test_deep_links_lead_to_both_systems(as_vera: Client, acme: MirrorRecord) -> None:
    text = as_vera.get("/records/accounts/right/71/").content.decode()
    assert 'href="https://ours.my.salesforce.com/lightning/r/Account/001A/view"' in text
    assert 'href="https://ours.zendesk.com/agent/organizations/71"' in text


def test_a_record_outside_the_filter_names_the_line(as_vera: Client, quiet_sync: Sync) -> None:
    stored_record(
        quiet_sync, "left", "001X", "Elsewhere", in_scope=False, status="out_of_scope", reason="Type is Partner"
    )
    text = page(as_vera, "/records/accounts/left/001X/")
    assert "Outside the filter" in text
    assert "Type is Partner" in text


def test_a_record_that_was_refused_too_often_says_that_it_waits(as_vera: Client, quiet_sync: Sync) -> None:
    stored_record(quiet_sync, "left", "001R", "Refused", status="rejected", reason="Name is taken", failures=5)
    assert "It was refused 5 times in a row" in page(as_vera, "/records/accounts/left/001R/")


def test_candidates_are_those_with_the_same_name_or_look(as_olaf: Client, twins: None) -> None:
    text = page(as_olaf, "/records/accounts/left/001T1/")
    assert "Globex 81 Link with this : Globex 81" in text
    assert "Globex GmbH 82" in text
    assert "Others in Salesforce have the same name: Globex 001T2" in text


def test_another_candidate_is_found_by_name(as_olaf: Client, twins: None) -> None:
    stored_record(MirrorRecord.objects.first().sync, "right", "99", "Initech")
    assert "Initech 99 Link with this : Initech 99" in page(as_olaf, "/records/accounts/left/001T1/?find=init")


def test_an_ambiguous_record_is_linked_by_hand(as_olaf: Client, twins: None) -> None:
    path = "/records/accounts/left/001T1/"
    response = as_olaf.post(f"{path}decide/", {"verb": "link", "left_id": "001T1", "right_id": "81"}, follow=True)
    text = response.content.decode()
    assert "Decided: the two belong together" in text
    assert "olaf decided that this belongs to Zendesk 81." in text
    assert Decision.objects.get().by.username == "olaf"


def test_the_organization_that_was_chosen_shows_the_decision_too(as_olaf: Client, twins: None) -> None:
    as_olaf.post("/records/accounts/right/82/decide/", {"verb": "link", "left_id": "001T1", "right_id": "82"})
    assert "Undo the decision" in page(as_olaf, "/records/accounts/right/82/")


def test_a_record_is_left_alone_and_taken_up_again(as_olaf: Client, twins: None) -> None:
    path = "/records/accounts/left/001T1/"
    as_olaf.post(f"{path}decide/", {"verb": "ignore", "left_id": "001T1"})
    assert "olaf decided to leave this record alone." in page(as_olaf, path)
    as_olaf.post(f"{path}decide/", {"verb": "take_back", "left_id": "001T1"})
    assert "Leave this record alone" in page(as_olaf, path)


def test_a_counterpart_is_created_by_a_persons_word(as_olaf: Client, twins: None) -> None:
    """S3.C11: whatever the settings of the sync say; the list of decisions says who said it."""
    as_olaf.post("/records/accounts/right/82/decide/", {"verb": "create"})
    assert Decision.objects.get().create
    text = page(as_olaf, "/records/?standing=decided")
    assert "olaf decided to create it in Salesforce." in text
    assert "1–1 of 1" in text


def test_those_without_a_counterpart_are_listed_both_ways(as_olaf: Client, twins: None, acme: MirrorRecord) -> None:
    stored_record(acme.sync, "left", "001O", "Off", status="create_off")
    text = page(as_olaf, "/records/?standing=without")
    assert "1–5 of 5" in text
    assert "Acme" not in text


def test_several_records_are_decided_about_at_once(as_olaf: Client, twins: None, acme: MirrorRecord) -> None:
    """One that is linked already is refused with its name; the others are decided about."""
    posted = {"verb": "ignore", "record": ["left 001T1", "right 82", "left 001A", "up 1"], "list": "standing=without"}
    response = as_olaf.post("/records/decide/accounts/", posted, follow=True)
    assert response.redirect_chain[0][0] == "/records/?standing=without"
    text = response.content.decode()
    assert "Decided about 2 records." in text
    assert "Acme is linked already" in text
    assert set(Decision.objects.values_list("left_id", "right_id")) == {("001T1", ""), ("", "82")}


def test_what_was_decided_leads_to_where_it_stands(as_olaf: Client, twins: None) -> None:
    """A record that somebody decided about leaves the list until the next plan."""
    posted = {"verb": "ignore right 82", "list": "sync=accounts&standing=without"}
    html = as_olaf.post("/records/decide/accounts/", posted, follow=True).content.decode()
    assert (
        'The next plan shows it. <a href="/records/?sync=accounts&amp;standing=decided">See all decisions</a>' in html
    )


def test_a_record_that_a_waiting_plan_is_about_says_so(as_vera: Client, acme: MirrorRecord) -> None:
    MirrorRecord.objects.filter(pk=acme.pk).update(needs_planning=True, status="")
    assert "What is next? To be planned" in page(as_vera, "/records/accounts/left/001A/")
    run = stored_run(acme.sync)
    stored_step(run, "Acme", Verb.UPDATE.on(Side.RIGHT), left_id="001A", right_id="71")
    text = page(as_vera, "/records/accounts/left/001A/")
    assert "What is next? Planned The plan that waits for approval shows what would be written." in text
    assert f"It was made now by run {run.pk} ." in text


def test_a_row_of_a_list_has_its_own_choices(as_olaf: Client, as_vera: Client, twins: None) -> None:
    """S3.C11: create, link, ignore."""
    text = page(as_olaf, "/records/?side=right&standing=unmatched")
    assert "Create Globex GmbH in Salesforce" in text
    assert "Link … Globex GmbH" in text
    as_olaf.post("/records/decide/accounts/", {"verb": "create right 82"})
    assert "Take back the decision about Globex GmbH" in page(as_olaf, "/records/?standing=decided")
    as_olaf.post("/records/decide/accounts/", {"verb": "take_back right 82"})
    assert not Decision.objects.exists()
    assert "Link …" not in page(as_vera, "/records/?side=right&standing=unmatched")
    assert as_vera.post("/records/decide/accounts/", {"verb": "create right 82"}).status_code == 403


def test_a_refused_decision_says_why(as_olaf: Client, acme: MirrorRecord) -> None:
    response = as_olaf.post("/records/accounts/left/001A/decide/", {"verb": "ignore", "left_id": "001A"}, follow=True)
    assert "is linked already" in response.content.decode()


def test_a_record_whose_only_namesake_is_taken_is_told_what_can_be_done(as_olaf: Client, acme: MirrorRecord) -> None:
    """S3.C11: neither the page nor a refusal sends anybody to a link or a creation that is refused."""
    reason = "The Zendesk record with this name is linked to another Salesforce record"
    stored_record(acme.sync, "left", "001N", "Acme", status="ambiguous", reason=reason)
    text = page(as_olaf, "/records/accounts/left/001N/")
    assert "It cannot be created in Zendesk: Zendesk has Acme (71) with this name already" in text
    assert "What is next? Ambiguous The Zendesk record with this name is linked to another" in text
    assert text.count("Change the name of one of the two to have Acme created") == 2
    assert "Create it in Zendesk" not in text
    assert "Choose its counterpart here" not in text
    assert "Leave this record alone" in text


def test_a_step_that_was_not_sent_says_that_its_time_is_that_of_the_plan(as_vera: Client, acme: MirrorRecord) -> None:
    """Its log line has the time at which the run told of it, which is another one."""
    run = stored_run(acme.sync, RunState.COMPLETED)
    skipped = {"state": StepState.SKIPPED, "reason_code": "create_off", "reason": "Creating is off"}
    stored_step(run, "Acme", SKIP, left_id="001A", **skipped)
    stored_outcome(
        stored_step(run, "Acme", Verb.UPDATE.on(Side.RIGHT), left_id="001A", right_id="71", state=StepState.DONE)
    )
    text = page(as_vera, "/records/accounts/left/001A/")
    assert re.search(r"Skip Skipped planned (now|a second ago|\d+ seconds ago)", text)
    assert re.search(r"Update in Zendesk Written (now|a second ago|\d+ seconds ago)", text)


def test_a_viewer_decides_nothing(as_vera: Client, twins: None) -> None:
    path = "/records/accounts/left/001T1/"
    assert "Link with this" not in page(as_vera, path)
    assert as_vera.post(f"{path}decide/", {"verb": "ignore", "left_id": "001T1"}).status_code == 403


@pytest.mark.parametrize(
    "path", ["/records/accounts/left/nobody/", "/records/none/left/001A/", "/records/accounts/up/1/"]
)
def test_a_record_that_is_not_known_is_not_found(as_vera: Client, acme: MirrorRecord, path: str) -> None:
    assert as_vera.get(path).status_code == 404


@pytest.fixture
def three(quiet_sync: Sync) -> None:
    """Records that need a person; the one with the last name was edited first, one never."""
    for number, (name, days) in enumerate((("Beta", 1), ("Alpha", 2), ("Gamma", None))):
        edited = NOW - timedelta(days=days) if days else None
        stored_record(quiet_sync, "left", f"001{number}", name, status="ambiguous", modified_at=edited)


def names_in_order(client: Client, query: str) -> list[str]:
    return re.findall(r"\b(Alpha|Beta|Gamma)\b", page(client, f"/records/{query}"))


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Beta", "Alpha", "Gamma"]),
        ("label", ["Alpha", "Beta", "Gamma"]),
        ("-label", ["Gamma", "Beta", "Alpha"]),
    ],
)
def test_records_are_sorted_by_name(as_vera: Client, three: None, sort: str, names: list[str]) -> None:
    assert names_in_order(as_vera, f"?sort={sort}") == names


def test_records_are_sorted_by_time(as_vera: Client, three: None) -> None:
    assert [name for name in names_in_order(as_vera, "?sort=modified_at") if name != "Gamma"] == ["Alpha", "Beta"]
    assert [name for name in names_in_order(as_vera, "?sort=-modified_at") if name != "Gamma"] == ["Beta", "Alpha"]


def test_a_list_too_long_to_count_keeps_the_order_of_its_index(
    as_vera: Client, three: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "sort=label" in as_vera.get("/records/").content.decode()
    monkeypatch.setattr(record_views, "COUNTING_STOPS_AT", 2)
    assert "sort=label" not in as_vera.get("/records/").content.decode()
    assert names_in_order(as_vera, "?sort=label") == ["Beta", "Alpha", "Gamma"]


@pytest.mark.parametrize("records", [2, 120])
def test_the_pages_cost_the_same_queries_whatever_the_size(
    as_vera: Client, quiet_sync: Sync, acme: MirrorRecord, django_assert_max_num_queries, records: int
) -> None:
    for number in range(records):
        stored_record(quiet_sync, "left", f"001Z{number}", "Acme", status="ambiguous")
        stored_record(quiet_sync, "right", f"7{number}Z", "Acme", status="unmatched")
    lists = (("/records/", 13), ("/records/?sort=label", 13), ("/records/?q=ac", 21))
    for path, most in (*lists, ("/records/accounts/left/001A/", 20)):
        with django_assert_max_num_queries(most):
            as_vera.get(path)
