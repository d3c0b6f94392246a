"""The connection test for Didomi, step by step (S3.C2)."""

from typing import Any

from connectors.api.didomi.client import DidomiClient
from connectors.api.didomi.errors import NO_SESSION, speaks_didomi
from connectors.api.errors import ConfigError
from connectors.api.http import UNSIGNED
from connectors.api.reach import NETWORK, Steps, check_address, check_connection, check_name, check_tls
from connectors.api.values import CheckReport, CheckState, CheckStep

STEPS = ("Address", "DNS", "Connection", "TLS", "Didomi answers", "Credentials", "Permission", "Purposes", "Consents")
BLAME = NETWORK | {NO_SESSION: "Credentials"}


def check(client: DidomiClient) -> CheckReport:
    """Test the connection. Never raises for a remote failure: the step that failed says what is wrong."""
    steps, facts = Steps(STEPS), dict[str, Any]()
    steps.run("Address", lambda: check_address(client.base_url))
    steps.run("DNS", lambda: check_name(client.base_url))
    steps.run("Connection", lambda: check_connection(client.base_url, bool(client.session.proxies)))
    steps.run("TLS", lambda: check_tls(client.base_url, bool(client.session.proxies)))
    steps.run("Didomi answers", lambda: _answers(client))
    steps.run("Credentials", lambda: _credentials(client))
    steps.run("Permission", lambda: _permission(client, facts), BLAME)
    steps.run("Purposes", lambda: _purposes(client, facts), BLAME)
    steps.run("Consents", lambda: _consents(client, facts), BLAME)
    return CheckReport(steps.all(), facts)


def _answers(client: DidomiClient) -> CheckStep:
    """An unsigned call: a refusal in Didomi's shape shows that this is Didomi."""
    response = client.response("consents/users", accept=(400, 401, 403), auth=UNSIGNED)
    if response.ok or not speaks_didomi(response):
        raise ConfigError("The server at this address is not Didomi.", "The address is https://api.didomi.io.")
    return CheckStep("Didomi answers", CheckState.OK, client.base_url)


def _credentials(client: DidomiClient) -> CheckStep:
    client.sign_in.grant()
    return CheckStep("Credentials", CheckState.OK, "Didomi has opened a session for the API key.")


def _permission(client: DidomiClient, facts: dict[str, Any]) -> CheckStep:
    """Whether the key belongs to the organization."""
    found = client.get(f"organizations/{client.organization}")
    facts["organization_name"] = str(found.get("name") or client.organization)
    return CheckStep("Permission", CheckState.OK, f"The key may use {facts['organization_name']}.")


def _purposes(client: DidomiClient, facts: dict[str, Any]) -> CheckStep:
    found = facts["purposes"] = client.total("metadata/purposes")
    if found == 0:
        return CheckStep(
            "Purposes",
            CheckState.WARNING,
            "The organization has no purposes.",
            "Add those that your users are asked for in Didomi's data manager.",
        )
    return CheckStep("Purposes", CheckState.OK, f"{found} purposes." if found else "Purposes can be read.")


def _consents(client: DidomiClient, facts: dict[str, Any]) -> CheckStep:
    found = facts["consent_users"] = client.total("consents/users")
    return CheckStep("Consents", CheckState.OK, f"{found:,} users." if found is not None else "Consents can be read.")
