"""Who belongs to whom: a person's word, then the stored id, then the name; never guessed (S3.5, S3.39)."""

import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.kinds.registry import kind_of
from mappings.rules.texts import fold
from syncadmin.engine import match as rules
from syncadmin.engine.match import Candidate, How, Match, MatchStatus

find = partial(rules.find, names=kind_of("accounts_organizations").names)
by_criterion = partial(rules.by_criterion, names=kind_of("contacts_users").names)


def match(left_id: str = "L1", key: str = "acme", **given_: Any) -> Match:
    known: dict[str, Any] = {"by_external_id": [], "by_key": [], "rivals": []}
    return find(left_id, key, **(known | given_))


@pytest.mark.parametrize(
    "one, other",
    [
        ("Acme", "ACME"),
        ("  Acme   Corp ", "acme corp"),
        ("Acme\tCorp", "Acme\u00a0Corp"),
        ("Café", unicodedata.normalize("NFD", "café")),
        ("ΌΜΙΛΟΣ", "όμιλος"),
        ("İstanbul", "i̇stanbul"),
    ],
)
def test_case_blanks_and_composition_do_not_count(one: str, other: str):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "one, other",
    [
        ("Acme", "Acme Inc"),
        ("Acme", "Acme."),
        ("Cafe", "Café"),
        ("Acme Corp", "AcmeCorp"),
        ("Acme", "Acne"),
        ("A-B", "A B"),
        ("①", "1"),
    ],
)
def test_nothing_else_is_forgiven(one: str, other: str):
    assert fold(one) != fold(other)


@pytest.mark.parametrize("empty", [None, "", "  ", "\n\t"])
def test_a_name_of_blanks_is_no_name(empty: str | None):
    assert fold(empty) == ""


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str):
    assert fold(fold(text)) == fold(text)


def test_the_same_name_matches():
    found = match(by_key=[Candidate("R1")])
    assert (found.status, found.right_id, found.how) == (MatchStatus.MATCHED, "R1", How.KEY)
    assert found.reason


def test_the_stored_id_comes_before_the_name():
    found = match(by_external_id=[Candidate("R2", external_id="L1")], by_key=[Candidate("R1")], rivals=["L2"])
    assert (found.status, found.right_id, found.how) == (MatchStatus.MATCHED, "R2", How.EXTERNAL_ID)


def test_a_person_s_word_comes_before_everything():
    found = match(by_external_id=[Candidate("R2")], by_key=[Candidate("R1")], rivals=["L2"], decision="R9")
    assert (found.status, found.right_id, found.how) == (MatchStatus.MATCHED, "R9", How.DECISION)


def test_a_record_that_somebody_decided_to_ignore_stays_alone():
    found = match(by_external_id=[Candidate("R2")], by_key=[Candidate("R1")], decision="")
    assert (found.status, found.right_id) == (MatchStatus.IGNORED, "")


@pytest.mark.parametrize(
    "known",
    [
        {"by_key": [Candidate("R1"), Candidate("R2")]},
        {"by_key": [Candidate("R1")], "rivals": ["L2"]},
        {"rivals": ["L2", "L3"]},
        {"by_key": [Candidate("R1", linked_to="L2")]},
        {"by_key": [Candidate("R1", external_id="L2")], "lefts": {"L2"}},
        {"by_external_id": [Candidate("R1"), Candidate("R2")]},
        {"by_external_id": [Candidate("R1", linked_to="L2")]},
    ],
)
def test_what_could_be_several_is_never_guessed(known: dict[str, Any]):
    found = match(**known)
    assert (found.status, found.right_id, found.how) == (MatchStatus.AMBIGUOUS, "", None)
    assert found.reason


@pytest.mark.parametrize("rivals, text", [(["L2"], "1 other Salesforce record in scope has"),
                                          (["L2", "L3"], "2 other Salesforce records in scope have")])  # fmt: skip
def test_the_reason_counts_the_rivals(rivals: list[str], text: str):
    assert text in match(rivals=rivals).reason


def test_a_record_without_a_name_matches_by_its_id_alone():
    assert match(key="", by_key=[Candidate("R1")]).status is MatchStatus.UNMATCHED
    assert match(key="", by_external_id=[Candidate("R1")]).status is MatchStatus.MATCHED


def test_no_counterpart_is_no_error():
    assert match() == Match(MatchStatus.UNMATCHED)


def test_its_own_link_is_no_obstacle():
    assert match(by_key=[Candidate("R1", linked_to="L1", external_id="L1")]).status is MatchStatus.MATCHED


def test_an_id_of_another_system_does_not_stop_a_match_by_name():
    """S3.C12: the external id may hold somebody else's number; it is kept, not obeyed."""
    found = match(by_key=[Candidate("R1", external_id="CUST-7")], lefts={"L1", "L2"})
    assert found.status is MatchStatus.MATCHED


@dataclass(frozen=True, slots=True)
class World:
    """Left ids with keys, right ids with keys and held ids, links by right id, decisions by left id."""

    lefts: dict[str, str]
    rights: dict[str, tuple[str, str]]
    linked: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)

    def matches(self, order: list[str]) -> dict[str, Match]:
        """Every unlinked left record matched, one after the other in this order."""
        open_lefts = [left for left in order if left not in self.linked.values()]
        return {left: self._match(left) for left in open_lefts}

    def _match(self, left: str) -> Match:
        key = self.lefts[left]
        candidates = {id: Candidate(id, self.linked.get(id, ""), held) for id, (_, held) in self.rights.items()}
        return find(
            left,
            key,
            by_external_id=[candidates[id] for id, (_, held) in self.rights.items() if held == left],
            by_key=[candidates[id] for id, (name, _) in self.rights.items() if name == key],
            rivals=[id for id, name in self.lefts.items() if name == key and id != left],
            decision=self.decisions.get(left),
            lefts=self.lefts,
        )


KEY = st.sampled_from(["", "acme", "globex", "initech"])
LEFT_IDS = ["L1", "L2", "L3", "L4"]


@st.composite
def worlds(draw: st.DrawFn, decided: bool = False) -> World:
    lefts = draw(st.dictionaries(st.sampled_from(LEFT_IDS), KEY, min_size=1))
    held = st.sampled_from(["", "CUST-1", *LEFT_IDS])
    rights = draw(st.dictionaries(st.sampled_from(["R1", "R2", "R3", "R4"]), st.tuples(KEY, held)))
    pairs = st.dictionaries(st.sampled_from(sorted(rights) or ["R0"]), st.sampled_from(sorted(lefts)), max_size=2)
    linked = draw(pairs) if rights else {}
    linked = {right: left for right, left in linked.items() if Counter(linked.values())[left] == 1}
    decisions = draw(st.dictionaries(st.sampled_from(LEFT_IDS), st.sampled_from(["", "R1"]))) if decided else {}
    return World(lefts, rights, linked, decisions)


@given(worlds(decided=True), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order(world: World, random):
    order = sorted(world.lefts)
    shuffled = random.sample(order, len(order))
    assert world.matches(order) == world.matches(shuffled)


@given(worlds())
def test_no_right_record_is_proposed_for_two_lefts(world: World):
    proposed = [found.right_id for found in world.matches(sorted(world.lefts)).values() if found.right_id]
    assert len(proposed) == len(set(proposed))
    assert not set(proposed) & set(world.linked)


@given(worlds(decided=True))
def test_a_match_always_has_ground_and_a_refusal_names_nobody(world: World):
    for left, found in world.matches(sorted(world.lefts)).items():
        assert (found.status is MatchStatus.MATCHED) is bool(found.right_id) is (found.how is not None)
        assert found.reason or found.status is MatchStatus.UNMATCHED
        if found.how is How.KEY:
            assert world.rights[found.right_id][0] == world.lefts[left] != ""
        if found.how is How.EXTERNAL_ID:
            assert world.rights[found.right_id][1] == left
        if left in world.decisions:
            assert found.right_id == world.decisions[left]


def test_a_further_criterion_matches_the_only_one_it_fits():
    """S1.21."""
    found = by_criterion("Phone", [Candidate("9")], 0)
    assert (found.status, found.right_id, found.how, found.reason) == (
        MatchStatus.MATCHED, "9", How.CRITERION, "Phone is the same"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("candidates", "rivals", "reason"),
    [
        (["8", "9"], 0, "2 Zendesk records have its Phone, and none its email"),
        (["9"], 1, "1 other Salesforce record with its Phone could be the same one"),
        (["9"], 2, "2 other Salesforce records with its Phone could be the same one"),
    ],
)
def test_a_further_criterion_never_guesses(candidates: list[str], rivals: int, reason: str):
    found = by_criterion("Phone", [Candidate(id) for id in candidates], rivals)
    assert (found.status, found.right_id, found.reason) == (MatchStatus.AMBIGUOUS, "", reason)


def test_a_further_criterion_that_fits_nobody_says_nothing():
    assert by_criterion("Phone", [], 3).status is MatchStatus.UNMATCHED
