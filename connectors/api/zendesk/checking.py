"""The connection test for Zendesk, step by step (S3.C2), and the facts about the account that it collects (S1.16,
S3.C4).
"""

from typing import Any

import orjson
from requests import Response

from connectors.api.errors import AuthError, ConfigError, ConnectorError
from connectors.api.http import UNSIGNED
from connectors.api.reach import NETWORK, Steps, check_address, check_connection, check_name, check_tls
from connectors.api.values import CheckReport, CheckState, CheckStep
from connectors.api.zendesk.account import account_settings
from connectors.api.zendesk.answers import FORBIDDEN, REFUSED
from connectors.api.zendesk.client import ZendeskClient
from connectors.api.zendesk.errors import MISSING_SCOPE, is_missing_scope, judge_zendesk, read_refusal

STEPS = (
    *("Address", "DNS", "Connection", "TLS", "Zendesk answers", "Credentials", "Permission", "Scope"),
    *("Bulk user import", "Plan limits"),
)
# Too few scopes show with the first call that needs them, whatever that is about.
BLAME = NETWORK | {MISSING_SCOPE: "Scope", "invalid_scope": "Scope"}
# More users than one call may create, and none of them has a name: whatever comes of it, nobody is created.
TOO_MANY_USERS: dict[str, list[dict[str, str]]] = {"users": [{}] * 101}
TOO_MANY_VALUES = "TooManyValues"


def check(client: ZendeskClient) -> CheckReport:
    """Test the connection. Never raises for a remote failure: the step that failed says what is wrong."""
    steps, facts = Steps(STEPS), dict[str, Any]()
    steps.run("Address", lambda: check_address(client.base_url))
    steps.run("DNS", lambda: check_name(client.base_url))
    steps.run("Connection", lambda: check_connection(client.base_url, bool(client.session.proxies)))
    steps.run("TLS", lambda: check_tls(client.base_url, bool(client.session.proxies)))
    steps.run("Zendesk answers", lambda: _answers(client))
    steps.run("Credentials", lambda: _credentials(client, facts), BLAME)
    steps.run("Permission", lambda: _permission(facts))
    steps.run("Scope", lambda: _scope(client, facts))
    steps.run("Bulk user import", lambda: _bulk_import(client, facts), BLAME)
    steps.run("Plan limits", lambda: _limits(client, facts))
    return CheckReport(steps.all(), facts)


def _answers(client: ZendeskClient) -> CheckStep:
    """An unsigned call: any of Zendesk's own refusals shows that this is Zendesk."""
    response = client.session.request("GET", client.url("users/me"), auth=UNSIGNED, accept=(400, 401, 403))
    if not _speaks_zendesk(response):
        raise ConfigError(
            "The server at this address is not Zendesk.",
            "Use your subdomain: https://yourcompany.zendesk.com.",
        )
    return CheckStep("Zendesk answers", CheckState.OK, client.base_url)


def _speaks_zendesk(response: Response) -> bool:
    """Whether the body is the anonymous user, or a refusal in one of Zendesk's shapes."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(body, dict):
        return False
    return isinstance(body.get("user"), dict) if response.ok else bool(read_refusal(response).code)


def _credentials(client: ZendeskClient, facts: dict[str, Any]) -> CheckStep:
    user = client.me()
    if user.id is None:  # the anonymous user: Zendesk answers 200 to a wrong email or API token
        raise AuthError(
            "The credentials are wrong: Zendesk treats the call as anonymous.",
            "Check the email address and the token, and enter both again.",
        )
    facts["user_name"], facts["user_email"], facts["user_role"] = user.name, user.email, user.role
    return CheckStep("Credentials", CheckState.OK, f"Signed in as {user.name} ({user.email}).")


def _scope(client: ZendeskClient, facts: dict[str, Any]) -> CheckStep:
    client.get("organizations", {"page[size]": 1})
    settings = account_settings(client)
    if settings is None:
        return CheckStep(
            "Scope",
            CheckState.WARNING,
            "Zendesk does not show us the account's settings.",
            "Sign in as an administrator to learn of welcome mails and multiple organizations.",
        )
    facts.update({name: value for name, value in settings.items() if name != "id"})
    return CheckStep("Scope", CheckState.OK, "Organizations and settings can be read.")


def _permission(facts: dict[str, Any]) -> CheckStep:
    if facts.get("user_role") == "admin":
        return CheckStep("Permission", CheckState.OK, "An administrator: changes can be exported.")
    return CheckStep(
        "Permission",
        CheckState.FAILED,
        f"{facts.get('user_name')} is not an administrator, so changes cannot be exported.",
        "Tie the OAuth client to an administrator.",
    )


def _bulk_import(client: ZendeskClient, facts: dict[str, Any]) -> CheckStep:
    """Whether users can be created in jobs of a hundred (developer.zendesk.com, "Create Many Users")."""
    name = "Bulk user import"
    allowed = facts["bulk_user_import"] = _may_import(client)
    if allowed:
        return CheckStep(name, CheckState.OK, "Users can be created a hundred at a time.")
    if allowed is None:
        return CheckStep(
            name,
            CheckState.WARNING,
            "Zendesk did not tell whether users can be created a hundred at a time.",
            "A run finds out with the first new users, and creates them one by one if need be.",
        )
    return CheckStep(
        name,
        CheckState.WARNING,
        "Zendesk does not permit bulk user imports for this account: new users are created one by one.",
        "That works and takes longer. For many new users, the account's owner asks Zendesk Customer Support to "
        "enable bulk user imports.",
    )


def _may_import(client: ZendeskClient) -> bool | None:
    """What Zendesk says to a call that it has to refuse: 403 where the import is off, TooManyValues where it is on.

    None where it says something else. The call starts no job. Raises AuthError where it needs more scopes.
    """
    try:
        response = client.session.request(
            "POST",
            client.url("users/create_many"),
            data=orjson.dumps(TOO_MANY_USERS),
            headers={"Content-Type": "application/json"},
            accept=(*REFUSED, FORBIDDEN),
            repeatable=True,
        )
    except ConnectorError:
        return None
    if is_missing_scope(response):
        raise judge_zendesk(response).error
    if response.status_code == FORBIDDEN:
        return False
    return True if read_refusal(response).code == TOO_MANY_VALUES else None


def _limits(client: ZendeskClient, facts: dict[str, Any]) -> CheckStep:
    allocation = client.allocation
    if allocation is None:
        return CheckStep("Plan limits", CheckState.WARNING, "Zendesk did not say how many calls it allows.")
    facts["rate_limit"] = allocation.limit
    return CheckStep("Plan limits", CheckState.OK, f"{allocation.limit:,} calls a minute.")
