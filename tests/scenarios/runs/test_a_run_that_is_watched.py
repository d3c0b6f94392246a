"""Whoever watches a run sees one set of numbers: what was confirmed, what is waited for, and how far it is."""

from __future__ import annotations

import re
import threading

from django.db import connection
from django.test import Client

from syncadmin.engine.lifecycle import RunState
from syncadmin.runs.models import Run
from syncadmin.runs.pipeline import jobs
from syncadmin.runs.services import runs as services
from tests.worlds.company import Company
from tests.worlds.faults import CREATE, make
from tests.worlds.laptop import wait_for
from tests.worlds.runs import counts


def page(client: Client, run: Run) -> str:
    html = client.get(f"/runs/{run.pk}/").content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def worker(run: Run) -> threading.Thread:
    """A worker of its own, with a connection to the database of its own."""

    def work() -> None:
        try:
            jobs.advance_run(run.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_page_of_a_run_at_work_shows_what_was_confirmed_and_what_is_waited_for(
    company: Company, as_vera: Client
) -> None:
    """The third of three batches has no answer yet."""
    make(company, 250)
    sync = company.configure()
    company.fault(company.zendesk, {**CREATE, "skip": 2, "timeout": "before", "seconds": 600})
    run = services.start(sync, write=True, enqueue=False)
    working = worker(run)
    try:
        wait_for(lambda: "200 of 250" in page(as_vera, run))
        text = page(as_vera, run)
        assert "250 planned = are 200 written + 0 skipped + 0 rejected + 0 conflicts + 50 remaining" in text
        assert "Waiting for 1 call in Zendesk, for" in text
        part = as_vera.get(f"/runs/{run.pk}/", headers={"HX-Request": "true"}).content.decode()
        assert 'data-tab-title="80 %' in part
        assert re.search(r'<progress max="250" value="200"', part)
        assert "data-ticks=" in part
    finally:
        company.fault(company.zendesk)
        working.join()
    run.refresh_from_db()
    assert (run.status, counts(run)["written"]) == (RunState.COMPLETED, 250), run.message
    assert re.search(r"Write [\d.]+ m?i?n?s?.* 250 written", page(as_vera, run))
