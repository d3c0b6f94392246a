"""The doctor's judgement by example: facts in, checks out (S3.2, S3.3, S3.5-S3.10, S3.46, S3.47, S3.C12, S3.C16)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.api.values import FieldSchema, FieldType
from mappings.rules import preparation
from syncadmin.engine.checks.assessment import (
    Check,
    Found,
    Mark,
    Place,
    Records,
    Repeated,
    assess,
    by_weight,
    headline,
    percent,
    worst,
)
from syncadmin.engine.checks.records import Policies, record_checks
from syncadmin.engine.checks.setup import Gap, Making, Setup, System, configuration_checks, connection_checks

LEFT = System("Salesforce", Place.LEFT, passed=True, age_days=0.1)
CLEAN = Records(left=300, right=280)


def _check(mark: Mark) -> Check:
    return Check(mark, "", "")


def _about(title: str, checks: list[Check]) -> Check:
    return next(check for check in checks if check.title == title)


@pytest.mark.parametrize(
    "marks, words",
    [
        ([], "Safe to plan"),
        ([Mark.FINE, Mark.NOTE, Mark.UNKNOWN], "Safe to plan"),
        ([Mark.LOOK], "1 thing to look at"),
        ([Mark.LOOK, Mark.LOOK, Mark.LOOK, Mark.FINE], "3 things to look at"),
        ([Mark.BLOCKS, Mark.LOOK], "1 thing blocks writing"),
        ([Mark.BLOCKS, Mark.BLOCKS], "2 things block writing"),
    ],
)
def test_the_answer_is_one_sentence(marks: list[Mark], words: str) -> None:
    assert headline([_check(mark) for mark in marks]) == words


def test_the_answer_is_as_bad_as_the_worst_check() -> None:
    assert worst([_check(Mark.LOOK), _check(Mark.BLOCKS)]) is Mark.BLOCKS
    assert worst([_check(Mark.NOTE), _check(Mark.UNKNOWN)]) is Mark.FINE


def test_what_weighs_most_comes_first() -> None:
    checks = [_check(mark) for mark in (Mark.NOTE, Mark.FINE, Mark.LOOK, Mark.BLOCKS)]
    assert [check.mark for check in by_weight(checks)] == [Mark.BLOCKS, Mark.LOOK, Mark.FINE, Mark.NOTE]


def test_an_org_without_anything_special_is_clean() -> None:
    """S3.2."""
    verdict = assess(CLEAN)
    assert not verdict.complex
    assert "300 accounts in scope" in verdict.sentence
    assert not any(measure.exceeded for measure in verdict.measures)


@pytest.mark.parametrize(
    "records, reason",
    [
        (replace(CLEAN, left=20_001), "20,001 accounts are in scope"),
        (replace(CLEAN, left_repeated=Repeated(2, 4)), "1.3 % of the accounts share their name"),
        (replace(CLEAN, persons=Found(1)), "1 person account is there"),
        (replace(CLEAN, parents=Found(7)), "7 accounts have a parent"),
    ],
)
def test_one_trait_makes_an_org_complex_and_is_named(records: Records, reason: str) -> None:
    """S3.2 with S3.46, S3.5, S3.6, S3.7."""
    verdict = assess(records)
    assert verdict.complex
    assert reason in verdict.sentence
    assert sum(measure.exceeded for measure in verdict.measures) == 1


@pytest.mark.parametrize("records", [replace(CLEAN, left=20_000), replace(CLEAN, left_repeated=Repeated(1, 3))])
def test_an_org_at_the_limit_is_still_clean(records: Records) -> None:
    assert not assess(records).complex


def test_nothing_is_said_of_an_org_that_was_never_read() -> None:
    assert assess(None).measures == ()
    (check,) = record_checks(None, Policies())
    assert check.mark is Mark.UNKNOWN
    assert check.place is Place.PLAN


def test_shares_have_the_digits_that_tell_them_from_nothing() -> None:
    assert [percent(share) for share in (0.0, 0.034, 1.25, 12.4)] == ["0", "0.034", "1.2", "12"]


@pytest.mark.parametrize(
    "system, mark, words",
    [
        (LEFT, Mark.FINE, "within the last 24 hours"),
        (replace(LEFT, age_days=3.5), Mark.FINE, "3 days ago"),
        (replace(LEFT, age_days=31), Mark.LOOK, "31 days ago"),
        (replace(LEFT, passed=None), Mark.LOOK, "never tested"),
        (replace(LEFT, passed=False, failure="Credentials: refused."), Mark.BLOCKS, "Credentials: refused."),
        (replace(LEFT, enabled=False), Mark.BLOCKS, "switched off"),
    ],
)
def test_a_connection_must_be_on_and_pass_its_test(system: System, mark: Mark, words: str) -> None:
    """S3.3."""
    (check,) = connection_checks([system])
    assert check.mark is mark
    assert words in check.sentence


@pytest.mark.parametrize("edition, hint", [("Enterprise Edition", False), ("Professional Edition", True)])
def test_an_edition_never_takes_the_filters_away(edition: str, hint: bool) -> None:
    """S3.10."""
    check = _about("Edition of Salesforce", connection_checks([replace(LEFT, edition=edition)]))
    assert check.mark is Mark.NOTE
    assert "filters work with every edition" in check.sentence
    assert bool(check.hint) is hint


def test_a_sandbox_warns_about_mail_from_salesforce() -> None:
    """S3.47, acceptance test 20."""
    check = _about("Mail from Salesforce", connection_checks([replace(LEFT, is_sandbox=True)]))
    assert check.mark is Mark.LOOK
    assert "always on its page" in check.hint


@pytest.mark.parametrize(
    "used, needed, mark",
    [(100, None, Mark.FINE), (850, None, Mark.LOOK), (100, 900, Mark.FINE), (100, 901, Mark.LOOK)],
)
def test_what_is_left_of_the_allocation_is_held_against_the_plan(used: int, needed: int | None, mark: Mark) -> None:
    wanted = {Place.LEFT: needed} if needed is not None else None
    check = _about("API requests of Salesforce", connection_checks([replace(LEFT, used=used, limit=1_000)], wanted))
    assert check.mark is mark
    assert (needed is not None) == ("The waiting plan takes" in check.sentence)


def test_a_configuration_that_no_longer_fits_blocks_writing() -> None:
    checks = configuration_checks(Setup(problem="Tier__c does not exist."))
    assert [(check.mark, check.sentence) for check in checks] == [(Mark.BLOCKS, "Tier__c does not exist.")]


def test_fields_that_were_never_read_are_no_reason_to_block() -> None:
    (check,) = configuration_checks(Setup(schemas_read=False))
    assert check.mark is Mark.LOOK


def test_values_without_a_target_are_counted_and_listed() -> None:
    """S3.25."""
    check = configuration_checks(Setup(gaps=(Gap("Tier → Tier", ("Gold",), 4),)))[1]
    assert check.mark is Mark.LOOK
    assert check.sentence == "1 of 4 values has no target."
    assert check.examples == ("Gold",)


def test_tags_that_a_restricted_picklist_refuses_are_counted_and_listed() -> None:
    check = configuration_checks(Setup(gaps=(Gap("Tier ← Tier", ("tier_old",), 4, back=True),)))[1]
    assert check.mark is Mark.LOOK
    assert check.sentence == "1 tag of 4 is no value."
    assert check.examples == ("tier_old",)


@pytest.mark.parametrize(
    "lacking, mark, words",
    [
        ((), Mark.FINE, "Every field that Salesforce requires"),
        (("Region",), Mark.LOOK, "requires 1 field of them that nothing fills"),
        (None, Mark.UNKNOWN, "were never read"),
    ],
)
def test_required_fields_that_nothing_fills_are_told_before_salesforce_refuses(
    lacking: tuple[str, ...] | None, mark: Mark, words: str
) -> None:
    """S3.51."""
    check = _about("New leads in Salesforce", configuration_checks(Setup(making=Making("leads", lacking))))
    assert check.mark is mark
    assert words in check.sentence
    assert check.examples == (lacking or ())


@pytest.mark.parametrize("object_name, number", [("Account", 11), ("Contact", 9), ("Lead", 10)])
def test_each_object_has_its_own_preparation_fields(object_name: str, number: int) -> None:
    """S3.8."""
    assert len(preparation.PREPARATION[object_name]) == number
    fields = [
        FieldSchema(f"Zendesk__{name.replace(' ', '_').removeprefix('Zendesk_')}__c", name, FieldType.TEXT, custom=True)
        for name in preparation.PREPARATION[object_name]
    ]
    found = preparation.present(object_name, fields)
    assert len(found) == number
    assert all(found.values())
    assert not any(preparation.present(object_name, []).values())


def test_the_preparation_fields_are_listed_and_never_needed() -> None:
    """S3.8, S3.9."""
    fields = [
        FieldSchema("Zendesk__Domain_Mapping__c", "Domains", FieldType.TEXT, custom=True),
        FieldSchema("Zendesk__Last__c", "Last Sync Date", FieldType.DATETIME, custom=True),
        FieldSchema("Notes__c", "Notes", FieldType.TEXT, custom=True),
    ]
    found = preparation.present("Account", fields)
    assert len(found) == 11
    assert [name for name, there in found.items() if there] == ["Domain_Mapping", "Last Sync Date"]
    check = configuration_checks(Setup(preparation=found, prepared="Account"))[-1]
    assert check.mark is Mark.NOTE
    assert check.sentence.startswith("2 of 11 ")
    assert "the Account object" in check.sentence
    assert len(check.examples) == 11


def test_clean_records_are_fine() -> None:
    assert {check.mark for check in record_checks(CLEAN, Policies())} == {Mark.FINE}


def test_an_empty_scope_deserves_a_look() -> None:
    assert record_checks(Records(), Policies())[0].mark is Mark.LOOK


@pytest.mark.parametrize(
    "records, title, words",
    [
        (Records(left_repeated=Repeated(2, 5, ("Acme",))), "Names in Salesforce", "2 names stand more than once, on 5"),
        (Records(right_repeated=Repeated(1, 2)), "Names in Zendesk", "1 name stands more than once, on 2 organization"),
        (Records(right_repeated=Repeated(9, 20, (), True)), "Names in Zendesk", "At least 9 names"),
        (Records(nameless=1), "Accounts without a name", "1 account has no name"),
        (Records(lookalikes=Found(2)), "Names that look alike", "2 accounts without a counterpart look like"),
        (Records(foreign=Found(3, (), 40)), "External ids", "3 of 40 external ids"),
    ],
)
def test_what_makes_matching_doubtful_is_told_with_numbers(records: Records, title: str, words: str) -> None:
    """S3.5, S3.C16, S3.C12."""
    check = _about(title, record_checks(records, Policies()))
    assert check.mark is Mark.LOOK
    assert words in check.sentence
    assert check.hint


@pytest.mark.parametrize("policy, words", [("skip", "They are skipped"), ("organization", "Each becomes")])
def test_records_of_a_special_nature_name_the_policy_in_force(policy: str, words: str) -> None:
    """S3.6, S3.7."""
    records = Records(persons=Found(2), parents=Found(3, (), 5_000, True))
    checks = record_checks(records, Policies(person_accounts=policy, parent_accounts=policy))
    assert f"2 person accounts inside the filters. {words}" in _about("Person accounts", checks).sentence
    parents = _about("Accounts with a parent", checks).sentence
    assert parents.startswith(f"3 accounts with a parent inside the filters, among the first 5,000. {words}")


def test_creating_in_salesforce_says_how_much_it_would_create() -> None:
    """S3.C11, S3.C16."""
    records = Records(unlinked_right=12)
    off, on = (
        _about("Organizations without an account", record_checks(records, Policies(create_left=word)))
        for word in ("nothing", "accounts")
    )
    assert (off.mark, on.mark) == (Mark.NOTE, Mark.LOOK)
    assert "up to 12 accounts" in on.sentence
