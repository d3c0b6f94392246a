"""Names from the remote systems and numbers from the address are other people's: they are shown, never run."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client

from syncadmin.engine.steps import Side, Verb
from syncadmin.runs.models import Run
from tests.runs.stored import change, sealed, stored_record, stored_step

NAME = "<script>alert(1)</script>\"'>"
PAGES = [
    "/runs/{run}/?shape=create_right:new",
    "/runs/{run}/?q=001X",
    "/runs/{run}/?q={name}&tile={name}&shape={name}",
    "/records/?standing=ambiguous",
    "/records/?q={name}",
    "/records/accounts/left/001X/",
    "/logs/?text={name}&record={name}",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_name_that_is_a_script_is_shown_as_text(as_olaf: Client, plan: Run, page: str) -> None:
    said = change("name", NAME, NAME, reason=NAME)
    stored_step(plan, NAME, Verb.CREATE.on(Side.RIGHT), said, left_id="001X", reason=NAME, warnings=[NAME])
    sealed(plan)
    stored_record(plan.sync, "left", "001X", NAME, status="ambiguous", reason=NAME)
    text = as_olaf.get(page.format(run=plan.pk, name=quote(NAME))).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("id", ["9" * 30, "9" * 5000, "²", "-1", "x"])
def test_a_step_that_cannot_exist_changes_nothing(as_olaf: Client, plan: Run, id: str) -> None:
    assert as_olaf.post(f"/runs/{plan.pk}/choose/", {"step": id, "verb": "exclude"}).status_code == 302
    assert not plan.steps.filter(state="excluded").exists()
