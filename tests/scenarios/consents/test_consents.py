"""Consents of Didomi reach contacts and leads by paging its users (S4.1-S4.16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.models import Connection
from mappings.config import store as config_store
from mappings.config.file import ConfigFileError
from syncadmin.engine.lifecycle import RunState
from syncadmin.engine.match import How
from syncadmin.runs import queue
from syncadmin.runs.models import Run, SideState
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as services
from tests.worlds.consents import MAPPINGS, Consents, statuses
from tests.worlds.runs import advance, counts, plan, run

EARLY, LATE = "2026-03-01T10:00:00Z", "2026-05-01T10:00:00Z"


def outcome(done: Run) -> dict[str, int]:
    """What became of the steps of a run."""
    return {word: number for word, number in counts(done).items() if number}


def test_choices_become_checkboxes_lists_and_dates_and_a_second_run_finds_nothing(world: Consents) -> None:
    """S4.2, S4.8, S4.14: true, false, no choice, a list, a date."""
    for name in ("Ada", "Bob", "Cid", "Dan"):
        world.contact(name, f"{name}@acme.example", Newsletter__c=name in ("Cid", "Bob"), Languages__c="de")
    world.collect("ada@ACME.example", purposes={"newsletter": True}, created_at=EARLY)
    world.collect("ada@ACME.example", preferences={"language": ["it", "en"]}, created_at=LATE)
    world.collect("bob@acme.example", purposes={"newsletter": False}, preferences={"language": []}, created_at=EARLY)
    world.collect("cid@acme.example", purposes={"newsletter": None}, created_at=EARLY)
    sync = world.store()
    waiting = plan(sync)
    assert waiting.status is RunState.PLANNED, waiting.message
    assert world.consents()["Ada"] == (False, "de", None), "a plan writes nothing"
    done = advance(services.approve(waiting, enqueue=False))
    assert done.status is RunState.COMPLETED, done.message
    assert world.consents() == {
        "Ada": (True, "en;it", "2026-03-01T10:00:00.000+0000"),
        "Bob": (False, "de", "2026-03-01T10:00:00.000+0000"),
        "Cid": (True, "de", None),
        "Dan": (False, "de", None),
    }, "no choice is not false, and what was there before is not emptied by a first link"
    world.pass_time()
    assert counts(run(sync))["planned"] == 0
    for endpoint in (world.didomi, world.salesforce):
        world.control(endpoint, "DELETE", "stats")
    world.pass_time()
    assert counts(run(sync))["planned"] == 0
    assert sum(sum(world.calls(endpoint).values()) for endpoint in (world.didomi, world.salesforce)) <= 11

    world.pass_time()
    world.collect("ada@ACME.example", purposes={"newsletter": False}, created_at="2026-05-02T10:00:00Z")
    world.collect("ada@ACME.example", purposes={"newsletter": None}, user_id="other-device", created_at=EARLY)
    world.collect("cid@acme.example", preferences={"language": ["fr"]}, created_at=LATE)
    assert counts(run(sync))["written"] == 2
    assert world.consents()["Ada"] == (False, "en;it", "2026-05-02T10:00:00.000+0000")
    world.pass_time()
    world.collect("cid@acme.example", preferences={"language": []})
    run(sync)
    assert world.consents()["Cid"] == (True, None, None), "a list that somebody has emptied empties the field"


def test_who_matches_nobody_is_skipped_and_tried_again_when_such_a_record_appears(world: Consents) -> None:
    """S4.4, S4.5; acceptance test 13."""
    world.collect("new@acme.example", purposes={"newsletter": True})
    world.collect("visitor", user_id="device", purposes={"newsletter": True})
    world.contact("Somebody", "somebody@acme.example")
    sync = world.store()
    first = run(sync)
    assert outcome(first) == {"planned": 2, "skipped": 2}
    assert set(first.steps.values_list("reason_code", flat=True)) == {"no_match"}
    assert statuses(sync) == {"new@acme.example": "no_match", "visitor": "no_match"}
    assert counts(run(sync))["planned"] == 0, "told once"
    assert set(world.rows()) == {"Somebody"}

    world.contact("Newcomer", "New@acme.example")
    world.pass_time()
    assert counts(run(sync))["written"] == 1
    assert world.consents()["Newcomer"][0] is True
    assert statuses(sync)["new@acme.example"] == "in_sync"


def test_a_record_that_gets_another_id_gets_the_consents_of_that_one_alone(world: Consents) -> None:
    """S4.4: what a record holds in the compared field says whose it is, except where somebody has linked it."""
    moved, chosen = world.contact("Moved", "old@acme.example"), world.contact("Chosen", "chosen@acme.example")
    for who in ("old", "chosen"):
        world.collect(f"{who}@acme.example", purposes={"newsletter": True}, created_at=EARLY)
    sync = world.store()
    assert counts(run(sync))["written"] == 2
    sync.links.filter(right_id=chosen).update(how=How.DECISION)
    for id, name in ((moved, "new"), (chosen, "newer")):
        world.edit(id, Email=f"{name}@acme.example")
    world.pass_time()
    world.collect("new@acme.example", purposes={"newsletter": False}, created_at=LATE)
    for who in ("old", "chosen"):
        world.collect(f"{who}@acme.example", preferences={"language": ["fr"]}, created_at=LATE)
    assert outcome(run(sync)) == {"planned": 3, "written": 2, "skipped": 1}
    assert {name: held[:2] for name, held in world.consents().items()} == {
        "Moved": (False, None),
        "Chosen": (True, "fr"),
    }
    assert statuses(sync) == {
        "old@acme.example": "no_match",
        "new@acme.example": "in_sync",
        "chosen@acme.example": "in_sync",
    }
    world.contact("Again", "old@acme.example")
    world.pass_time()
    assert counts(run(sync))["written"] == 1
    assert world.consents()["Again"][:2] == (True, "fr")
    assert counts(run(sync))["planned"] == 0


def test_upsert_makes_contacts_and_leads_with_the_defaults_of_the_form(world: Consents) -> None:
    world.collect("ada@acme.example", purposes={"newsletter": True})
    world.contact("Old", "old@acme.example")
    sync = world.store(upsert=True, new_record={"LastName": "From Didomi"})
    assert counts(run(sync))["written"] == 1
    made = world.rows()["From Didomi"]
    assert (made["Email"], made["Newsletter__c"]) == ("ada@acme.example", True)
    leads = world.store(slug="leads", kind="consents_leads", upsert=True)
    assert counts(run(leads))["written"] == 1
    made = world.rows("Lead")["Unknown"]
    assert (made["Company"], made["Email"], made["Newsletter__c"]) == ("Unknown", "ada@acme.example", True)
    assert counts(run(leads))["planned"] == counts(run(sync))["planned"] == 0


def test_a_record_that_was_made_for_a_user_stays_its_own_when_its_email_is_corrected(world: Consents) -> None:
    """One person is one contact: the organization user ID is the same, so the stored link says whose it is."""
    world.collect("ada@acme.exmaple", purposes={"newsletter": True}, created_at=EARLY)
    sync = world.store(upsert=True)
    run(sync)
    made = world.rows()["Unknown"]["Id"]
    world.edit(made, Email="ada@acme.example", LastName="Lovelace")
    world.pass_time()
    world.collect("ada@acme.exmaple", purposes={"newsletter": False}, created_at=LATE)
    assert outcome(run(sync)) == {"planned": 1, "written": 1}
    assert {name: held[0] for name, held in world.consents().items()} == {"Lovelace": False}
    assert counts(run(sync, full=True))["planned"] == 0

    world.pass_time()
    world.collect("ada@acme.example", purposes={"newsletter": True})
    run(sync)
    assert {name: bool(held[0]) for name, held in world.consents().items()} == {"Lovelace": True, "Unknown": False}, (
        "a user who has the new address takes the contact"
    )
    assert world.rows()["Unknown"]["Email"] == "ada@acme.exmaple"
    assert counts(run(sync, full=True))["planned"] == 0


@pytest.mark.parametrize(("several", "written"), [("none", set()), ("first", {"A"}), ("all", {"A", "B", "C"})])
def test_several_records_with_one_id_are_written_as_chosen(world: Consents, several: str, written: set[str]) -> None:
    for name in ("A", "B", "C"):
        world.contact(name, "twin@acme.example")
    world.collect("twin@acme.example", purposes={"newsletter": True})
    sync = world.store(several=several)
    run(sync)
    assert {name for name, held in world.consents().items() if held[0]} == written
    assert statuses(sync)["twin@acme.example"] == ("in_sync" if written else "ambiguous")
    assert counts(run(sync))["planned"] == 0
    world.pass_time()
    world.collect("twin@acme.example", purposes={"newsletter": False})
    run(sync)
    assert not any(held[0] for held in world.consents().values())


@pytest.mark.parametrize(("several", "written"), [("none", set()), ("first", {"A"}), ("all", {"A", "B"})])
def test_a_record_that_gets_the_id_of_a_linked_one_counts_as_if_it_had_been_there(
    world: Consents, several: str, written: set[str]
) -> None:
    world.contact("A", "twin@acme.example")
    world.collect("twin@acme.example", purposes={"newsletter": False}, created_at=EARLY)
    sync = world.store(several=several)
    run(sync)
    world.pass_time()
    twin = world.contact("B", "twin@acme.example")
    world.pass_time()
    world.collect("twin@acme.example", purposes={"newsletter": True}, created_at=LATE)
    run(sync)
    assert {name for name, held in world.consents().items() if held[0]} == written
    assert statuses(sync)["twin@acme.example"] == ("in_sync" if written else "ambiguous")
    world.edit(twin, Email="other@acme.example")
    world.pass_time()
    run(sync)
    assert world.consents()["A"][0] is True
    assert counts(run(sync))["planned"] == 0


def test_another_field_may_hold_the_id_and_must_be_able_to(world: Consents) -> None:
    """S4.13."""
    world.contact("Ada", "ada@acme.example", External_Key__c="P-1")
    world.collect("p-1", purposes={"newsletter": True})
    world.collect("ada@acme.example", purposes={"newsletter": False})
    sync = world.store(match_field="External_Key__c")
    assert outcome(run(sync)) == {"planned": 2, "written": 1, "skipped": 1}
    assert world.consents()["Ada"][0] is True
    with pytest.raises(ConfigFileError, match="does not tell records apart"):
        world.store(match_field="Newsletter__c", ask=True)


def test_a_regulation_writes_what_is_mapped_from_it_alone(world: Consents) -> None:
    world.contact("Ada", "ada@acme.example", Nickname__c="as it is")
    world.collect("ada@acme.example", purposes={"newsletter": True})
    world.collect("ada@acme.example", purposes={"newsletter": False, "offers": True}, regulation="cpra")
    both = [
        {"left": "purposes.newsletter", "right": "Newsletter__c"},
        {"left": "cpra.purposes.newsletter", "right": "Nickname__c", "value_map": {"disabled": "opted out"}},
        {"left": "cpra.purposes.offers", "right": "Summary__c"},
    ]
    sync = world.store(regulation=["gdpr", "cpra"], mappings=both)
    assert counts(run(sync))["written"] == 1
    ada = world.rows()["Ada"]
    assert (ada["Newsletter__c"], ada["Nickname__c"], ada["Summary__c"]) == (True, "opted out", "enabled")
    world.pass_time()
    world.collect("ada@acme.example", purposes={"newsletter": True}, regulation="cpra")
    run(world.store(regulation=["cpra"], mappings=[MAPPINGS[0]]))
    assert world.rows()["Ada"]["Newsletter__c"] is True
    world.pass_time()
    world.collect("ada@acme.example", purposes={"newsletter": False})
    assert counts(run(sync))["planned"] == 0, "GDPR is none of this sync's business"


def test_no_choice_is_written_where_the_administrator_says_so(world: Consents) -> None:
    world.contact("Ada", "ada@acme.example", Newsletter__c=True, Status__c="Current")
    world.collect("ada@acme.example", purposes={"newsletter": None, "offers": None})
    mapped = [
        {"left": "purposes.newsletter", "right": "Newsletter__c", "value_map": {"null": "false"}},
        {"left": "purposes.offers", "right": "Profile__c", "value_map": {"enabled": "Buyer", "null": "Other"}},
    ]
    run(world.store(mappings=mapped))
    assert (world.rows()["Ada"]["Newsletter__c"], world.rows()["Ada"]["Profile__c"]) == (False, "Other")


def test_a_converted_lead_is_skipped_with_the_reason_and_its_contact_written(world: Consents) -> None:
    """S4.16."""
    lead = world.lead("Gone", "gone@acme.example")
    world.lead("Here", "here@acme.example")
    for who in ("gone", "here"):
        world.collect(f"{who}@acme.example", purposes={"newsletter": True})
    world.control(world.salesforce, "POST", "convert", {"lead": lead})
    leads = world.store(slug="leads", kind="consents_leads", upsert=True)
    assert outcome(run(leads)) == {"planned": 2, "written": 1, "skipped": 1}
    assert statuses(leads) == {"gone@acme.example": "converted", "here@acme.example": "in_sync"}
    contacts = world.store()
    assert counts(run(contacts))["written"] == 1
    assert world.consents()["Gone"][0] is True

    contact = world.contact("Keyless", None)
    world.control(world.salesforce, "POST", "convert", {"lead": world.rows("Lead")["Here"]["Id"], "contact": contact})
    world.edit(contact, Email="other@acme.example")
    world.pass_time()
    assert counts(run(contacts))["written"] == 0, "nobody has told of the conversion yet"
    run(leads)
    assert contact in leads.mirror.get(side="left", remote_id="here@acme.example").reason
    assert counts(run(contacts))["written"] == 1, "what its lead became is its contact, whatever the email"
    assert (world.consents()["Keyless"][0], world.rows()["Keyless"]["Email"]) == (True, "other@acme.example")
    assert counts(run(contacts))["planned"] == counts(run(leads))["planned"] == 0


@pytest.mark.parametrize(
    ("policy", "written", "kept"),
    [("mark", 1, (True, "en", True)), ("keep", 0, (True, "en", False)), ("clear", 1, (False, None, True))],
)
def test_a_user_who_was_deleted_is_listed_and_marked_and_its_consents_kept_or_cleared(
    world: Consents, policy: str, written: int, kept: tuple[object, ...]
) -> None:
    """Lists of changes do not tell of deletions, so a run looks the whole list through. The mark is a checkbox that
    “User was deleted” is mapped to; without one the user is listed alone.
    """
    world.contact("Ada", "ada@acme.example")
    world.collect("ada@acme.example", purposes={"newsletter": True}, preferences={"language": ["en"]})
    sync = world.store(when_user_deleted=policy)
    run(sync)
    marked = [*MAPPINGS[:2], {"left": "deleted", "right": "Consent_Deleted__c"}]
    if policy == "mark":
        world.forget("ada@acme.example")
        assert outcome(run(sync)) == {"planned": 1, "skipped": 1}
        assert world.consents()["Ada"][:2] == (True, "en")
        world.collect("ada@acme.example", purposes={"newsletter": True})
    sync = world.store(when_user_deleted=policy, mappings=marked)
    run(sync)
    world.forget("ada@acme.example")
    ended = run(sync)
    assert (counts(ended)["written"], statuses(sync)) == (written, {"ada@acme.example": "deleted"})
    row = world.rows()["Ada"]
    assert (bool(row["Newsletter__c"]), row.get("Languages__c"), bool(row.get("Consent_Deleted__c"))) == kept
    assert counts(run(sync))["written"] == 0
    world.collect("ada@acme.example", purposes={"newsletter": True})
    run(sync)
    row = world.rows()["Ada"]
    assert (row["Newsletter__c"], bool(row.get("Consent_Deleted__c"))) == (True, False), "who is back is marked no more"
    assert statuses(sync) == {"ada@acme.example": "in_sync"}


def test_automatic_updates_look_for_deleted_users_once_an_hour(
    world: Consents, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(queue, "send", sent.append)
    world.contact("Ada", "ada@acme.example")
    world.collect("ada@acme.example", purposes={"newsletter": True})
    world.collect("bob@acme.example", purposes={"newsletter": True})
    sync = world.store(automatic_updates=True)
    run(sync)

    def clock_runs() -> None:
        assert automatic.start_due() == 1
        jobs.advance_run(sent.pop())

    world.forget("ada@acme.example")
    clock_runs()
    assert statuses(sync)["ada@acme.example"] == "in_sync", "the last look is not an hour ago"
    SideState.objects.filter(sync=sync).update(listed_at=timezone.now() - timedelta(minutes=61))
    clock_runs()
    assert statuses(sync) == {"ada@acme.example": "deleted", "bob@acme.example": "no_match"}
    listed = SideState.objects.get(sync=sync, side="left").listed_at
    assert timezone.now() - listed < timedelta(minutes=30)


def test_a_consent_that_is_withdrawn_while_a_plan_waits_is_not_written(world: Consents) -> None:
    for name in ("Ada", "Bob", "Cid"):
        world.contact(name, f"{name}@acme.example")
        world.collect(f"{name}@acme.example".lower(), purposes={"newsletter": True}, created_at=EARLY)
    world.collect("new@acme.example", purposes={"newsletter": True}, created_at=EARLY)
    sync = world.store(upsert=True)
    waiting = plan(sync)
    world.pass_time()
    world.collect("ada@acme.example", purposes={"newsletter": False}, created_at=LATE)
    world.collect("new@acme.example", purposes={"newsletter": False}, created_at=LATE)
    world.forget("cid@acme.example")
    done = advance(services.approve(waiting, enqueue=False))
    assert outcome(done) == {"planned": 4, "written": 1, "conflicts": 3}
    assert {name for name, held in world.consents().items() if held[0]} == {"Bob"}
    run(sync)
    assert {name for name, held in world.consents().items() if held[0]} == {"Bob"}
    assert set(world.consents()) == {"Ada", "Bob", "Cid", "Unknown"}, "the new one is made with what it says now"
    assert statuses(sync)["cid@acme.example"] == "deleted"
    assert counts(run(sync))["planned"] == 0


def test_the_latest_event_tells_when_where_and_by_what_proof(world: Consents) -> None:
    """Proof ID, source and last change follow the latest event, not the one that came last."""
    world.contact("Ada", "ada@acme.example")
    latest = [
        {"left": name, "right": right}
        for name, right in (
            ("last_changed", "Newsletter_Date__c"),
            ("source", "Department"),
            ("proof_id", "External_Key__c"),
        )
    ]
    sync = world.store(mappings=[MAPPINGS[0], *latest])
    proofs = {}
    for moment, domain in ((LATE, "shop.acme.example"), (EARLY, "www.acme.example")):
        said = {"domain": domain, "created_at": moment, "proofs": ["data:text/plain;base64,SGk="]}
        proofs[moment] = world.collect("ada@acme.example", purposes={"newsletter": True}, **said)["proofs_id"][0]
    run(sync)
    row = world.rows()["Ada"]
    assert (row["Department"], row["External_Key__c"]) == ("shop.acme.example", proofs[LATE])
    assert row["Newsletter_Date__c"].startswith("2026-05-01T10:00:00")
    assert counts(run(sync))["planned"] == 0


def test_two_configurations_of_one_organization_go_one_way(world: Consents) -> None:
    """S4.6, S4.7, S4.9: leads and contacts have a configuration each, and nothing is ever written to Didomi."""
    world.contact("Ada", "ada@acme.example")
    world.lead("Bob", "bob@acme.example")
    for who in ("ada", "bob"):
        world.collect(f"{who}@acme.example", purposes={"newsletter": True})
    world.control(world.didomi, "DELETE", "stats")
    for sync in (world.store(), world.store(slug="leads", kind="consents_leads")):
        assert outcome(run(sync)) == {"planned": 2, "written": 1, "skipped": 1}
    assert (world.consents()["Ada"][0], world.consents("Lead")["Bob"][0]) == (True, True)
    writing = [path for path in world.calls(world.didomi) if not path.startswith("GET") and "sessions" not in path]
    assert writing == []
    with pytest.raises(ConfigFileError, match="nothing is written to Didomi"):
        world.store(ask=True, mappings=[{**MAPPINGS[0], "direction": "both"}])


def test_the_file_is_written_as_it_is_read(world: Consents, monkeypatch: pytest.MonkeyPatch) -> None:
    world.store(several="first", regulation=["gdpr", "cpra"], upsert=True)
    monkeypatch.setenv("SF_CLIENT_SECRET", world.salesforce.credentials["client_secret"])
    monkeypatch.setenv("DIDOMI_SECRET", world.didomi.credentials["secret"])
    text = config_store.export()
    config_store.apply(text, ask=True)
    assert config_store.export() == text
    assert "upsert: true" in text
    assert Connection.objects.get(slug="didomi").settings["organization_id"] == "acme-privacy"
