"""Getting, using and losing an access token."""

import jwt
import pytest
import requests

from tests.timeouts import HANG_SECONDS

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def token(sf):
    def ask(auth=None, **form):
        return requests.post(
            f"{sf.endpoint.base_url}/services/oauth2/token", data=form, auth=auth, timeout=HANG_SECONDS
        )

    return ask


def assertion(sf, **changes):
    claims = {
        "iss": sf.credentials["client_id"],
        "sub": sf.credentials["username"],
        "aud": "https://login.salesforce.com",
        "exp": int(sf.clock.now()) + 180,
    }
    return jwt.encode(claims | changes, sf.credentials["private_key"], algorithm="RS256")


def limits_with(sf, access_token):
    return sf.call("GET", "limits", headers={"Authorization": f"Bearer {access_token}"})


def test_client_credentials_by_basic_header_give_a_working_token(sf, token):
    answer = token(auth=(sf.credentials["client_id"], sf.credentials["client_secret"]), grant_type="client_credentials")
    body = answer.json()
    assert answer.status_code == 200
    assert body["instance_url"] == sf.endpoint.base_url
    assert {"access_token", "instance_url", "id", "token_type", "issued_at", "signature"} <= set(body)
    assert limits_with(sf, body["access_token"]).status_code == 200


def test_client_credentials_in_the_form_work_too(sf, token):
    answer = token(
        grant_type="client_credentials",
        client_id=sf.credentials["client_id"],
        client_secret=sf.credentials["client_secret"],
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "gone"}, "invalid_grant"),
    ],
)
def test_a_refused_grant_is_400_with_error_and_description(sf, token, form, error):
    right = {
        "grant_type": "client_credentials",
        "client_id": sf.credentials["client_id"],
        "client_secret": sf.credentials["client_secret"],
    }
    answer = token(**right | form)
    assert answer.status_code == 400
    assert answer.json()["error"] == error
    assert answer.json()["error_description"]


def test_a_signed_assertion_gives_a_token(sf, token):
    answer = token(grant_type=JWT_BEARER, assertion=assertion(sf))
    assert answer.status_code == 200
    assert limits_with(sf, answer.json()["access_token"]).status_code == 200


def test_an_expiry_written_as_text_is_accepted(sf, token):
    """simple-salesforce sends exp as a string."""
    body = assertion(sf, exp=str(int(sf.clock.now()) + 60))
    assert token(grant_type=JWT_BEARER, assertion=body).status_code == 200


@pytest.mark.parametrize("changes", [{"exp": 1}, {"aud": "https://example.com"}, {"sub": "stranger@example.com"}])
def test_an_assertion_with_a_wrong_claim_is_an_invalid_grant(sf, token, changes):
    answer = token(grant_type=JWT_BEARER, assertion=assertion(sf, **changes))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_an_assertion_signed_by_another_key_is_refused(sf, token):
    head, body, _ = assertion(sf).split(".")
    forged = ".".join((head, body, assertion(sf, exp=2).split(".")[2]))
    assert token(grant_type=JWT_BEARER, assertion=forged).json()["error"] == "invalid_grant"


def test_a_refresh_token_gives_a_new_access_token(sf, token):
    answer = token(
        grant_type="refresh_token",
        refresh_token=sf.credentials["refresh_token"],
        client_id=sf.credentials["client_id"],
    )
    assert answer.status_code == 200
    assert "expires_in" not in answer.json()


def test_a_token_ends_after_its_life(sf, token):
    given = token(auth=(sf.credentials["client_id"], sf.credentials["client_secret"]), grant_type="client_credentials")
    sf.clock.advance(7201)
    answer = limits_with(sf, given.json()["access_token"])
    assert sf.refusal(answer) == (401, "INVALID_SESSION_ID")
    assert answer.json() == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


def test_all_tokens_can_be_expired_and_come_back_on_reset(sf):
    assert sf.control("POST", "expire-tokens")["expired"] >= 1
    assert sf.refusal(sf.get("limits")) == (401, "INVALID_SESSION_ID")
    sf.control("POST", "reset")
    assert sf.get("limits").status_code == 200


def test_a_revoked_token_is_dead(sf, token):
    given = token(auth=(sf.credentials["client_id"], sf.credentials["client_secret"]), grant_type="client_credentials")
    access = given.json()["access_token"]
    url = f"{sf.endpoint.base_url}/services/oauth2/revoke"
    assert requests.post(url, data={"token": access}, timeout=HANG_SECONDS).status_code == 200
    assert limits_with(sf, access).status_code == 401


def test_a_request_without_a_token_is_401(sf):
    answer = sf.call("GET", "limits", headers={"Authorization": ""})
    assert sf.refusal(answer) == (401, "INVALID_AUTH_HEADER")


def test_the_identity_address_of_a_token_tells_who_it_is_and_needs_one(sf, token):
    credentials = {name: sf.credentials[name] for name in ("client_id", "client_secret")}
    granted = token(grant_type="client_credentials", **credentials).json()
    told = sf.session.get(
        granted["id"], headers={"Authorization": f"Bearer {granted['access_token']}"}, timeout=HANG_SECONDS
    )
    assert (told.status_code, told.json()["username"]) == (200, "integration@syncadmin.sandbox")
    assert told.json()["id"] == granted["id"] == sf.get("").json()["identity"]
    for headers, words in (({}, "Missing_OAuth_Token"), ({"Authorization": "Bearer x"}, "Bad_OAuth_Token")):
        refused = sf.session.get(granted["id"], headers=headers, timeout=HANG_SECONDS)
        assert (refused.status_code, refused.text) == (403, words)


def test_userinfo_names_the_running_user(sf):
    body = sf.get("/services/oauth2/userinfo").json()
    assert body["preferred_username"] == sf.credentials["username"]
    assert body["organization_id"].startswith("00D")
