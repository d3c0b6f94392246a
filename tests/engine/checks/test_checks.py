"""What every kind is checked for, by example: facts in, findings out (S3.2-S3.10, S3.46, S3.C12, S3.C16)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from connectors.api.registry import connector_spec
from connectors.api.values import FieldSchema, FieldType
from mappings.kinds.findings import CheckSection, Destination, Finding, Severity, percent
from mappings.kinds.registry import kind_of
from mappings.kinds.salesforce_zendesk import preparation
from mappings.kinds.subject import Found, Gap, Setup, Size, Subject
from syncadmin.engine.checks.assessment import assess, by_weight, checks_of, findings, headline, worst
from syncadmin.engine.checks.configuration import configuration
from syncadmin.engine.checks.connections import connections
from tests.engine.checks.checked import LEFT, RIGHT, TICKETS_CASES, asked, said, subject

CLEAN: dict[str, Any] = {"size": Size(300, 0, 280)}
SOME = Found(3, ("Acme",), first=5_000, total=40, records=7, percent=12.5, across=1, mixed=1)


def _finding(severity: Severity) -> Finding:
    return Finding(severity, "", "")


NONE = Found()


def _counts(about: Subject, found: Found = NONE) -> dict[str, Any]:
    """The same count for every check of a sync."""
    return {check.slug: found for check in checks_of(about)} | CLEAN | {"bulk_import": 0}


def _assessed(counts: dict[str, Any], kind: str = "accounts_organizations") -> Any:
    about = subject(kind)
    listed = findings(about, {**_counts(about), **counts})
    return assess(about, [one for found in listed.values() for one in found])


@pytest.mark.parametrize(
    "severities, words, worst_of_all",
    [
        ([], "Safe to plan", Severity.FINE),
        ([Severity.FINE, Severity.NOTE, Severity.UNKNOWN], "Safe to plan", Severity.FINE),
        ([Severity.LOOK], "1 thing to look at", Severity.LOOK),
        ([Severity.LOOK, Severity.LOOK, Severity.FINE], "2 things to look at", Severity.LOOK),
        ([Severity.BLOCKS, Severity.LOOK], "1 thing blocks writing", Severity.BLOCKS),
        ([Severity.BLOCKS, Severity.BLOCKS], "2 things block writing", Severity.BLOCKS),
    ],
)
def test_the_answer_is_one_sentence_and_as_bad_as_the_worst(
    severities: list[Severity], words: str, worst_of_all: Severity
) -> None:
    found = [_finding(severity) for severity in severities]
    assert headline(found) == words
    assert worst(found) is worst_of_all


def test_what_weighs_most_comes_first() -> None:
    found = [_finding(one) for one in (Severity.NOTE, Severity.FINE, Severity.LOOK, Severity.BLOCKS)]
    assert [one.severity for one in by_weight(found)] == [
        Severity.BLOCKS, Severity.LOOK, Severity.FINE, Severity.NOTE,
    ]  # fmt: skip


@pytest.mark.parametrize("kind, measures", [("accounts_organizations", 4), ("contacts_users", 4), ("leads_users", 3)])
def test_an_org_without_anything_special_is_clean(kind: str, measures: int) -> None:
    """S3.2."""
    assessment = _assessed({"left_keys": Found(1, percent=1.0)}, kind)
    assert not assessment.complex
    assert len(assessment.measures) == measures
    assert not any(measure.exceeded for measure in assessment.measures)


@pytest.mark.parametrize(
    "kind, counts, reason",
    [
        ("accounts_organizations", {"size": Size(20_001, 0, 0)}, "20,001 accounts are in scope"),
        ("accounts_organizations", {"left_keys": Found(2, percent=1.34)}, "1.3 % of the accounts share their name"),
        ("accounts_organizations", {"person_account": Found(1)}, "1 person account is there"),
        ("accounts_organizations", {"has_parent": Found(7)}, "7 accounts with a parent are there"),
        ("contacts_users", {"size": Size(10_001, 0, 0)}, "10,001 contacts are in scope"),
        ("contacts_users", {"left_keys": Found(3, percent=1.5)}, "1.5 % of the contacts share their email"),
        ("leads_users", {"left_without_key": Found(21, percent=5.2)}, "5.2 % of the leads have no email"),
    ],
)
def test_one_trait_makes_an_org_complex_and_is_named(kind: str, counts: dict[str, Any], reason: str) -> None:
    """S3.2 with S3.46, S3.4-S3.7."""
    assessment = _assessed(counts, kind)
    assert assessment.complex
    assert reason in assessment.sentence
    assert sum(measure.exceeded for measure in assessment.measures) == 1


def test_an_org_at_the_limit_is_still_clean() -> None:
    assert not _assessed({"size": Size(20_000, 0, 0)}).complex


def test_nothing_is_said_of_records_that_were_never_read() -> None:
    listed = findings(subject(), None)
    assert assess(subject(), [one for found in listed.values() for one in found]).measures == ()
    (finding,) = listed[CheckSection.RECORDS]
    assert finding.severity is Severity.UNKNOWN
    assert finding.links[0].to is Destination.PLAN


def test_shares_have_the_digits_that_tell_them_from_nothing() -> None:
    assert [percent(share) for share in (0.0, 0.034, 1.25, 12.4)] == ["0", "0.034", "1.2", "12"]


def test_a_kind_without_checks_of_its_own_has_a_full_page_in_its_own_words() -> None:
    """Every text that a check may say, of systems and objects that no other kind has."""
    for made in ("", "tickets"):
        for ids in (True, False):
            about = subject(TICKETS_CASES, made=made, store_external_id=ids, ceiling=10)
            gaps, lacking = (Gap("A → B", ("x",), 2), Gap("A ← B", ("y",), 2, back=True)), ("Region",)
            setups = [
                Setup(gaps=gaps, lacking=lacking, cautions=("A: cut.",), built_in=("Title",)),
                Setup(lacking=None),
            ]
            for setup in (*setups, Setup(schemas_read=False)):
                for found in (SOME, Found(1), Found()):
                    listed = findings(replace(about, setup=setup), _counts(about, found))
                    assert set(listed) == {CheckSection.CONNECTIONS, CheckSection.CONFIGURATION, CheckSection.RECORDS}
                    assert len(listed[CheckSection.RECORDS]) >= 7
                    texts = " ".join(
                        f"{one.title} {one.sentence} {one.hint} {[link.words for link in one.links]}"
                        for section in listed.values() for one in section
                    )  # fmt: skip
                    strange = r"salesforce|zendesk|account|organi[sz]ation|contact|lead|user|email|[{}]"
                    assert re.findall(strange, texts, re.I) == []
    assert said("left_keys", about, SOME).title == "Numbers in Jira"
    assert said("right_unlinked", subject(TICKETS_CASES), SOME).title == "Cases without a ticket"
    assert "3 cases have no ticket in scope." in said("right_unlinked", subject(TICKETS_CASES), SOME).sentence


@pytest.mark.parametrize(
    "changes, severity, words",
    [
        ({}, Severity.FINE, "within 24 hours"),
        ({"age_days": 3.5}, Severity.FINE, "3 days ago"),
        ({"age_days": 31}, Severity.LOOK, "31 days ago"),
        ({"passed": None}, Severity.LOOK, "never tested"),
        ({"passed": False, "failure": "Credentials: refused."}, Severity.BLOCKS, "Credentials: refused."),
        ({"enabled": False}, Severity.BLOCKS, "switched off"),
    ],
)
def test_a_connection_must_be_on_and_pass_its_test(changes: dict[str, Any], severity: Severity, words: str) -> None:
    """S3.3."""
    left, right = connections(subject(left=replace(LEFT, **changes)))
    assert (left.severity, right.severity) == (severity, Severity.FINE)
    assert words in left.sentence


def test_an_edition_never_takes_the_filters_away_and_a_sandbox_warns_about_its_mail() -> None:
    """S3.10, S3.47, acceptance test 20."""
    facts = {"edition": "Professional Edition", "is_sandbox": True}
    left = replace(LEFT, facts=facts, remarks=connector_spec("salesforce").remarks(facts))
    _, edition, mail, _ = connections(subject(left=left))
    assert (edition.title, edition.severity) == ("Edition of Acme org", Severity.NOTE)
    assert "filters work with every edition" in edition.sentence
    assert (mail.title, mail.severity) == ("Mail from Acme org", Severity.LOOK)
    assert "always on its page" in mail.hint


@pytest.mark.parametrize(
    "used, needed, severity",
    [(100, None, Severity.FINE), (850, None, Severity.LOOK), (100, 900, Severity.FINE), (100, 901, Severity.LOOK)],
)
def test_what_is_left_of_the_allocation_is_held_against_the_plan(
    used: int, needed: int | None, severity: Severity
) -> None:
    left = replace(LEFT, facts={"daily_used": used, "daily_limit": 1_000}, needed=needed)
    _, check, _ = connections(subject(left=left))
    assert check.title == "API requests of Acme org"
    assert check.severity is severity
    assert (needed is not None) == ("The waiting plan takes" in check.sentence)


def test_the_requests_of_a_minute_are_told() -> None:
    *_, check = connections(subject(right=replace(RIGHT, facts={"rate_limit": 400}, needed=12)))
    assert check.sentence.startswith("400 requests a minute are allowed.")
    assert check.sentence.endswith("about 12 requests.")


def test_a_configuration_that_no_longer_fits_blocks_writing() -> None:
    (check,) = configuration(subject(setup=Setup(problem="Tier__c does not exist."), made="accounts"))
    assert (check.severity, check.sentence) == (Severity.BLOCKS, "Tier__c does not exist.")


def test_values_without_a_target_are_counted_and_listed_both_ways() -> None:
    """S3.25."""
    gaps = (Gap("Tier → Tier", ("Gold",), 4), Gap("Tier ← Tier", ("tier_a", "tier_b"), 4, back=True))
    fit, there, back = configuration(subject(setup=Setup(gaps=gaps, mapped=1)))
    assert fit.sentence.startswith("1 mapped field, and every filter")
    assert {there.severity, back.severity} == {Severity.LOOK}
    assert there.sentence == "1 of 4 values has no target."
    assert back.sentence == "2 of 4 values have no target. Salesforce takes only the values of its own list."
    assert (there.examples, back.examples) == (("Gold",), ("tier_a", "tier_b"))


@pytest.mark.parametrize(
    "lacking, severity, words",
    [
        ((), Severity.FINE, "Every field that Salesforce requires"),
        (("Region",), Severity.LOOK, "requires 1 field of them that nothing fills"),
        (None, Severity.UNKNOWN, "were not read yet"),
    ],
)
def test_required_fields_that_nothing_fills_are_told_before_the_system_refuses(
    lacking: tuple[str, ...] | None, severity: Severity, words: str
) -> None:
    """S3.51."""
    about = subject("contacts_users", made="leads", setup=Setup(lacking=lacking))
    _, check = configuration(about)
    assert check.title == "New leads in Salesforce"
    assert check.severity is severity
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
    """S3.8, S3.9, S3.10."""
    fields = (
        FieldSchema("Zendesk__Domain_Mapping__c", "Domains", FieldType.TEXT, custom=True),
        FieldSchema("Zendesk__Last__c", "Last Sync Date", FieldType.DATETIME, custom=True),
        FieldSchema("Notes__c", "Notes", FieldType.TEXT, custom=True),
    )
    small = replace(LEFT, facts={"edition": "Professional Edition"})
    check = said("preparation", subject(setup=Setup(left_fields=fields), left=small))
    assert check.severity is Severity.NOTE
    assert check.sentence.startswith("2 of 11 ")
    assert "the Account object" in check.sentence
    assert len(check.examples) == 11
    assert "would offer no filters" in check.hint


def test_clean_records_are_fine_and_an_empty_scope_deserves_a_look() -> None:
    about = subject()
    records = findings(about, _counts(about))[CheckSection.RECORDS]
    assert {finding.severity for finding in records} == {Severity.FINE}
    assert said("size", about, Size(0, 12, 7)).severity is Severity.LOOK
    assert said("size", about, Size(1, 12, 7)).sentence == (
        "1 account in scope, 7 organizations in Zendesk. 12 outside the filters."
    )
    assert "more than 10 records" in said("size", subject(ceiling=10), Size(1, 0, 7)).hint


@pytest.mark.parametrize(
    "slug, found, title, words",
    [
        ("left_keys", Found(2, records=5), "Names in Salesforce", "2 names are used more than once, on 5 accounts."),
        ("right_keys", Found(1, records=2), "Names in Zendesk", "1 name is used more than once, on 2 organizations."),
        ("right_keys", Found(9, records=20, capped=True), "Names in Zendesk", "At least 9 names"),
        ("left_without_key", Found(1), "Accounts without a name", "1 account has no name"),
        ("lookalikes", Found(2), "Names that look alike", "2 accounts without a counterpart look like"),
        ("foreign_ids", Found(3, total=40), "External ids", "3 of 40 external ids in Zendesk are not Salesforce ids"),
        (
            "repeated_ids",
            Found(1, records=2),
            "Repeated external ids",
            "1 external id is on 2 organization",
        ),
    ],
)
def test_what_makes_matching_doubtful_is_told_with_numbers(slug: str, found: Found, title: str, words: str) -> None:
    """S3.5, S3.C16, S3.C12."""
    check = said(slug, subject(), found)
    assert (check.severity, check.title) == (Severity.LOOK, title)
    assert words in check.sentence
    assert check.hint


@pytest.mark.parametrize("policy, words", [("skip", "They are skipped"), ("organization", "Each becomes")])
def test_records_of_a_special_nature_name_the_policy_in_force(policy: str, words: str) -> None:
    """S3.6, S3.7."""
    about = subject(person_accounts=policy, parent_accounts=policy)
    persons, parents = said("person_account", about, Found(2)), said("has_parent", about, Found(3, first=5_000))
    assert f"2 person accounts inside the filters. {words}" in persons.sentence
    assert f"3 accounts with a parent inside the filters among the first 5,000. {words}" in parents.sentence


@pytest.mark.parametrize(
    "kind, made, severity, words",
    [
        ("accounts_organizations", "", Severity.NOTE, "12 organizations have no account in scope."),
        ("accounts_organizations", "accounts", Severity.LOOK, "up to 12 accounts"),
        ("contacts_users", "", Severity.NOTE, "12 users have no contact in scope."),
        ("contacts_users", "leads", Severity.LOOK, "Creating leads is on: a plan would create up to 12 leads."),
    ],
)
def test_what_would_be_created_is_told_before_the_plan(kind: str, made: str, severity: Severity, words: str) -> None:
    """S3.C11, S3.C16, S3.51, S3.C5."""
    check = said("right_to_create" if made else "right_unlinked", subject(kind, made=made), Found(12))
    assert check.severity is severity
    assert words in check.sentence


def test_ids_are_looked_at_only_where_they_are_kept() -> None:
    """S3.C12."""
    assert {"foreign_ids", "ids_not_stored"} & asked(subject()) == {"foreign_ids"}
    assert {"foreign_ids", "ids_not_stored"} & asked(subject(store_external_id=False)) == {"ids_not_stored"}
    unlinked = replace(TICKETS_CASES, right=replace(TICKETS_CASES.right, link_field=""))
    assert asked(subject(unlinked)).isdisjoint({"foreign_ids", "ids_not_stored", "repeated_ids"})


def test_a_kind_of_its_own_words_keeps_its_place() -> None:
    """People's own checks stand where the general ones would."""
    slugs = [check.slug for check in checks_of(subject("contacts_users"))]
    assert slugs.count("left_keys") == slugs.count("left_without_key") == 1
    assert kind_of("contacts_users").large < kind_of("accounts_organizations").large
