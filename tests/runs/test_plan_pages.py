"""The page of a plan that waits: tiles, groups, fields, leaving out, taking in, approving (S3.C16, S3.48)."""

from __future__ import annotations

import csv
import html
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mappings.models import Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import SKIP, Change, Replaced, Side, Verb
from syncadmin.runs.models import Run, Step
from syncadmin.runs.pages.runs.run_page import seen_now
from syncadmin.runs.services.report import report
from tests.runs.stored import change, sealed, stored_record, stored_run, stored_step

# also where the other database answers: searches and counts go by its own indexes
pytestmark = pytest.mark.postgres


def page(client: Client, run: Run, query: str = "") -> str:
    response = client.get(f"/runs/{run.pk}/{query}")
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def shown(client: Client, path: str) -> str:
    """What a person reads on a page, without its frame."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).content.decode().split("<main", 1)[1]).split())


def tile(text: str, label: str) -> int:
    found = re.search(rf'tile-number">([\d,]+)</span> <span class="tile-label">{label}<', text)
    assert found, label
    return int(found.group(1))


def test_seven_tiles_count_what_a_plan_would_do(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan)
    labels = ("Create", "Update", "Link only", "Tags only", "Skip", "Conflict", "Problem")
    assert [tile(text, label) for label in labels] == [2, 2, 1, 1, 2, 0, 1]
    assert "Delete" not in re.findall(r'tile-label">([^<]+)<', text)


def test_rows_are_grouped_by_what_changes(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan)
    assert "Only Notes changes in Zendesk" in text
    assert "New organizations in Zendesk" in text
    assert "Skipped: unknown to the other system" in text
    assert "Initech 1" not in text


def test_a_group_opens_to_its_steps_and_closes_again(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan, "?shape=update_right:notes")
    assert "Initech 1" in text
    assert "Acme" not in text
    assert 'aria-expanded="true"' in text
    assert re.search(r'id="group-\d" href="\?" aria-expanded="true"', text)


def test_a_tile_with_one_group_shows_its_steps_at_once(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan, "?tile=tags")
    assert "Umbrella" in text
    assert "+ banking" in text
    assert "− farming" in text


def test_a_step_opens_to_before_after_and_reason_with_a_word_for_each_mark(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan, "?shape=update_right:notes")
    assert '<td data-label="Before">old</td>' in text
    assert '<td data-label="After">new</td>' in text
    assert "Changed in Salesforce" in text
    assert '<span aria-hidden="true">~</span><span class="visually-hidden">changed</span>' in text


def test_htmx_gets_the_part_that_the_page_includes(as_vera: Client, plan: Run) -> None:
    part = as_vera.get(f"/runs/{plan.pk}/?tile=skip", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="run"')
    assert "<html" not in part


def test_a_search_finds_by_the_beginning_of_a_name_and_by_either_id(
    as_vera: Client, quiet_sync: Sync, plan: Run
) -> None:
    stored_record(quiet_sync, "left", "001I1", "Initech 1")
    assert "Initech 1" in page(as_vera, plan, "?q=INIT")
    assert "Initech 2" in page(as_vera, plan, "?q=32")
    assert "Acme" in page(as_vera, plan, "?q=001A")
    assert "No record of this run matches" in page(as_vera, plan, "?q=nobody")


def test_a_search_does_not_find_the_steps_of_another_run(as_vera: Client, quiet_sync: Sync, plan: Run) -> None:
    other = stored_run(quiet_sync, RunState.COMPLETED)
    stored_step(other, "Elsewhere", Verb.CREATE.on(Side.RIGHT), left_id="001X", state=StepState.DONE)
    assert "Elsewhere" not in page(as_vera, plan, "?q=001X")


def test_a_step_of_a_group_that_does_not_exist_opens_nothing(as_vera: Client, plan: Run) -> None:
    assert "step-list" not in page(as_vera, plan, "?shape=update_right:nothing")


@pytest.mark.parametrize("query", ["?shape=update_right:notes&page=9", "?shape=update_right:notes&page=x"])
def test_a_page_of_steps_that_does_not_exist_shows_one_that_does(as_vera: Client, plan: Run, query: str) -> None:
    assert "step-row" in page(as_vera, plan, query)


def test_the_button_names_what_approving_does(as_olaf: Client, plan: Run) -> None:
    text = page(as_olaf, plan)
    assert "Create 1 and update 3 organizations in Zendesk; link 1" in text
    assert ">Sync<" not in text


def test_a_viewer_reads_the_plan_and_has_no_buttons(as_vera: Client, plan: Run) -> None:
    text = page(as_vera, plan, "?shape=update_right:notes")
    assert "/approve/" not in text
    assert "/choose/" not in text
    assert "An operator can approve this plan." in text


@pytest.mark.parametrize("verb", ["approve", "discard", "cancel", "resume", "undo", "choose"])
def test_a_viewer_presses_nothing(as_vera: Client, plan: Run, verb: str) -> None:
    assert as_vera.post(f"/runs/{plan.pk}/{verb}/").status_code == 403
    plan.refresh_from_db()
    assert plan.status is RunState.PLANNED


def test_held_steps_are_marked_and_left_out_until_somebody_includes_them(as_olaf: Client, plan: Run) -> None:
    """A look-alike is written only when a person says so (S3.C16)."""
    text = page(as_olaf, plan, "?tile=held")
    assert "1 step is held back" in text
    assert "looks like it" in text
    assert "Create 1 account" not in text
    held = plan.steps.get(label="Globex GmbH")
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": held.pk, "verb": "include"})
    held.refresh_from_db()
    assert not held.needs_approval
    assert "in Salesforce" in page(as_olaf, Run.objects.get(pk=plan.pk))


def test_a_step_is_left_out_and_taken_in_again(as_olaf: Client, plan: Run) -> None:
    step = plan.steps.get(label="Initech 1")
    response = as_olaf.post(
        f"/runs/{plan.pk}/choose/", {"step": step.pk, "verb": "exclude", "shape": step.group_key}, follow=True
    )
    assert "1 left out" in response.content.decode()
    assert Step.objects.get(pk=step.pk).state == StepState.EXCLUDED
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": step.pk, "verb": "include"})
    assert Step.objects.get(pk=step.pk).state == StepState.PLANNED


def test_all_steps_that_are_shown_are_left_out_at_once(as_olaf: Client, plan: Run) -> None:
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"all": "1", "verb": "exclude", "shape": "update_right:notes"})
    assert set(plan.steps.filter(state=StepState.EXCLUDED).values_list("label", flat=True)) == {
        "Initech 1",
        "Initech 2",
    }


def test_all_that_a_search_found_is_left_out_and_nothing_else(as_olaf: Client, plan: Run) -> None:
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"all": "1", "verb": "exclude", "q": "001A"})
    assert list(plan.steps.filter(state=StepState.EXCLUDED).values_list("label", flat=True)) == ["Acme"]


def test_rows_that_only_tell_cannot_be_taken_in(as_olaf: Client, plan: Run) -> None:
    skipped = plan.steps.doing(SKIP).first()
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": skipped.pk, "verb": "include"})
    skipped.refresh_from_db()
    assert skipped.state == StepState.SKIPPED


def test_approving_queues_exactly_this_plan(as_olaf: Client, plan: Run) -> None:
    response = as_olaf.post(f"/runs/{plan.pk}/approve/", {"seen": seen_now(plan)})
    assert response["Location"] == f"/runs/{plan.pk}/"
    plan.refresh_from_db()
    assert plan.write
    assert plan.status is RunState.QUEUED
    assert plan.approved_by.username == "olaf"


def test_deleting_many_needs_their_number_typed(as_olaf: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync)
    for number in range(20):
        stored_step(run, f"Made {number}", Verb.DELETE.on(Side.RIGHT), right_id=f"8{number}")
    sealed(run)
    text = shown(as_olaf, f"/runs/{run.pk}/")
    assert "Type 20 to confirm" in text
    for typed in ({}, {"typed": ""}, {"typed": "19"}, {"typed": "2 0 0"}, {"typed": "²0"}):
        told = as_olaf.post(f"/runs/{run.pk}/approve/", {"seen": seen_now(run), **typed}, follow=True).content.decode()
        assert "It deletes 20 records. Type that number to approve it; nothing was written." in told
        run.refresh_from_db()
        assert run.status is RunState.PLANNED
    one = run.steps.first()
    as_olaf.post(f"/runs/{run.pk}/choose/", {"step": one.pk, "verb": "exclude"})
    assert "to confirm" not in shown(as_olaf, f"/runs/{run.pk}/"), "a few can be read one by one"
    as_olaf.post(f"/runs/{run.pk}/choose/", {"step": one.pk, "verb": "include"})
    run.refresh_from_db()
    as_olaf.post(f"/runs/{run.pk}/approve/", {"seen": seen_now(run), "typed": " 20 "})
    run.refresh_from_db()
    assert run.status is RunState.QUEUED


def test_a_plan_that_changed_since_it_was_read_is_not_approved(as_olaf: Client, plan: Run) -> None:
    seen = seen_now(plan)
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"all": "1", "verb": "exclude", "shape": "update_right:notes"})
    response = as_olaf.post(f"/runs/{plan.pk}/approve/", {"seen": seen}, follow=True)
    assert "The plan was changed since you opened it" in response.content.decode()
    plan.refresh_from_db()
    assert plan.status is RunState.PLANNED


def test_a_plan_with_one_step_for_another_is_not_the_one_that_was_read(as_olaf: Client, plan: Run) -> None:
    one, other = plan.steps.doing(Verb.UPDATE.on(Side.RIGHT))[:2]
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": other.pk, "verb": "exclude"})
    plan.refresh_from_db()
    seen = seen_now(plan)
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": one.pk, "verb": "exclude"})
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": other.pk, "verb": "include"})
    as_olaf.post(f"/runs/{plan.pk}/approve/", {"seen": seen})
    plan.refresh_from_db()
    assert plan.status is RunState.PLANNED


def test_a_plan_made_by_an_older_mapping_is_outdated_wherever_it_is_named(
    as_olaf: Client, quiet_sync: Sync, plan: Run
) -> None:
    """No page asks to approve it, lets its rows be changed, or says that it waits for approval."""
    tripped = {"guard": "renamed", "field": "name", "side": "right", "count": 3, "of": 4, "share": 1, "at_least": 1}
    Run.objects.filter(pk=plan.pk).update(tripped=[tripped], replaced={"right": {"notes": 2}})
    Sync.objects.filter(pk=quiet_sync.pk).update(revision=quiet_sync.revision + 1, automatic_updates=True)
    text = shown(as_olaf, f"/runs/{plan.pk}/?tile=update")
    assert "This plan is outdated The mapping was changed after it was made, so it cannot be approved" in text
    assert "Make a new plan" in text
    for word in ("Approve", "before you approve", "Waiting for approval", "Exclude", "Include", "Leave a row out",
                 "to write", "until this plan is approved"):  # fmt: skip
        assert word not in text
    as_olaf.post(f"/runs/{plan.pk}/choose/", {"all": "1", "shape": "", "tile": "update", "verb": "exclude"})
    assert not plan.steps.filter(state="excluded").exists()
    stored_record(quiet_sync, "left", "001A", "Acme", needs_planning=True)
    for path in ("/runs/?state=outdated", "/", "/records/accounts/left/001A/"):
        text = shown(as_olaf, path)
        assert "waits for approval" not in text
        assert path.startswith("/records/") or "Outdated" in text
    waiting = as_olaf.get("/runs/?state=planned").content.decode()
    assert f"/runs/{plan.pk}/" not in waiting.split("<tbody", 1)[-1]
    assert report(Run.objects.get(pk=plan.pk))["outdated"]
    as_olaf.post(f"/runs/{plan.pk}/approve/", {"seen": seen_now(plan)})
    plan.refresh_from_db()
    assert plan.status is RunState.PLANNED


def test_a_discarded_plan_writes_nothing(as_olaf: Client, plan: Run) -> None:
    response = as_olaf.post(f"/runs/{plan.pk}/discard/", follow=True)
    assert "The plan is discarded" in response.content.decode()
    plan.refresh_from_db()
    assert plan.status is RunState.DISCARDED


def test_organizations_without_an_account_are_told_with_the_way_to_create_them(as_vera: Client, plan: Run) -> None:
    """S3.48: creating accounts is off in our default, and the plan says so."""
    text = page(as_vera, plan)
    assert "2 organizations without an account" in text
    assert "Creating accounts in Salesforce is off" in text
    assert 'href="/syncs/accounts/"' in text


def test_calls_and_time_stand_beside_the_limits(as_vera: Client, quiet_sync: Sync, plan: Run) -> None:
    quiet_sync.left.facts = {"daily_limit": 15_000, "daily_used": 1_240}
    quiet_sync.left.save()
    quiet_sync.right.facts = {"rate_limit": 700}
    quiet_sync.right.save()
    text = page(as_vera, plan)
    assert "of 15,000 a day; 1,240 were used at the last test" in text
    assert "of 700 allowed a minute" in text
    quiet_sync.left.facts["daily_used_at"] = (timezone.now() - timedelta(minutes=3)).isoformat()
    quiet_sync.left.save()
    assert re.search(r"1,240 were used <time [^>]*>3 minutes ago</time>", page(as_vera, plan))
    assert "from revision 1 of the mapping" in text


def test_the_csv_file_holds_every_row_and_no_formula(as_vera: Client, quiet_sync: Sync) -> None:
    run = stored_run(quiet_sync)
    stored_step(
        run, "=HYPERLINK()", Verb.UPDATE.on(Side.RIGHT), change("notes", None, "-x"), left_id="001", right_id="2"
    )
    sealed(run)
    response = as_vera.get(f"/runs/{run.pk}/rows.csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert rows[0][:6] == ["action", "state", "held", "salesforce_id", "zendesk_id", "name"]
    assert rows[1][3:6] == ["001", "2", "'=HYPERLINK()"]
    assert rows[1][7] == "notes: (empty) → -x"


@pytest.mark.parametrize(
    ("query", "label", "names"),
    [
        ("", "CSV of all rows", {"Acme", "Beta", "Initech 1", "Umbrella"}),
        ("?tile=update", "CSV of: Update", {"Initech 1", "Acme"}),
        ("?shape=update_right:notes", "CSV of the open group", {"Initech 1"}),
        ("?tile=update&shape=update_right:notes", "CSV of the open group", {"Initech 1"}),
        ("?tile=tags", "CSV of the open group", {"Umbrella"}),
        ("?tile=held", "CSV of the open group", {"Beta"}),
        ("?q=0014", "CSV of the records found", {"Umbrella"}),
        ("?tile=nothing", "CSV of: all rows", {"Acme", "Beta", "Initech 1", "Umbrella"}),
    ],
)
def test_the_csv_file_holds_the_rows_that_are_looked_at_and_its_button_says_which(
    as_vera: Client, quiet_sync: Sync, query: str, label: str, names: set[str]
) -> None:
    run = stored_run(quiet_sync)
    stored_step(run, "Initech 1", Verb.UPDATE.on(Side.RIGHT), change("notes", "a", "b"), left_id="0011")
    stored_step(run, "Acme", Verb.UPDATE.on(Side.RIGHT), change("details", "a", "b"), left_id="0012")
    stored_step(
        run, "Beta", Verb.CREATE.on(Side.RIGHT), change("name", None, "Beta"), needs_approval=True, left_id="0013"
    )
    stored_step(run, "Umbrella", Verb.UPDATE.on(Side.RIGHT), change("tags", [], ["vip"]), left_id="0014")
    sealed(run)
    link = re.search(r'href="(/runs/\d+/rows\.csv[^"]*)" download>.*?</svg>([^<]+)</a>', page(as_vera, run, query))
    assert link, "the page offers no file"
    assert link.group(2) == label
    response = as_vera.get(html.unescape(link.group(1)))
    rows = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))
    assert {row["name"] for row in rows} == names


def test_the_dialog_and_the_page_of_the_run_name_the_guards_that_an_approval_lifts(
    as_olaf: Client, plan: Run, olaf: User
) -> None:
    """S3.C16: who approves reads which guards hold the plan, and afterwards everybody reads who lifted them."""
    trip = {"guard": "blanked", "side": "right", "field": "notes", "count": 40, "of": 50, "share": 5, "at_least": 20}
    Run.objects.filter(pk=plan.pk).update(tripped=[trip])
    dialog = page(as_olaf, plan).partition("<dialog")[2].partition("</dialog>")[0]
    assert "Approving lifts the guards below, for this plan only." in dialog
    assert "The guard “fields blanked” holds this plan: it would empty Notes of 40 of 50" in dialog
    approved = {"approved_by": olaf, "approved_at": timezone.now(), "approved_plan": plan.plan_hash}
    Run.objects.filter(pk=plan.pk).update(state=RunState.COMPLETED, finished_at=timezone.now(), **approved)
    text = page(as_olaf, plan)
    assert "1 guard lifted by olaf on 20" in text
    assert "was lifted for this plan, which was to empty Notes of 40 of 50 organizations" in text
    Run.objects.filter(pk=plan.pk).update(approved_plan="", state=RunState.DISCARDED)
    assert "lifted by" not in page(as_olaf, plan)


def test_a_plan_that_a_guard_holds_says_which_and_shows_what_people_wrote(as_vera: Client, quiet_sync: Sync) -> None:
    """The numbers on top, a tile that filters, a mark on the row and on the value; approving lifts it for this plan."""
    trip = {"guard": "replaced", "side": "right", "field": "", "count": 63, "of": 120, "share": 10, "at_least": 10}
    run = stored_run(quiet_sync, tripped=[trip], replaced={"right": {"notes": 60, "details": 3}})
    typed = Change("notes", "Typed by Olga", "From Salesforce", replaces=Replaced.UNSYNCED)
    stored_step(run, "Acme", Verb.UPDATE.on(Side.RIGHT), typed, left_id="0011", right_id="91")
    stored_step(run, "Beta", Verb.UPDATE.on(Side.RIGHT), change("notes", None, "new"), left_id="0012", right_id="92")
    text = page(as_vera, sealed(run))
    assert "This plan changes more than its guards allow" in text
    assert "it would replace 63 values that people wrote in Zendesk (Notes 60, Details 3), where 120 org" in text
    assert "63 values that people wrote in Zendesk are replaced: Notes 60, Details 3" in text
    assert tile(text, "Values of people") == 1
    assert "Only Notes changes in Zendesk, over what people wrote" in text
    shown = page(as_vera, run, "?tile=replacing")
    assert "Acme" in shown
    assert "Beta" not in shown
    assert "Replaces what people wrote</span>" in shown
    assert re.search(r"Typed by Olga.{0,900}Written by people", shown)
    exported = b"".join(as_vera.get(f"/runs/{run.pk}/rows.csv?tile=replacing").streaming_content)
    assert (b"Acme" in exported, b"Beta" in exported) == (True, False)


@pytest.mark.parametrize("records", [3, 300])
@pytest.mark.parametrize("query", ["", "?shape=update_right:notes", "?tile=update", "?q=001"])
def test_a_plan_costs_the_same_queries_whatever_its_size(
    as_vera: Client, quiet_sync: Sync, django_assert_max_num_queries, records: int, query: str
) -> None:
    run = stored_run(quiet_sync)
    for number in range(records):
        ids = {"left_id": f"001{number}", "right_id": f"9{number}"}
        stored_step(run, f"Company {number}", Verb.UPDATE.on(Side.RIGHT), change("notes", "a", "b"), **ids)
    sealed(run)
    with django_assert_max_num_queries(23):
        assert as_vera.get(f"/runs/{run.pk}/{query}").status_code == 200


def test_groups_and_rows_tell_values_and_not_only_fields(as_vera: Client, plan: Run) -> None:
    shape = plan.steps.get(label="Initech 1").group_key
    plan.value_counts = {shape: {"notes": [["silver", 20], ["gold", 19], ["", 3], [None, 1250]]}}
    plan.save(update_fields=["value_counts"])
    text = page(as_vera, plan)
    assert "Notes: silver 20, gold 19, emptied 3, others 1,250" in text
    rows = page(as_vera, plan, f"?shape={quote(shape)}")
    assert "Notes: old → new" in rows
    tags = page(as_vera, plan, "?q=001U")
    assert "Tags: +banking −farming" in tags
    assert "Name: – → Acme" in page(as_vera, plan, "?q=001A")
