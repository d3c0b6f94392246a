"""Tickets inside a page of the other system: a fresh signature opens them once, in frames of that org alone."""

from __future__ import annotations

import re
import time

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client

from connectors import crypto
from connectors.api.salesforce.frames import frame_origins
from connectors.embedding import make_secret, remove_secret, secret_of
from connectors.models import Connection
from connectors.saving import rotate_secrets, save
from mappings.models import Sync
from tests.runs.stored import stored_record, stored_sync
from tests.worlds.signing import ID, signed_link, signed_request

ADDRESS = f"/embed/tickets/Account/{ID}"
ORIGINS = "https://ours.my.salesforce.com https://ours.lightning.force.com https://ours--c.vf.force.com"


@pytest.fixture
def accounts(db: None) -> Sync:
    """An account that is linked to nothing: its view is shown without asking anybody."""
    caches["default"].clear()
    sync = stored_sync()
    stored_record(sync, "left", ID, "Acme")
    return sync


@pytest.fixture
def secret(accounts: Sync) -> str:
    return make_secret(accounts.left, by="the tests")


def posted(client: Client, body: dict[str, str], address: str = ADDRESS) -> HttpResponse:
    return client.post(f"{address}?connection=sf", body)


def framed(response: HttpResponse) -> bool:
    """Whether the org's own pages may show it, and no others."""
    policy = response["Content-Security-Policy"]
    if "X-Frame-Options" in response:
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in policy
        return False
    assert f"frame-ancestors {ORIGINS}" in policy
    return True


def refused(response: HttpResponse, *, in_the_frame: bool = False) -> bool:
    assert response.status_code == 403
    assert "Acme" not in response.content.decode()
    return framed(response) is in_the_frame


def test_a_signed_link_and_a_signed_request_open_the_view_in_frames_of_the_org(secret: str) -> None:
    client = Client(enforce_csrf_checks=True)
    for opened in (client.get(ADDRESS, signed_link(secret)), posted(client, signed_request(secret))):
        assert opened.status_code == 302
        assert framed(opened)
        view = client.get(opened["Location"])
        assert view.status_code == 200
        assert "Not linked to an organization" in view.content.decode()
        assert framed(view)
        assert view["Cache-Control"] == "no-store"
        assert not view.cookies, "a frame of another site keeps none"
        assert "csrf" not in view.content.decode()
        assert client.get(f"{opened['Location']}&sort=status").status_code == 200, "its own links go on working"


def test_nothing_opens_twice(secret: str) -> None:
    client, link, request = Client(), signed_link(secret), signed_request(secret)
    assert client.get(ADDRESS, link).status_code == 302
    assert refused(client.get(ADDRESS, link), in_the_frame=True)
    assert refused(client.get(ADDRESS, {**link, "signature": link["signature"].upper()}), in_the_frame=True)
    assert posted(client, request).status_code == 302
    assert refused(posted(client, request), in_the_frame=True)
    assert client.get(ADDRESS, signed_link(secret, nonce="n2")).status_code == 302, "another reader of the same moment"


def test_what_is_not_signed_for_this_record_lately_is_refused(as_ada: Client, secret: str) -> None:
    """Also for an administrator: roles have no part in it."""
    now = int(time.time())
    other = ADDRESS.replace("001000000000001", "001000000000002")
    links = {
        "none": {},
        "no connection": {"connection": "nothing"},
        "another system": signed_link(secret, connection="zd"),
        "another secret": signed_link("x" * 43),
        "expired": signed_link(secret, expires=str(now - 1)),
        "never expiring": signed_link(secret, expires=str(now + 3600)),
        "later": {**signed_link(secret), "expires": str(now + 250)},
        "no nonce": signed_link(secret, nonce=""),
        "no number": signed_link(secret, expires="²"),
        "no signature": {**signed_link(secret), "signature": ""},
        "not ASCII": {**signed_link(secret), "signature": "ä" * 64},
        "another object": signed_link(secret, object="Contact"),
        "a view": {"connection": "sf", "view": "x"},
    }
    for name, link in links.items():
        assert refused(as_ada.get(ADDRESS, link), in_the_frame=name in ("expired", "never expiring")), name
    assert refused(as_ada.get(other, signed_link(secret)))
    requests = {
        "empty": {"signed_request": ""},
        "no dot": {"signed_request": "abc"},
        "not Base64": {"signed_request": "ä.ö"},
        "another secret": signed_request("x" * 43),
        "another record": signed_request(secret, id="001000000000009AAA"),
        "another object": signed_request(secret, object="Lead"),
        "no record": signed_request(secret, context={}),
        "another algorithm": signed_request(secret, algorithm="none"),
        "no time": signed_request(secret, issuedAt=None),
        "true": signed_request(secret, issuedAt=True),
        "old": signed_request(secret, issuedAt=now - 301),
        "to come": signed_request(secret, issuedAt=now + 90),
    }
    for name, body in requests.items():
        assert refused(posted(as_ada, body), in_the_frame=name in ("old", "to come")), name
    whole = signed_request(secret)["signed_request"]
    assert refused(posted(as_ada, {"signed_request": f"{whole[:-6]}AAAAA="}))
    assert posted(as_ada, signed_request(secret, issuedAt=now * 1000)).status_code == 302, "milliseconds will do"


def test_a_view_ends_with_its_time_its_secret_and_its_record(
    secret: str, accounts: Sync, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    view = client.get(ADDRESS, signed_link(secret))["Location"]
    assert refused(client.get(view.replace("001000000000001", "001000000000002")))
    later = time.time() + 31 * 60
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: later)
        assert refused(client.get(view), in_the_frame=True)
    assert client.get(view).status_code == 200
    make_secret(accounts.left, by="the tests")
    assert refused(client.get(view)), "a new secret ends what the old one opened"
    remove_secret(accounts.left, by="the tests")
    assert refused(client.get(ADDRESS, signed_link(secret, nonce="n3")))
    Connection.objects.filter(pk=accounts.left_id).update(enabled=False)
    assert refused(client.get(ADDRESS, signed_link(make_secret(accounts.left, by="the tests"))))


def test_everything_else_stays_out_of_frames(as_vera: Client, secret: str) -> None:
    for path in ("/", "/connections/sf/", f"/records/accounts/left/{ID}/", f"/records/accounts/left/{ID}/tickets/"):
        assert not framed(as_vera.get(path)), path


def test_an_object_without_tickets_says_so(secret: str) -> None:
    address = f"/embed/tickets/Opportunity/{ID}"
    view = Client().get(Client().get(address, signed_link(secret, object="Opportunity"))["Location"])
    assert "No sync of Opportunity records has tickets." in view.content.decode()


def test_the_secret_is_shown_once_and_stored_encrypted(as_ada: Client, as_vera: Client, accounts: Sync) -> None:
    page = "/connections/sf/"
    assert "Make a signing secret" in as_ada.get(page).content.decode()
    assert "Make a signing secret" not in as_vera.get(page).content.decode()
    answer = as_ada.post(f"{page}signing-secret/", {"verb": "make"})
    [made] = re.findall(r'id="signing-secret">([^<]+)<', answer.content.decode())
    assert answer["Cache-Control"] == "no-store"
    stored = Connection.objects.get(slug="sf")
    assert secret_of(stored) == made
    assert made not in stored.signing_secret
    for client in (as_ada, as_vera):
        assert made not in client.get(page).content.decode()
    assert all(origin in as_vera.get(page).content.decode() for origin in ORIGINS.split())
    again = as_ada.post(f"{page}signing-secret/", {"verb": "make"})
    assert made not in again.content.decode()
    as_ada.post(f"{page}signing-secret/", {"verb": "remove"})
    assert secret_of(Connection.objects.get(slug="sf")) == ""
    assert as_ada.post("/connections/zd/signing-secret/", {"verb": "make"}).status_code == 404


def test_the_secret_survives_new_keys_and_no_other_address(accounts: Sync, secret: str) -> None:
    rotate_secrets()
    connection = Connection.objects.get(slug="sf")
    assert secret_of(connection) == secret
    save(connection, name="S", base_url="https://theirs.my.salesforce.com", auth="jwt", values={}, by="the tests")
    assert Connection.objects.get(slug="sf").signing_secret == ""
    connection.signing_secret = crypto.encrypt({"embedding": "x"})[:-4]
    assert secret_of(connection) == ""


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("https://acme.my.salesforce.com", ("acme.lightning.force.com", "acme--c.vf.force.com")),
        (
            "https://acme--dev.sandbox.my.salesforce.com",
            ("acme--dev.sandbox.lightning.force.com", "acme--dev--c.sandbox.vf.force.com"),
        ),
        (
            "https://acme-dev-ed.develop.my.salesforce.com",
            ("acme-dev-ed.develop.lightning.force.com", "acme-dev-ed--c.develop.vf.force.com"),
        ),
        ("http://127.0.0.1:8021", ()),
    ],
)
def test_frames_are_the_orgs_own(address: str, origins: tuple[str, ...]) -> None:
    assert frame_origins(address) == (address, *(f"https://{origin}" for origin in origins))
