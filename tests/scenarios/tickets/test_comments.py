"""Comments of tickets become comments of their cases, each once and in order."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.interruptions import Killed, killed_at_write
from tests.worlds.runs import advance, counts, run
from tests.worlds.tickets import cases, edit_ticket, exported, ticket, tickets_sync


def say(company: Company, id: str, body: str, *, public: bool = True) -> None:
    edit_ticket(company, id, comment={"body": body, "public": public})


def comments(company: Company, id: str) -> list[tuple[str, bool]]:
    case = cases(company)[id]["Id"]
    rows = sorted(company.salesforce.store.rows("CaseComment"), key=lambda row: row["Id"])
    return [(row["CommentBody"], bool(row.get("IsPublished"))) for row in rows if row["ParentId"] == case]


@pytest.mark.parametrize(
    "option, expected",
    [
        ("none", []),
        ("public", [("first", True), ("third", True)]),
        ("all", [("first", True), ("second", False), ("third", True)]),
    ],
)
def test_comments_are_sent_as_the_option_says(company: Company, option: str, expected: list[Any]) -> None:
    id = ticket(company, comment={"body": "first"})
    say(company, id, "second", public=False)
    say(company, id, "third")
    exported(company)
    sync = tickets_sync(company, comments=option)
    done = run(sync)
    assert (done.status, comments(company, id)) == (RunState.COMPLETED, expected)
    exported(company)
    assert counts(run(sync))["planned"] == 0
    say(company, id, "fourth")
    say(company, id, " \n")
    exported(company)
    run(sync)
    assert comments(company, id) == expected + ([("fourth", True)] if expected else [])
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_comments_that_are_wanted_later_follow_and_one_that_is_too_long_says_so(company: Company) -> None:
    id = ticket(company, comment={"body": "x" * 5_000})
    exported(company)
    run(tickets_sync(company))
    assert comments(company, id) == []
    run(tickets_sync(company, comments="public"))
    [(body, published)] = comments(company, id)
    assert (len(body), published, body[-46:]) == (4_000, True, "\n[Shortened. The whole comment is in Zendesk.]")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_comment_whose_answer_is_lost_is_there_once(company: Company, moment: str) -> None:
    id = ticket(company, comment={"body": "first"})
    say(company, id, "second")
    exported(company)
    sync = tickets_sync(company, comments="public")
    company.fault(company.salesforce, {"method": "POST", "path": "*/composite/sobjects", "reset": moment, "times": 1})
    assert run(sync).status is RunState.COMPLETED
    assert company.fired(company.salesforce) == 1
    assert comments(company, id) == [("first", True), ("second", True)]
    exported(company)
    assert counts(run(sync))["planned"] == 0


@pytest.mark.parametrize("arrived", [False, True])
def test_a_worker_that_is_killed_leaves_each_comment_once_and_in_order(company: Company, arrived: bool) -> None:
    ids = [ticket(company, comment={"body": "first"}) for _ in range(2)]
    for id in ids:
        say(company, id, "second", public=False)
        say(company, id, "third")
    exported(company)
    sync = tickets_sync(company, comments="all")
    started = services.start(sync, write=True, enqueue=False)
    with pytest.raises(Killed), killed_at_write("composite/sobjects", arrived=arrived):
        jobs.advance_run(started.pk)
    Run.objects.filter(pk=started.pk).update(lease_until=timezone.now())
    assert advance(started).status is RunState.COMPLETED
    for id in ids:
        assert comments(company, id) == [("first", True), ("second", False), ("third", True)]
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_files_of_comments_are_sent_as_links_and_survive_a_shortened_text(company: Company) -> None:
    tokens = [company.api("POST", f"uploads?filename={name}")["upload"]["token"] for name in ("a.pdf", "b.png")]
    id = ticket(company, comment={"body": "x" * 4_000, "uploads": tokens})
    exported(company)
    sync = tickets_sync(company, comments="public")
    assert run(sync).status is RunState.COMPLETED
    [(body, _)] = comments(company, id)
    assert len(body) <= 4_000
    [text, files] = body.split("\n\nFiles in Zendesk:\n")
    assert text.endswith("[Shortened. The whole comment is in Zendesk.]")
    host = company.zendesk.base_url
    assert files.splitlines() == [
        f"{name}: {host}/attachments/token/{number}/?name={name}"
        for number, name in ((60_000_000_000_001, "a.pdf"), (60_000_000_000_002, "b.png"))
    ]
    exported(company)
    assert counts(run(sync))["planned"] == 0


def test_the_case_of_a_merged_ticket_names_the_other_ticket_once(company: Company) -> None:
    winner, loser = ticket(company, subject="Winner"), ticket(company, subject="Loser")
    exported(company)
    sync = tickets_sync(company)
    run(sync)
    company.api("POST", f"tickets/{winner}/merge", {"ids": [int(loser)]})
    exported(company)
    assert run(sync).status is RunState.COMPLETED
    text = f"Merged into Zendesk ticket #{winner}: {company.zendesk.base_url}/agent/tickets/{winner}"
    assert comments(company, loser) == [(text, False)]
    assert comments(company, winner) == []
    assert cases(company)[loser]["Status"] == "Closed"
    exported(company)
    assert counts(run(sync, full=True))["planned"] == 0
