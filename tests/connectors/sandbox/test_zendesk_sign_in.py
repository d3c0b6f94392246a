"""OAuth grants, rotation, expiry, scopes, and Basic sign-in."""

import base64
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.timeouts import HANG_SECONDS


def token(desk, **given):
    credentials = desk.endpoint.credentials
    body = {"client_id": credentials["client_id"], "client_secret": credentials["client_secret"], **given}
    return desk.session.post(f"{desk.endpoint.base_url}/oauth/tokens", json=body, timeout=HANG_SECONDS)


def get(desk, path, access):
    return desk.get(path, headers={"Authorization": f"Bearer {access}"})


def test_client_credentials_give_a_token_that_cannot_be_refreshed(desk):
    answer = token(desk, grant_type="client_credentials", scope="read write")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["token_type"], body["scope"]) == ("bearer", "read write")
    assert "refresh_token" not in body
    assert get(desk, "users/me", body["access_token"]).status_code == 200


def test_form_bodies_work_too(desk):
    credentials = desk.endpoint.credentials
    body = {name: credentials[name] for name in ("client_id", "client_secret")}
    body |= {"grant_type": "client_credentials", "scope": "read"}
    answer = desk.session.post(f"{desk.endpoint.base_url}/oauth/tokens", data=body, timeout=HANG_SECONDS)
    assert answer.status_code == 201


def test_a_token_expires(desk):
    body = token(desk, grant_type="client_credentials", scope="read", expires_in=600).json()
    assert body["expires_in"] == 600
    desk.clock.advance(600)
    answer = get(desk, "users/me", body["access_token"])
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_token"


@pytest.mark.parametrize("seconds", [300, 172_800])
def test_the_lifetime_must_lie_between_five_minutes_and_two_days(desk, seconds):
    answer = token(desk, grant_type="client_credentials", expires_in=seconds)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_refreshing_rotates_both_tokens_and_kills_the_old_pair(desk):
    body = {"grant_type": "refresh_token", "refresh_token": code_tokens(desk)["refresh_token"]}
    first = token(desk, **body)
    assert first.status_code == 201
    assert first.json()["refresh_token"] != body["refresh_token"]
    again = token(desk, **body)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def code_tokens(desk):
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": desk.endpoint.credentials["client_id"],
        "redirect_uri": "https://product.example/back",
        "response_type": "code",
        "scope": "read write",
        "state": "s1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = f"{desk.endpoint.base_url}/oauth/authorizations/new"
    answer = desk.session.get(address, params=query, allow_redirects=False, timeout=HANG_SECONDS)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert back["state"] == ["s1"]
    body = {"grant_type": "authorization_code", "code": back["code"][0], "code_verifier": verifier}
    answer = token(desk, **body, redirect_uri=query["redirect_uri"])
    assert answer.status_code == 201, answer.text
    assert token(desk, **body, redirect_uri=query["redirect_uri"]).status_code == 400
    return answer.json()


def test_the_code_grant_gives_a_refresh_token_for_thirty_days(desk):
    assert code_tokens(desk)["refresh_token_expires_in"] == 30 * 86_400


def test_a_wrong_client_secret_is_refused(desk):
    answer = token(desk, grant_type="client_credentials", client_secret="wrong")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_the_printed_credentials_all_work(desk):
    credentials = desk.endpoint.credentials
    basic = base64.b64encode(f"{credentials['email']}/token:{credentials['api_token']}".encode()).decode()
    assert desk.get("users/me", headers={"Authorization": f"Basic {basic}"}).status_code == 200
    assert get(desk, "users/me", credentials["access_token"]).status_code == 200


@pytest.mark.parametrize("authorization", ["", "Basic YWRtaW46cGFzcw==", "Basic not base64!", "Basic \xe4"])
def test_without_a_right_sign_in_users_me_is_the_anonymous_user_and_all_else_is_refused(desk, authorization):
    me = desk.get("users/me", headers={"Authorization": authorization}).json()["user"]
    assert (me["id"], me["name"], me["role"]) == (None, "Anonymous user", "end-user")
    answer = desk.get("users", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.json() == {"error": "Couldn't authenticate you"}


@pytest.mark.parametrize(
    "scope, path, allowed",
    [
        ("read", "users", True),
        ("users:read", "users", True),
        ("users:read", "incremental/users/cursor?start_time=0", True),
        ("users:read", "organizations", False),
        ("organizations:read", "organization_memberships", True),
        ("write", "users", False),
        ("read,write", "users", False),
    ],
)
def test_a_scope_opens_its_resource_and_nothing_else(desk, scope, path, allowed):
    access = token(desk, grant_type="client_credentials", scope=scope).json()["access_token"]
    answer = get(desk, path, access)
    assert answer.status_code == (200 if allowed else 403), answer.text
    if not allowed:
        assert "missing the following required scopes" in answer.json()["description"]


def test_reading_does_not_permit_writing(desk):
    access = token(desk, grant_type="client_credentials", scope="read").json()["access_token"]
    headers = {"Authorization": f"Bearer {access}"}
    answer = desk.post("organizations", {"organization": {"name": "Acme"}}, headers=headers)
    assert answer.status_code == 403


def test_an_agent_may_not_export_incrementally(desk):
    basic = base64.b64encode(f"abe@helpdesk.example/token:{desk.endpoint.credentials['api_token']}".encode())
    headers = {"Authorization": f"Basic {basic.decode()}"}
    assert desk.get("users", headers=headers).status_code == 200
    answer = desk.get("incremental/users/cursor?start_time=0", headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")


def test_tokens_can_be_made_to_expire_and_be_refreshed(desk):
    body = code_tokens(desk)
    desk.control("POST", "expire-tokens")
    assert get(desk, "users/me", body["access_token"]).status_code == 401
    fresh = token(desk, grant_type="refresh_token", refresh_token=body["refresh_token"]).json()
    assert get(desk, "users/me", fresh["access_token"]).status_code == 200
