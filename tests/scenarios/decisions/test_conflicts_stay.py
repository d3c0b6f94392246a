"""A conflict that waits for a person, and the person's choice, survive what else is written."""

from __future__ import annotations

from syncadmin.engine.steps import Side
from syncadmin.runs.choices import RunDirection
from syncadmin.runs.models import MirrorRecord
from syncadmin.runs.services import field_choices
from tests.worlds.company import Company
from tests.worlds.people import completed, ready
from tests.worlds.runs import run
from tests.worlds.sequences import TITLE, runs


def test_a_conflict_stays_in_the_list_while_another_field_is_written(company: Company) -> None:
    """ADR 3, ADR 15: a standing verdict stays until something changes."""
    other = {"left": "AssistantName", "right": "assistant", "direction": "both"}
    sync = ready(company, details="", mappings=[{**TITLE, "conflict": "ask"}, other])
    c = company.contact("One", "a@test.com", Title="Boss", AssistantName="Ann")
    d = company.contact("Two", "b@test.com", Title="Boss", AssistantName="Ann")
    completed(sync)
    company.edit(c, Title="L")
    company.edit_user(company.users()["a@test.com"]["id"], user_fields={"title": "R", "assistant": "Zoe"})
    company.edit(d, Title="Other")  # any write on the right is recorded earlier
    runs(sync, 1)
    assert MirrorRecord.objects.get(sync=sync, remote_id=c).status == "conflict"


def test_a_choice_outlives_a_run_to_zendesk_only(company: Company) -> None:
    """ADR 27: "A choice is gone once a run has written it". Automatic updates are such runs, every ten minutes."""
    sync = ready(company, details="", mappings=[{**TITLE, "conflict": "ask"}])
    c = company.contact("One", "a@test.com", Title="Boss")
    completed(sync)
    company.edit(c, Title="L")
    company.edit_user(company.users()["a@test.com"]["id"], user_fields={"title": "R"})
    run(sync)
    field_choices.choose(sync, left_id=c, field="fields.title", wins=Side.RIGHT, by=None)
    company.edit(c, LastName="Uno")
    runs(sync, 1, direction=RunDirection.TO_RIGHT)  # writes the name only
    runs(sync, 1)
    assert company.contacts()[c]["Title"] == "R"
