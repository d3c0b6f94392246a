"""The generated world: reproducible, exact in its counts, odd where it must be, cheap at any size."""

import pytest

from connectors.sandbox.world import DEMO, EMPTY, World, WorldSize


@pytest.fixture(scope="module")
def demo():
    return World(DEMO)


def names(companies):
    return [company.name for company in companies]


def test_the_demo_has_exact_counts(demo):
    rows = (demo.accounts(), demo.organizations(), demo.contacts(), demo.leads(), demo.users())
    assert [len(list(row)) for row in rows] == [214, 180, 600, 80, 400]


def test_two_worlds_of_one_seed_are_equal_and_of_two_seeds_are_not(demo):
    assert list(World(DEMO).contacts()) == list(demo.contacts())
    assert names(World(DEMO, random_seed=2).accounts()) != names(demo.accounts())


def test_most_organizations_match_an_account_by_name_and_both_sides_have_some_of_their_own(demo):
    accounts = {company.name for company in demo.accounts()}
    matching = [company for company in demo.organizations() if company.helpdesk_name in accounts]
    assert 150 <= len(matching) < 180
    assert demo.size.accounts - len(matching) > 30


def test_helpdesk_names_and_emails_are_unique_whatever_their_case(demo):
    organizations = [company.helpdesk_name.strip().lower() for company in demo.organizations()]
    assert len(set(organizations)) == len(organizations)
    emails = [person.helpdesk_email for person in demo.users()]
    assert len(set(emails)) == len(emails)
    assert all(emails)


def test_about_five_percent_of_contacts_share_an_email_with_one_at_another_account(demo):
    people = list(demo.contacts())
    sharing = [person for person in people if person.shares_with is not None]
    assert 0.04 <= len(sharing) / len(people) <= 0.06
    for person in sharing:
        other = people[person.shares_with]
        assert other.email == person.email
        assert other.company != person.company or person.company is None


def test_the_oddities_are_all_there(demo):
    all_names = names(demo.accounts())
    assert len(set(all_names)) == len(all_names) - 3  # three twins
    assert max(map(len, all_names)) == 255
    for part in ("🚀", "شركة", "<script>", "=cmd", "北京", "É"):
        assert any(part in name for name in all_names)
    assert sum(company.person for company in demo.accounts()) == 4
    pairs = [(company.name, company.helpdesk_name) for company in demo.organizations()]
    assert any(left != right and left.lower() == right.lower() for left, right in pairs)
    assert any(left != right and left.split() == right.split() for left, right in pairs)
    assert any(company.parent is not None for company in demo.accounts())


def test_explicit_sizes_are_the_counterparts_of_the_first_companies():
    world = World(WorldSize(accounts=300, organizations=120, contacts=50, users=30))
    assert [row.index for row in world.organizations()] == list(range(120))
    assert len(list(world.users())) == 30
    assert list(World(WorldSize(accounts=1000)).organizations()) == []


def test_the_empty_world_is_empty():
    world = World(EMPTY)
    assert [*world.accounts(), *world.organizations(), *world.contacts(), *world.leads(), *world.users()] == []


def test_the_oddities_of_a_large_world_do_not_grow():
    world = World(WorldSize(accounts=20_000, contacts=20_000))
    all_names = names(world.accounts())
    people = list(world.contacts())
    assert len(set(all_names)) == len(all_names) - 3
    assert sum(person.shares_with is not None for person in people) == 100


def test_shared_emails_can_be_asked_for():
    world = World(WorldSize(accounts=50, contacts=1000, shared_email_percent=0))
    emails = [person.email for person in world.contacts() if person.email]
    assert len(set(emails)) == len(emails) == 990


def test_every_address_lies_in_a_domain_reserved_for_examples(demo):
    addresses = [person.email for person in demo.contacts() if person.email]
    addresses += [person.helpdesk_email for person in demo.users()]
    addresses += [lead.person.email for lead in demo.leads()]
    for address in addresses:
        assert address.endswith((".example", ".test"))
        assert address.isascii()
