"""Fields that are written both ways: one edit makes one write, and edits on both sides are decided (A1, S3.C13)."""

from __future__ import annotations

import pytest

from mappings.models import Sync
from syncadmin.engine.steps import Side
from syncadmin.runs.models import FieldChoice
from syncadmin.runs.services import field_choices
from tests.worlds.company import Company
from tests.worlds.people import actions, completed, quiet, ready
from tests.worlds.runs import counts, run

TITLE = {"left": "Title", "right": "title"}


class TestAgentEdits:
    """A1, acceptance test 19: fields that are written both ways."""

    def both(self, company: Company, **rule: str) -> tuple[Sync, str, int]:
        """A contact and its user that agree on Title."""
        sync = ready(company, details="", mappings=[TITLE | {"direction": "both"} | rule])
        contact = company.contact("One", "a@test.com", Title="Boss")
        completed(sync)
        quiet(sync)
        return sync, contact, company.users()["a@test.com"]["id"]

    def titles(self, company: Company, contact: str) -> tuple[str, str]:
        user = company.users()["a@test.com"]
        return company.contacts()[contact]["Title"], user["user_fields"]["title"]

    def test_one_edit_in_zendesk_makes_one_write_and_no_echo(self, company: Company) -> None:
        sync, contact, user = self.both(company)
        company.edit_user(user, user_fields={"title": "Chief"})
        edited = completed(sync)
        assert actions(edited) == {"update_left": 1}
        assert self.titles(company, contact) == ("Chief", "Chief")
        quiet(sync)

    def test_one_edit_in_salesforce_makes_one_write_and_no_echo(self, company: Company) -> None:
        sync, contact, _ = self.both(company)
        company.edit(contact, Title="Chief")
        edited = completed(sync)
        assert actions(edited) == {"update_right": 1}
        assert self.titles(company, contact) == ("Chief", "Chief")
        quiet(sync)

    @pytest.mark.parametrize(
        ("conflict", "after"), [("left", ("Left", "Left")), ("right", ("Right", "Right")), ("ask", ("Left", "Right"))]
    )
    def test_edits_on_both_sides_are_decided_as_the_mapping_says(
        self, company: Company, conflict: str, after: tuple[str, str]
    ) -> None:
        sync, contact, user = self.both(company, conflict=conflict)
        company.edit(contact, Title="Left")
        company.edit_user(user, user_fields={"title": "Right"})
        ended = run(sync)
        assert self.titles(company, contact) == after
        assert counts(ended)["conflicts"] == (conflict == "ask")

    @pytest.mark.parametrize("wins", [Side.LEFT, Side.RIGHT])
    def test_what_somebody_chooses_is_written_to_the_other_side(self, company: Company, wins: Side) -> None:
        sync, contact, user = self.both(company, conflict="ask")
        company.edit(contact, Title="Left")
        company.edit_user(user, user_fields={"title": "Right"})
        run(sync)
        field = "fields.title"
        field_choices.choose(sync, left_id=contact, field=field, wins=wins, by=None)
        field_choices.take_back(sync, left_id=contact, field=field, by=None)
        assert counts(run(sync))["conflicts"] == 1
        field_choices.choose(sync, left_id=contact, field=field, wins=wins, by=None)
        ended = completed(sync)
        assert actions(ended) == {"update_right" if wins is Side.LEFT else "update_left": 1}
        assert self.titles(company, contact) == (wins.title(), wins.title())
        assert not FieldChoice.objects.exists()
        quiet(sync)

    def test_a_choice_says_nothing_about_a_later_edit(self, company: Company) -> None:
        sync, contact, user = self.both(company, conflict="ask")
        company.edit(contact, Title="Left")
        company.edit_user(user, user_fields={"title": "Right"})
        run(sync)
        field_choices.choose(sync, left_id=contact, field="fields.title", wins=Side.LEFT, by=None)
        company.edit(contact, Title="Later")
        assert counts(run(sync))["conflicts"] == 1
        assert self.titles(company, contact) == ("Later", "Right")

    @pytest.mark.parametrize("newer", ["Left", "Right"])
    def test_the_newest_of_two_edits_wins_where_that_is_the_rule(self, company: Company, newer: str) -> None:
        sync, contact, user = self.both(company, conflict="newest")
        edits = {
            "Left": lambda: company.edit(contact, Title="Left"),
            "Right": lambda: company.edit_user(user, user_fields={"title": "Right"}),
        }
        older = "Right" if newer == "Left" else "Left"
        edits[older]()
        for system in (company.salesforce, company.zendesk):
            company.control(system, "POST", "clock", {"advance": 60})
        edits[newer]()
        completed(sync)
        assert self.titles(company, contact) == (newer, newer)
        quiet(sync)

    def test_an_edit_of_the_user_reaches_its_syncing_record_and_no_duplicate(self, company: Company) -> None:
        """S1.15."""
        sync, contact, user = self.both(company)
        second = company.contact("Two", "a@test.com", Title="Advisor")
        completed(sync)
        company.edit_user(user, user_fields={"title": "Chief"})
        completed(sync)
        assert (company.contacts()[contact]["Title"], company.contacts()[second]["Title"]) == ("Chief", "Advisor")

    def test_one_way_an_edit_in_zendesk_is_led_by_salesforce(self, company: Company) -> None:
        """S3.30."""
        sync, contact, user = self.both(company, direction="to_right")
        company.edit_user(user, user_fields={"title": "Chief"}, name="Renamed")
        completed(sync)
        assert self.titles(company, contact) == ("Boss", "Boss")
        assert company.users()["a@test.com"]["name"] == "One"
        quiet(sync)
