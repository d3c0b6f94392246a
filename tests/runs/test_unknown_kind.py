"""A sync whose kind this version does not have: shown as such and off, in the way of nothing else."""

from __future__ import annotations

import pytest
import yaml
from django.core import checks
from django.core.management import CommandError, call_command
from django.test import Client

from mappings.config import store
from mappings.models import FieldMapping, Sync
from syncadmin.engine.lifecycle import RunState, StepState
from syncadmin.engine.steps import Side, Verb
from syncadmin.logs.models import LogEntry
from syncadmin.runs.models import Decision, Link, Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import automatic, runs
from tests.runs.stored import NOW, change, sealed, stored_outcome, stored_record, stored_run, stored_step, stored_sync

pytestmark = pytest.mark.redis


@pytest.fixture
def known(db: None) -> Sync:
    return stored_sync()


@pytest.fixture
def gone(known: Sync) -> Sync:
    """One with everything that a sync can have: its kind was in the registry once."""
    sync = stored_sync("ghosts", kind="contacts_users", automatic_updates=True)
    FieldMapping.objects.create(sync=sync, left="Phone", right="phone", position=1)
    written = stored_run(sync, RunState.COMPLETED, write=True)
    step = stored_step(
        written, "Ann", Verb.UPDATE.on(Side.RIGHT), change("name", "An", "Ann"), left_id="003A", right_id="8",
        state=StepState.DONE,
    )  # fmt: skip
    stored_outcome(step)
    sealed(written)
    waiting = stored_run(sync)
    stored_step(waiting, "Bob", Verb.CREATE.on(Side.RIGHT), change("name", None, "Bob"), left_id="003B")
    sealed(waiting)
    for side, id in ((Side.LEFT, "003A"), (Side.RIGHT, "8")):
        stored_record(sync, side, id, "Ann", status="in_sync")
    stored_record(sync, Side.LEFT, "003C", "Cat", status="ambiguous", match_key="cat@example.com")
    stored_record(sync, Side.RIGHT, "9", "Dan", status="unmatched")
    Link.objects.create(sync=sync, left_id="003A", right_id="8", active=True)
    Decision.objects.create(sync=sync, left_id="003C", by=None)
    LogEntry.objects.create(sync=sync, run_id=written.pk, message="Written", level="warning", at=NOW)
    Sync.objects.filter(pk=sync.pk).update(kind="ghosts_shadows", options={"haunts": "attics"})
    return Sync.objects.get(pk=sync.pk)


def test_every_page_is_there_and_says_that_the_kind_is_unknown(gone: Sync, as_ada: Client) -> None:
    run = Run.objects.filter(sync=gone).earliest("pk")
    pages = [
        "/", "/people/", "/connections/", "/connections/sf/", "/runs/", "/runs/?format=csv", "/runs/?sync=ghosts",
        "/records/", "/records/?sync=ghosts", "/records/?sync=ghosts&standing=any", "/records/?format=csv",
        "/records/ghosts/left/003A/", "/records/ghosts/left/003C/", "/records/ghosts/right/9/", "/logs/",
        "/logs/?format=csv", "/kinds/accounts_organizations/", gone.get_absolute_url(), "/syncs/ghosts/delete/",
        *(f"/runs/{run.pk}/" for run in Run.objects.filter(sync=gone)), f"/runs/{run.pk}/rows.csv",
        f"/runs/{run.pk}/steps/{run.steps.get().pk}/", "/people/emails/ghosts/", "/demo/remove/",
        *(f"/syncs/ghosts/{part}/" for part in ("copy", "name", "scope", "count", "names", "matching", "fields")),
    ]  # fmt: skip
    answers = {path: as_ada.get(path, follow=True) for path in pages}
    assert {path: one.status_code for path, one in answers.items() if one.status_code not in (200, 404)} == {}
    shown = {path: b"".join(one) if one.streaming else one.content for path, one in answers.items()}
    for path in ("/", gone.get_absolute_url(), "/syncs/ghosts/delete/", f"/runs/check/{gone.slug}/"):
        assert "unknown" in (shown.get(path) or as_ada.get(path, follow=True).content).decode(), path
    assert [path for path, one in answers.items() if one.status_code == 404 and "/ghosts/" not in path] == []


def test_it_is_off_and_cannot_run_while_the_others_can(gone: Sync, known: Sync, as_ada: Client) -> None:
    assert not gone.is_on
    waiting = Run.objects.get(sync=gone, state=RunState.PLANNED)
    for refused in (
        lambda: runs.start(gone),
        lambda: runs.approve(waiting),
        lambda: runs.undo(Run.objects.filter(sync=gone).earliest("pk")),
    ):
        with pytest.raises(runs.NotYet, match=r"kind .*ghosts_shadows"):
            refused()
    with pytest.raises(CommandError, match="ghosts_shadows"):
        call_command("sync", "plan", "ghosts", "--inline")
    assert automatic.start_due() == 0
    answer = as_ada.post("/runs/plan/ghosts/", follow=True)
    assert "ghosts_shadows" in answer.content.decode()
    written = Run.objects.filter(sync=gone).earliest("pk")
    pressed = [f"/runs/{waiting.pk}/approve/", f"/runs/{written.pk}/undo/", "/syncs/ghosts/switch/"]
    pressed += ["/records/ghosts/left/003C/decide/", "/records/ghosts/left/003C/choose/"]
    for path in pressed:
        assert as_ada.post(path, {"on": "1", "choice": "leave"}).status_code in (302, 404), path
    Run.objects.filter(pk=waiting.pk).update(state=RunState.QUEUED, write=True, planned_at=None)
    jobs.advance_here(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.write) == (RunState.FAILED, True)
    assert "ghosts_shadows" in waiting.message
    assert runs.start(known, enqueue=False).state == RunState.QUEUED


def test_commands_name_it_and_the_file_leaves_it_out(gone: Sync, known: Sync, capsys: pytest.CaptureFixture) -> None:
    (warning,) = [one for one in checks.run_checks(databases=["default"]) if one.id == "sync.W001"]
    assert "kind ghosts_shadows of the sync ghosts" in warning.msg
    call_command("sync", "list", "--json")
    assert '"ghosts_shadows"' in capsys.readouterr().out
    text = store.export()
    assert "# ghosts is left out: its kind ghosts_shadows is unknown" in text
    assert [row["slug"] for row in yaml.safe_load(text)["syncs"]] == ["accounts"]


def test_it_can_be_deleted(gone: Sync, as_ada: Client) -> None:
    assert as_ada.post("/syncs/ghosts/delete/", follow=True).status_code == 200
    assert not Sync.objects.filter(slug="ghosts").exists()
