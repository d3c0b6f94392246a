"""An ordinary client library, pointed at the sandbox, works. Its process-wide redirect is set for the test only."""

from urllib.parse import urlsplit

import pytest
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization, OrganizationMembership, User
from zenpy.lib.exception import APIException, RecordNotFoundException, TooManyValuesException


@pytest.fixture
def client(desk, monkeypatch):
    monkeypatch.setenv("ZENPY_FORCE_NETLOC", urlsplit(desk.endpoint.base_url).netloc)
    monkeypatch.setenv("ZENPY_FORCE_SCHEME", "http")
    client = Zenpy(subdomain="sandbox", oauth_token=desk.endpoint.credentials["access_token"], disable_cache=True)
    yield client
    client.users.session.close()


def finished(desk, client, job):
    desk.clock.advance(2)
    return client.job_status(id=job.id)


def test_lists_are_walked_by_cursor_and_by_offset(client):
    assert len(list(client.organizations())) == 180
    assert len(list(client.users(cursor_pagination=50))) == 403
    assert {field.key for field in client.user_fields()} >= {"title", "department"}


def test_a_record_is_created_changed_and_deleted(client):
    row = client.organizations.create(Organization(name="Acme", organization_fields={"employees": 3}))
    row.notes = "changed"
    assert client.organizations.update(row).notes == "changed"
    assert client.organizations(id=row.id).organization_fields["employees"] == 3
    client.organizations.delete(row)
    with pytest.raises(RecordNotFoundException):
        client.organizations(id=row.id)


def test_bulk_calls_are_jobs(desk, client):
    job = client.organizations.create([Organization(name="One"), Organization(name="Two")])
    assert (job.status, job.total) == ("queued", 2)
    results = finished(desk, client, job).results
    assert [row.status for row in results] == ["Created", "Created"]
    job = client.users.create_or_update([User(name="A", email="a@x.example"), User(name="B", external_id="b")])
    assert [row.status for row in finished(desk, client, job).results] == ["Created", "Created"]
    users = [next(iter(client.users.search(external_id="b")))]
    memberships = [OrganizationMembership(user_id=users[0].id, organization_id=results[0].id)]
    job = client.organization_memberships.create(memberships)
    assert finished(desk, client, job).results[0].status == "Created"


def test_show_many_takes_ids_and_external_ids(client):
    client.users.create(User(name="Jo", external_id="x"))
    assert [user.name for user in client.users(external_ids=["x"])] == ["Jo"]


def test_exports_are_followed_to_their_end(desk, client):
    assert len(list(client.users.incremental(start_time=0))) == 403
    desk.clock.advance(60)
    assert len(list(client.organizations.incremental(start_time=0))) == 180


def test_refusals_become_the_librarys_exceptions(client):
    client.organizations.create(Organization(name="Acme"))
    with pytest.raises(APIException, match="Name: has already been taken"):
        client.organizations.create(Organization(name="acme"))
    with pytest.raises(TooManyValuesException):
        client.organizations.create([Organization(name=str(number)) for number in range(101)])


def test_identities_and_search(client):
    user = client.users.create(User(name="Jo", email="jo@zyxwv.example"))
    assert [row.value for row in client.users.identities(id=user.id)] == ["jo@zyxwv.example"]
    assert [row.id for row in client.search(type="user", query="jo@zyxwv.example")] == [user.id]
    found = client.search_export(query="zyxwv", type="user")
    assert [row.id for row in found] == [user.id]
