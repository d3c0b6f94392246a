"""The account's settings, read as one read-only record (developer.zendesk.com, "Account Settings")."""

from collections.abc import Mapping
from typing import Any

from connectors.api.errors import Transient
from connectors.api.zendesk.answers import FORBIDDEN
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.objects import ACCOUNT_ID

PATH = "account/settings"


def account_settings(client: ZendeskClient) -> Json | None:
    """The settings by the names that ``describe`` gives them, one call. None where Zendesk does not show them to us.

    A setting that the account does not have is None.
    """
    response = client.session.request("GET", client.url(PATH), accept=(FORBIDDEN,))
    if response.status_code == FORBIDDEN:
        return None
    answer = client.decode(response, Transient("Zendesk's answer cannot be read.", "Try again."))
    settings = answer.get("settings")
    if not isinstance(settings, dict):
        raise Transient("Zendesk's answer holds no settings.", "Try again.")
    user = settings.get("user") or {}
    return {
        "id": ACCOUNT_ID,
        "account_name": _account_name(settings, client.base_url),
        "multiple_organizations": user.get("multiple_organizations"),
        "welcome_emails": user.get("agent_created_welcome_emails"),
    }


def _account_name(settings: Mapping[str, Any], base_url: str) -> str:
    branding = settings.get("branding") or {}
    return str(branding.get("header_title") or base_url.partition("//")[2].partition(".")[0])
