"""The connection test names the step that failed, whatever call it showed with (S3.C2, S3.10)."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import orjson
import pytest
import requests

from connectors.api.sign_in import Grant
from connectors.api.values import CheckReport, CheckState, CheckStep
from tests.connectors.api.subjects import MemoryTokens, Remote
from tests.timeouts import HANG_SECONDS

ACCOUNT = "*/sobjects/Account*"
CREATE_USERS = "/api/v2/users/create_many"


@pytest.fixture(params=["salesforce", "zendesk"])
def remote(request: pytest.FixtureRequest) -> Remote:
    found: Remote = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def port_without_tls() -> Iterator[int]:
    """A port that takes any number of connections and speaks no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    if connection.recv(1024):
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def failed(report: CheckReport) -> CheckStep:
    """The one step that failed. What comes after it was not reached."""
    (step,) = [step for step in report.steps if step.state is CheckState.FAILED]
    after = [one.state for one in report.steps[report.steps.index(step) + 1 :]]
    assert set(after) <= {CheckState.NOT_REACHED}
    assert step.message
    assert step.hint
    return step


def refused(status: int, code: str, message: str = "no") -> dict[str, Any]:
    """A refusal in Salesforce's shape."""
    return {"status": status, "body": [{"errorCode": code, "message": message}]}


def test_a_name_that_nobody_has(remote: Remote) -> None:
    assert failed(remote.open(base_url="https://no-such-host.invalid").check()).name == "DNS"


def test_a_host_that_takes_no_connections(remote: Remote, unused_tcp_port: int) -> None:
    assert failed(remote.open(base_url=f"https://127.0.0.1:{unused_tcp_port}").check()).name == "Connection"


def test_a_host_without_a_certificate(remote: Remote, port_without_tls: int) -> None:
    assert failed(remote.open(base_url=f"https://127.0.0.1:{port_without_tls}").check()).name == "TLS"


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "body": {"ok": True}},
        {"status": 200, "body": [1, 2]},
        {"status": 200, "body": "<html>"},
        {"status": 401, "body": {"message": "Unauthorized"}},
        {"status": 403, "body": []},
    ],
)
def test_a_host_of_somebody_else(remote: Remote, answer: dict[str, Any]) -> None:
    path = {"salesforce": "/services/data", "zendesk": "/api/v2/users/me"}[remote.subject.kind]
    remote.break_next("GET", path, answer=answer)
    step = failed(remote.open().check())
    assert step.name == f"{remote.subject.kind.capitalize()} answers"
    assert "The server at this address is not" in step.message


def test_salesforce_may_refuse_in_its_own_words_before_the_sign_in(salesforce: Remote) -> None:
    salesforce.break_next("GET", "/services/data", answer=refused(401, "INVALID_AUTH_HEADER"))
    assert salesforce.open().check().ok


@pytest.mark.parametrize("body", [{"error": "Couldn't authenticate you"}, {"error": {"title": "No", "message": "No"}}])
def test_zendesk_may_refuse_in_its_own_words_before_the_sign_in(zendesk: Remote, body: dict[str, Any]) -> None:
    zendesk.break_next("GET", "/api/v2/users/me", answer={"status": 401, "body": body})
    assert zendesk.open().check().ok


def test_a_wrong_secret(remote: Remote) -> None:
    assert failed(remote.open(settings={"client_secret": "wrong"}).check()).name == "Credentials"


@pytest.mark.parametrize("mistyped", ["email", "api_token"])
def test_a_mistyped_email_or_api_token_of_zendesk_which_answers_200_all_the_same(
    zendesk: Remote, mistyped: str
) -> None:
    opened = zendesk.open(auth="api_token", settings={mistyped: "other@helpdesk.example"})
    step = failed(opened.check())
    assert step.name == "Credentials"
    assert "The credentials are wrong" in step.message


def test_a_salesforce_app_without_the_scope_of_the_api(salesforce: Remote) -> None:
    answer = refused(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API")
    salesforce.break_next("GET", ACCOUNT, times=9, answer=answer)
    step = failed(salesforce.open().check())
    assert step.name == "Scope"
    assert "Manage user data via APIs" in step.hint


@pytest.mark.parametrize("scope", ["read", "write", "users:read organizations:read"])
def test_a_zendesk_client_with_too_few_scopes(zendesk: Remote, scope: str) -> None:
    step = failed(zendesk.open(tokens=limited(zendesk, scope)).check())
    assert step.name == "Scope"
    assert "read and write" in step.hint


def limited(zendesk: Remote, scope: str) -> MemoryTokens:
    """A store that holds a token of these scopes."""
    asked = {name: zendesk.credentials[name] for name in ("client_id", "client_secret")}
    body = {"grant_type": "client_credentials", "scope": scope, **asked}
    answer = requests.post(f"{zendesk.base_url}/oauth/tokens", json=body, timeout=HANG_SECONDS)
    tokens = MemoryTokens()
    tokens.set(orjson.dumps(asdict(Grant(answer.json()["access_token"], 1800))).decode(), 1800)
    return tokens


def test_too_few_scopes_are_no_word_about_the_import_of_users(zendesk: Remote) -> None:
    said = "You are missing the following required scopes: write"
    zendesk.break_next(
        "POST", CREATE_USERS, answer={"status": 403, "body": {"error": "Forbidden", "description": said}}
    )
    report = zendesk.open().check()
    assert failed(report).name == "Scope"
    assert "bulk_user_import" not in report.facts


def test_a_salesforce_user_who_does_not_see_accounts(salesforce: Remote) -> None:
    answer = refused(404, "NOT_FOUND", "The requested resource does not exist")
    salesforce.break_next("GET", ACCOUNT, times=9, answer=answer)
    report = salesforce.open().check()
    step = failed(report)
    assert step.name == "Permission"
    assert "permission set" in step.hint
    assert next(one for one in report.steps if one.name == "Scope").state is CheckState.OK


def test_a_salesforce_user_who_may_not_use_the_api(salesforce: Remote) -> None:
    salesforce.break_next("GET", ACCOUNT, times=9, answer=refused(403, "API_CURRENTLY_DISABLED"))
    assert failed(salesforce.open().check()).name == "Permission"


def test_a_zendesk_agent_who_is_no_administrator(zendesk: Remote) -> None:
    connector = zendesk.open(auth="api_token", settings={"email": "abe@helpdesk.example"})
    assert failed(connector.check()).name == "Permission"


def test_a_salesforce_edition_without_an_api(salesforce: Remote) -> None:
    salesforce.break_next("GET", ACCOUNT, times=9, answer=refused(403, "API_DISABLED_FOR_ORG"))
    step = failed(salesforce.open().check())
    assert step.name == "Edition"
    assert "Enterprise Edition" in step.hint
