"""A sync whose systems are never asked, and a plan that has everything a plan can have."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.lifecycle import StepState
from syncadmin.engine.steps import LINK, PROBLEM, SKIP, Change, Side, Verb
from syncadmin.runs.models import Run
from tests.runs.stored import change, sealed, stored_run, stored_step, stored_sync


@pytest.fixture
def quiet_sync(db: None) -> Sync:
    return stored_sync()


@pytest.fixture
def plan(quiet_sync: Sync) -> Run:
    """Two creations, one of them in Salesforce and held; three updates, one of tags only; a link, skips, a problem."""
    run = stored_run(quiet_sync)
    stored_step(
        run, "Acme", Verb.CREATE.on(Side.RIGHT), change("name", None, "Acme"), left_id="001A", reason="No such name"
    )
    stored_step(
        run, "Globex GmbH", Verb.CREATE.on(Side.LEFT), change("Name", None, "Globex GmbH"), right_id="21",
        needs_approval=True, reason_code="lookalike", warnings=["Salesforce has Globex Inc, which looks like it."],
    )  # fmt: skip
    for number in (1, 2):
        stored_step(
            run, f"Initech {number}", Verb.UPDATE.on(Side.RIGHT), change("notes", "old", "new"),
            left_id=f"001I{number}", right_id=f"3{number}",
        )  # fmt: skip
    tags = Change("tags", ["vip"], None, "Set in Salesforce", add=("banking",), remove=("farming",))
    stored_step(run, "Umbrella", Verb.UPDATE.on(Side.RIGHT), tags, left_id="001U", right_id="41")
    stored_step(run, "Hooli", LINK, change("external_id", None, "001H"), left_id="001H", right_id="51")
    for number in (1, 2):
        stored_step(
            run, f"Stranger {number}", SKIP, state=StepState.SKIPPED, right_id=f"6{number}", reason_code="unmatched",
            reason="No Salesforce record has this name",
        )  # fmt: skip
    stored_step(
        run, "Cyberdyne", PROBLEM, change("fields.plan", None, "Gold"), state=StepState.REJECTED,
        left_id="001C", right_id="71", reason_code="value", reason="fields.plan: Gold is no choice",
    )  # fmt: skip
    return sealed(run)
