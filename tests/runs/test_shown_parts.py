"""What the pages are made of: shapes in words, tiles, phases, marks, lengths of time."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from connectors.models import Connection
from mappings.kinds.registry import kind_of, kinds
from mappings.models import Sync
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.match import How
from syncadmin.engine.steps import Change, Operation
from syncadmin.runs.models import Run
from syncadmin.runs.pages.runs import equation, phases, step_filters
from syncadmin.runs.pages.runs.selectors import bars
from syncadmin.runs.pages.runs.step_rows import FieldMark, ShownNames, field_lines, match_label
from syncadmin.runs.services import csv_rows
from syncadmin.runs.status import step_groups
from syncadmin.runs.status.labels import with_labels
from syncadmin.runs.status.reasons import remedy_for
from syncadmin.runs.status.record_status import NEEDS_A_PERSON, RECORD_STATUSES, RecordStatus, advice_of, record_status
from syncadmin.runs.status.run_status import RUN_STATUSES
from syncadmin.runs.status.states import Status
from syncadmin.runs.status.step_status import STEP_STATUSES
from syncadmin.runs.storage import summary
from syncadmin.runs.storage.summary import StepGroup
from syncadmin.runs.templatetags.runs import as_value, lasting, records, share
from syncadmin.web.badges import Tone

NAMES = kind_of("accounts_organizations").names
ACCOUNTS, PEOPLE = kind_of("accounts_organizations"), kind_of("contacts_users")
SYNC = Sync(kind="accounts_organizations")


@pytest.mark.parametrize(
    "shape, text",
    [
        ("create_right:new", "New organizations in Zendesk"),
        ("create_left:held", "New accounts in Salesforce that look like existing ones"),
        ("create_right:unanswered", "New organizations in Zendesk that an earlier run may have made"),
        ("add_membership:organization_id", "New memberships in Zendesk"),
        ("remove_membership:organization_id", "Memberships removed in Zendesk"),
        ("update_right:notes", "Only Notes changes in Zendesk"),
        ("update_right:fields.plan_tier,notes", "Plan and Notes change in Zendesk"),
        ("update_right:a,b,c,d,+7#12ab", "A, B, C and 8 more fields change in Zendesk"),
        ("update_left:Phone", "Only Phone changes in Salesforce"),
        ("link:external_id", "Linked; only External id changes"),
        ("link:", "Linked; nothing changes"),
        ("skip:unmatched", "Skipped: unknown to the other system"),
        ("skip:something_new", "Skipped: something new"),
        ("delete_right:name", "Organizations deleted in Zendesk"),
        ("unlink:", "Links taken back"),
        ("unlink:fields.plan_tier,notes", "Links taken back; Plan and Notes change back"),
        ("conflict:both_changed", "Both sides differ; choose a value"),
        ("problem:value", "A value does not fit its field"),
    ],
)
def test_a_group_reads_as_one_line(shape: str, text: str) -> None:
    assert (
        step_groups.title(
            GroupKey.parse(shape), PEOPLE if "membership" in shape else ACCOUNTS, {"fields.plan_tier": "Plan"}
        )
        == text
    )


@given(st.sampled_from(list(Operation.known())), st.text(st.characters(categories=["Ll"]), max_size=8))
def test_every_action_has_a_title_and_a_tile(operation: Operation, detail: str) -> None:
    kind = next((kind for kind in kinds() if operation.relation in {made.name for made in kind.relations}), PEOPLE)
    group = StepGroup(f"{operation.word}:{detail}", StepState.PLANNED, False, 3)
    assert step_groups.title(group.key, kind, {})
    assert sum(tile.number for tile in step_filters.plan_tiles([group], "", kind)) == 3


@given(st.lists(st.tuples(st.sampled_from(list(StepState)), st.integers(1, 1_000)), max_size=8))
def test_the_outcome_tiles_hold_every_step_once(states: list[tuple[StepState, int]]) -> None:
    groups = [StepGroup("update_right:notes", state, False, number) for state, number in states]
    assert sum(tile.number for tile in step_filters.result_tiles(groups, "")) == sum(number for _, number in states)


@pytest.mark.parametrize("how", How)
def test_every_way_to_match_has_words(how: How) -> None:
    assert match_label(how, NAMES)
    assert "{" not in match_label(how, kind_of("contacts_users").names)


@given(st.sampled_from(list(RecordStatus)))
def test_an_advice_speaks_the_words_of_its_kind(standing: RecordStatus) -> None:
    assert "{" not in advice_of(standing, kind_of("leads_users").names)


def test_a_tile_without_steps_is_no_link() -> None:
    assert {tile.url for tile in step_filters.plan_tiles([], "", PEOPLE)} == {""}


def test_an_active_tile_leads_back_to_everything() -> None:
    found = step_filters.plan_tiles([StepGroup("skip:unmatched", StepState.SKIPPED, False, 2)], "skip", PEOPLE)
    assert [(tile.url, tile.active) for tile in found if tile.number] == [("?", True)]


@pytest.mark.parametrize(("statuses", "states"), [(RUN_STATUSES, RunState), (STEP_STATUSES, StepState)])
def test_every_state_has_a_word_of_its_own_a_tone_and_an_icon(
    statuses: dict[str, Status], states: type[StrEnum]
) -> None:
    """Never colour alone."""
    assert set(statuses) == set(states)
    assert all(status.label and status.icon and status.tone in set(Tone) for status in statuses.values())
    assert len({status.label for status in statuses.values()}) == len(states)


def test_green_means_all_went_well() -> None:
    assert [state for state, status in RUN_STATUSES.items() if status.tone == "green"] == [RunState.COMPLETED]
    assert [state for state, status in STEP_STATUSES.items() if status.tone == "green"] == [StepState.DONE]


def test_each_status_of_a_record_is_described_and_those_that_need_a_person_say_what_to_do() -> None:
    assert set(RECORD_STATUSES) == set(RecordStatus)
    assert {status.tone for status in RECORD_STATUSES.values()} <= set(Tone)
    assert all(RECORD_STATUSES[standing].advice for standing in NEEDS_A_PERSON)
    assert record_status("new_word").label == "New word"


@pytest.mark.parametrize("code", ["DuplicateValue", "drift", "REQUIRED_FIELD_MISSING"])
def test_a_known_refusal_comes_with_what_to_do(code: str) -> None:
    assert remedy_for(code).endswith(".")
    assert "administrator" not in remedy_for(code)


@pytest.mark.parametrize(
    "before, after, mark",
    [
        (None, "a", FieldMark.SET),
        ("", "a", FieldMark.SET),
        ("a", "b", FieldMark.CHANGED),
        ("a", None, FieldMark.CLEARED),
        (0, 5, FieldMark.CHANGED),
    ],
)
def test_a_field_is_marked_as_set_changed_or_cleared(before: object, after: object, mark: FieldMark) -> None:
    line = field_lines([Change("fields.annual_revenue", before, after)], ShownNames({}))[0]
    assert (line.mark, line.label) == (mark, "Annual revenue")


def test_a_list_shows_what_is_added_and_removed() -> None:
    line = field_lines([Change("tags", ["vip"], None, add=("a",), remove=("b",))], ShownNames({"tags": "Tags"}))[0]
    assert (line.mark, line.before, line.add, line.remove) == (FieldMark.CHANGED, ["vip"], ("a",), ("b",))
    assert csv_rows.in_words(Change("tags", [], None, add=("a",), remove=("b",))) == "tags: +a −b"


@pytest.mark.parametrize(
    "seconds, text",
    [(0, "0.0 s"), (0.01, "under 0.1 s"), (0.44, "0.4 s"), (12.4, "12 s"), (252, "4 min 12 s"), (7_500, "2 h 5 min")],
)
def test_a_length_of_time_reads_as_people_say_it(seconds: float, text: str) -> None:
    assert lasting(seconds) == text
    assert lasting(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    "percent, text", [(0, "0 %"), (0.04, "under 0.1 %"), (0.83, "0.8 %"), (12.3, "12 %"), (None, "–")]
)
def test_a_share_is_never_rounded_to_nothing(percent: float | None, text: str) -> None:
    assert share(percent) == text


def test_values_read_as_people_write_them() -> None:
    given = (87_570_000.0, 2.5, 1_234, True, None, ["a", "b"], "text")
    assert [as_value(value) for value in given] == ["87,570,000", "2.5", "1,234", "yes", "–", "a, b", "text"]
    assert [records(1), records(1_200)] == ["1 record", "1,200 records"]


def test_small_runs_stay_visible_beside_a_large_one() -> None:
    runs = [Run(state=RunState.COMPLETED, counts={"written": number}) for number in (0, 25, 10_000)]
    assert [bar.height for bar in bars(runs)] == [20, 20, 100]
    assert [bar.height for bar in bars(runs[:1])] == [20]


def test_a_phase_has_no_rate_before_it_has_worked_a_second() -> None:
    entry = {"done": 50, "total": 100, "seconds": 0.0, "clock": 0.4, "state": "working"}
    found = phases.phases(Run(sync=SYNC, state=RunState.WRITING, phases={"write": entry}))[-1]
    assert (found.rate, found.left, found.percent) == (None, None, 50)


def test_a_phase_that_was_at_work_when_the_run_ended_is_stopped() -> None:
    entry = {"done": 50, "total": 100, "seconds": 3.0, "state": "working"}
    run = Run(sync=SYNC, state=RunState.CANCELLED, phases={"write": entry})
    assert phases.phases(run)[-1].state == "stopped"
    assert phases.phases(run)[-1].left is None


def test_an_undo_has_no_phases_of_reading() -> None:
    assert [phase.name for phase in phases.phases(Run(sync=SYNC, undo_of_id=1))] == ["plan", "write"]


def test_what_was_read_for_a_plan_is_no_sign_of_life_of_its_writing() -> None:
    """A plan may wait for a person for days."""
    now = timezone.now()
    read = {"done": 5, "total": 5, "state": "done", "last": (now - timedelta(days=2)).isoformat()}
    run = Run(state=RunState.WRITING, write=True, planned_at=now, heartbeat_at=now, phases={"plan": read})
    assert phases.activity(run, now).last_at is None
    run.phases["write"] = {**read, "last": now.isoformat()}
    assert phases.activity(run, now).last_at == now


def test_a_run_in_health_has_no_trouble() -> None:
    now = timezone.now()
    run = Run(state=RunState.WRITING, heartbeat_at=now, lease_until=now + timedelta(minutes=1))
    activity = phases.activity(run, now)
    assert (activity.quiet_for, activity.untaken, activity.abandoned) == (None, False, False)


def test_what_was_written_is_counted_from_the_steps_whatever_the_phase_had_noted() -> None:
    """A worker died after it had noted 1,490; a guard holds ten, and a person has left five out."""
    entry = {"done": 1_490, "total": 3_991, "seconds": 3.0, "state": "working"}
    groups = [
        summary.StepGroup("create_right:new", StepState.DONE, False, 3_800),
        summary.StepGroup("create_right:new", StepState.REJECTED, False, 91),
        summary.StepGroup("create_right:new", StepState.PLANNED, False, 100),
        summary.StepGroup("create_right:held", StepState.PLANNED, True, 10),
        summary.StepGroup("create_right:new", StepState.EXCLUDED, False, 5),
        summary.StepGroup("skip:ambiguous", StepState.SKIPPED, False, 7),
    ]
    found = phases.phases(Run(sync=SYNC, state=RunState.WRITING, phases={"write": entry}), groups)[-1]
    assert (found.done, found.total) == (3_891, 3_991)


def test_the_time_of_a_phase_goes_on_while_a_call_is_not_answered() -> None:
    now = timezone.now()
    since = (now - timedelta(seconds=90)).isoformat()
    waits = {"system": "Zendesk", "what": "job", "number": 30, "since": (now - timedelta(seconds=40)).isoformat()}
    entry = {
        "done": 10,
        "total": 20,
        "seconds": 30.0,
        "clock": 31.0,
        "since": since,
        "waits": waits,
        "state": "working",
    }
    run = Run(sync=SYNC, state=RunState.WRITING, phases={"write": entry}, lease_until=now + timedelta(minutes=1))
    found = phases.phases(run, now=now)[-1]
    assert (found.seconds, found.left) == (120.0, 120.0)
    assert found.waits is not None
    assert (found.waits.words, found.waits.seconds) == ("30 jobs in Zendesk", 40.0)
    run.state = RunState.PAUSED
    stopped = phases.phases(run, now=now)[-1]
    assert (stopped.state, stopped.seconds, stopped.waits) == ("stopped", 31.0, None)


def test_a_run_that_waits_in_the_queue_has_no_record_of_now() -> None:
    run = Run(state=RunState.QUEUED, heartbeat_at=timezone.now(), created_at=timezone.now())
    assert phases.activity(run, timezone.now()).last_at is None


def test_a_plan_that_waits_has_neither_written_nor_rejected_anything() -> None:
    run = Run(state=RunState.PLANNED, planned=14)
    groups = [
        summary.StepGroup("create_right:new", StepState.PLANNED, False, 7),
        summary.StepGroup("create_left:held", StepState.PLANNED, True, 2),
        summary.StepGroup("update_right:notes", StepState.EXCLUDED, False, 1),
        summary.StepGroup("skip:unmatched", StepState.SKIPPED, False, 3),
        summary.StepGroup("problem:value", StepState.REJECTED, False, 1),
    ]
    shown = equation.terms(run, groups, summary.counts_of(run, groups))
    assert [(term.number, term.word) for term in shown] == [
        (7, "to write"), (2, "held"), (1, "left out"), (3, "skipped"), (1, "not fitting"),
    ]  # fmt: skip
    run.state = RunState.WRITING
    assert [(t.number, t.word) for t in equation.terms(run, groups, summary.counts_of(run, groups)) if t.number] == [
        (4, "skipped"), (1, "not fitting"), (9, "remaining"),
    ]  # fmt: skip


def test_a_log_line_names_a_field_by_its_label_beside_its_key() -> None:
    labels = {"fields.annual_revenue": "Annual revenue", "fields.annual": "Annual", "Tier__c": "Tier", "email": "Email"}
    told = with_labels("Tier__c → fields.annual_revenue: no number (email, fields.annual, fields.x)", labels)
    assert told == (
        "Tier (Tier__c) → Annual revenue (fields.annual_revenue): no number (email, Annual (fields.annual), fields.x)"
    )
    assert with_labels("fields.annual_revenue", {}) == "fields.annual_revenue"
    sentence = "Tier__c → fields.annual_revenue: no number"
    assert with_labels(sentence, labels, keys=False) == "Tier → Annual revenue: no number"
    twins = {**labels, "fields.tier": "Tier"}
    assert with_labels("Tier__c → fields.tier", twins, keys=False) == "Tier (Tier__c) → Tier (fields.tier)"


@pytest.mark.parametrize(
    ("right", "ids"), [("zendesk", ("salesforce_id", "zendesk_id")), ("salesforce", ("left_id", "right_id"))]
)
def test_ids_in_the_csv_of_a_run_are_named_after_their_system_where_that_tells_them_apart(
    right: str, ids: tuple[str, str]
) -> None:
    sync = Sync(left=Connection(kind="salesforce"), right=Connection(kind=right))
    assert csv_rows.header(Run(sync=sync))[3:5] == ids
