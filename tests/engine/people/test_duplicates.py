"""What is said of a duplicate while its plan waits, and once it is known what came of it (S1.34, S1.35, A15)."""

from syncadmin.engine.people.duplicates import DuplicateFacts

TRICKY = "Ann; it adds a membership of nothing"


def test_the_outcome_of_a_membership_decides_the_sentence_whatever_the_names_contain() -> None:
    facts = DuplicateFacts.of(dict(DuplicateFacts(TRICKY, adds="Acme; Sons").as_stored()))
    duplicate = f"Duplicate of {TRICKY}, which has the same email: none of its fields is synced"
    assert facts.planned("Zendesk") == f"{duplicate}; it adds a membership of Acme; Sons."
    not_done = "None of its fields was written to the user"
    assert facts.outcome("Zendesk", added=True) == (facts.planned("Zendesk"), not_done)
    assert facts.outcome("Zendesk", added=False) == (
        f"{duplicate}; no membership was added yet of Acme; Sons.", f"{not_done}, and no membership was added",
    )  # fmt: skip


def test_without_a_membership_the_sentence_stays_as_planned() -> None:
    for facts in (DuplicateFacts(TRICKY), DuplicateFacts("Ann", one_organization=True)):
        assert facts.outcome("Helpdesk", added=False)[0] == facts.planned("Helpdesk")
    assert DuplicateFacts("Ann", one_organization=True).planned("Helpdesk").endswith("are off in Helpdesk.")
