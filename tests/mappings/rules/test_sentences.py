"""What a configuration does, in words (S3.C3, A1)."""

import pytest

from mappings.kinds.sentences import direction_sentence
from mappings.rules.configuration import Direction, FieldRule
from tests.options import configured

BACK = FieldRule("a", "b", direction=Direction.BOTH)
ONLY_BACK = FieldRule("c", "d", direction=Direction.TO_LEFT)
THERE = FieldRule("e", "f")


def said(
    *rules: FieldRule,
    create_left: str = "nothing",
    create_right: bool = True,
    automatic: bool = False,
    minutes: int = 2,
) -> str:
    config = configured("accounts_organizations", rules=rules, create_left=create_left, create_right=create_right)
    return direction_sentence(config, automatic, minutes)


def test_one_way_says_only_and_promises_that_nothing_goes_back() -> None:
    text = said(THERE)
    assert text.startswith("Salesforce → Zendesk only. Edits made in Zendesk are never written to Salesforce")
    assert "no accounts are created there" in text


def test_creating_accounts_is_never_called_one_way_only() -> None:
    text = said(THERE, create_left="accounts")
    assert "only." not in text
    assert "a run creates accounts for organizations that have none" in text


@pytest.mark.parametrize("rules, words", [((BACK,), "1 field also goes"), ((BACK, ONLY_BACK), "2 fields also go")])
def test_fields_that_go_back_are_counted_and_nothing_contradicts_them(rules: tuple[FieldRule, ...], words: str) -> None:
    text = said(THERE, *rules)
    assert words in text
    assert "Other edits made in Zendesk are never written" in text
    assert "only." not in text


def test_a_sync_that_creates_nothing_says_so() -> None:
    assert "No organizations are created either." in said(create_right=False)


def test_it_says_when_anything_is_written() -> None:
    assert said(automatic=True).endswith(
        "Changes in Salesforce are written to Zendesk as soon as they are known, at the latest every 2 minutes."
    )
    assert said(automatic=True, minutes=60).endswith("every hour.")
    assert said().endswith("Runs start manually.")
    config = configured("accounts_organizations", rules=(BACK,))
    both = direction_sentence(config, automatic=True, both_ways=True)
    assert "Changes on either side are written to the other one as soon as" in both
