"""Access tokens, API tokens and private keys: in no log line, repr, message, row or page, also when something fails."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator

import orjson
import pytest
import requests
from django.core import serializers
from django.test import Client

from connectors import services
from connectors.api.errors import ConnectorError
from connectors.api.registry import connector_spec, connector_specs
from connectors.api.values import Query
from connectors.models import Connection
from connectors.sandbox.options import Options, Seed
from connectors.sandbox.server import Endpoint, Sandbox, running
from connectors.saving import save
from connectors.tokens import StoredToken
from tests.timeouts import HANG_SECONDS

pytestmark = pytest.mark.usefixtures("short_pauses")

METHODS = [(spec.kind, method.key) for spec in connector_specs() for method in spec.auth_methods]
TOKEN = {"method": "POST", "path": "*/oauth*/token*", "times": 99}
CALL = {"method": "GET", "path": "*", "times": 99}
ASKED = {
    "salesforce": Query("Account", ("Name",), limit=1),
    "zendesk": Query("organization", ("name",), limit=1),
    "didomi": Query("user", ("organization_user_id",), limit=1),
    "outlook": Query("contact/olivia@outlook.example", ("displayName",), limit=1),
}
SERVERS = {"outlook": "graph"}
# Where a token is asked for that no OAuth address names.
SESSIONS = {"didomi": "*/sessions"}
# Every signed assertion begins with it.
ASSERTION = base64.urlsafe_b64encode(b'{"alg":"RS256"').decode().rstrip("=")[:16]


@pytest.fixture(scope="module")
def world() -> Iterator[Sandbox]:
    with running(Options(seed=Seed.EMPTY)) as sandbox:
        yield sandbox


@pytest.fixture(params=METHODS, ids="-".join)
def stored(request: pytest.FixtureRequest, db: None, world: Sandbox) -> Iterator[tuple[Connection, Endpoint]]:
    """A connection of each way to sign in, and the server at its other end."""
    kind, auth = request.param
    endpoint: Endpoint = getattr(world, SERVERS.get(kind, kind))
    method = next(method for method in connector_spec(kind).auth_methods if method.key == auth)
    values = {setting.key: str(endpoint.credentials[setting.key]) for setting in method.settings if setting.required}
    connection = Connection(kind=kind)
    save(connection, name="Ours", base_url=endpoint.base_url, auth=auth, values=values, by="the tests")
    yield connection, endpoint
    control(endpoint, "DELETE", "faults")


def control(endpoint: Endpoint, method: str, path: str, body: object = None) -> None:
    requests.request(method, f"{endpoint.base_url}/_sandbox/{path}", json=body, timeout=HANG_SECONDS).raise_for_status()


def secrets_of(connection: Connection) -> set[str]:
    """All that nobody may see: what was typed, in whole and by the line, what goes over the wire, the token."""
    typed = services.stored_secrets(connection)
    lines = {
        line for text in typed.values() for line in text.splitlines() if len(line) > 8 and "PRIVATE KEY" not in line
    }
    basic = f"{connection.settings.get('email')}/token:{typed.get('api_token')}"
    kept = StoredToken(connection.pk).get()
    tokens = {orjson.loads(kept)["token"]} if kept else set()
    return {*typed.values(), *lines, base64.b64encode(basic.encode()).decode(), *tokens, ASSERTION} - {""}


def assert_hidden(secrets: set[str], *texts: str) -> None:
    assert len(secrets) > 2
    for text in texts:
        assert text
        assert not [secret for secret in secrets if secret in text], "a secret shows"


def failing_read(connection: Connection) -> list[str]:
    """What a call that fails leaves behind: the error and all that hangs on it, and the objects that made it."""
    connection.refresh_from_db()
    with services.opened(connection) as connector:
        client = connector._client
        parts = (connector, client, client.session, client.session.auth, services.connection_settings(connection))
        shown = [f"{part!r} {part}" for part in parts]
        with pytest.raises(ConnectorError) as caught:
            list(connector.read(ASKED[connection.kind]))
    error = caught.value
    assert error.__suppress_context__ or error.__context__ is None, "whose error would be shown with it"
    return [*shown, f"{error!r} {error} {error.hint} {error.code}"]


@pytest.mark.parametrize(
    "fault",
    [
        {"answer": {"status": 401, "body": {"error": "invalid_client", "error_description": "no"}}},
        {"answer": {"status": 400, "body": {"error": "invalid_grant", "error_description": "no"}}},
        {"answer": {"status": 418, "body": {}}},
        {"answer": {"status": 200, "body": {"nothing": "of use"}}},
        {"malformed": True},
        {"reset": "after"},
    ],
)
def test_a_sign_in_that_fails_shows_none(
    stored: tuple[Connection, Endpoint], fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    connection, endpoint = stored
    caplog.set_level(logging.DEBUG)
    sign_in = {**TOKEN, "path": SESSIONS.get(connection.kind, TOKEN["path"])}
    rule = CALL if connection.auth == "api_token" else sign_in
    control(endpoint, "PUT", "faults", [{**rule, **fault}])
    shown = failing_read(connection)
    assert_hidden(secrets_of(connection), *shown, caplog.text)


@pytest.mark.parametrize(
    "fault",
    [
        *({"answer": {"status": status, "body": {}}} for status in (401, 403, 404, 418, 500)),
        {"answer": {"status": 302, "headers": {"Location": "https://elsewhere.example/"}, "body": {}}},
        {"malformed": True},
        {"reset": "before"},
    ],
)
def test_a_call_that_fails_shows_none(
    stored: tuple[Connection, Endpoint], fault: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    connection, endpoint = stored
    caplog.set_level(logging.DEBUG)
    services.ask(connection, ASKED[connection.kind])  # there is a token now
    control(endpoint, "PUT", "faults", [{**CALL, **fault}])
    before = secrets_of(connection)
    shown = failing_read(connection)
    assert_hidden(before | secrets_of(connection), *shown, caplog.text)


def test_no_row_and_no_page_shows_one(stored: tuple[Connection, Endpoint], as_ada: Client) -> None:
    connection, endpoint = stored
    services.check(connection)
    services.ask(connection, ASKED[connection.kind])
    secrets = secrets_of(connection)
    control(endpoint, "PUT", "faults", [{**CALL, "answer": {"status": 403, "body": {}}}])
    services.check(connection)
    address = connection.get_absolute_url()
    pages = [as_ada.get(path).content.decode() for path in ("/connections/", address, f"{address}edit/")]
    connection.refresh_from_db()
    assert_hidden(secrets, *pages, serializers.serialize("json", [connection]), f"{connection!r} {connection}")


def test_every_way_to_sign_in_is_looked_at() -> None:
    ways = {
        "salesforce": {"client_credentials", "jwt_bearer"},
        "zendesk": {"oauth", "api_token"},
        "didomi": {"api_key"},
        "outlook": {"secret", "certificate"},
    }
    assert set(METHODS) == {(kind, auth) for kind, methods in ways.items() for auth in methods}
