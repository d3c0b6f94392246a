"""Signs in to Didomi: exchanges an API key for a session token, which is valid for an hour ("Authentication")."""

import orjson

from connectors.api.address import normalise_base_url
from connectors.api.errors import AuthError
from connectors.api.http import UNSIGNED, VendorSession
from connectors.api.protocol import ConnectionSettings
from connectors.api.sign_in import Grant

API_KEY = "api_key"
LIFETIME_SECONDS, MARGIN_SECONDS = 3_600.0, 120.0
SESSIONS = "/v1/sessions"


def ask_for_token(connection: ConnectionSettings, session: VendorSession) -> Grant:
    """A new access token. Raises AuthError with Didomi's reason when refused."""
    settings = connection.settings
    payload = {"type": "api-key", "key": settings["key_id"], "secret": settings["secret"]}
    response = session.request(
        "POST",
        f"{normalise_base_url(connection.base_url)}{SESSIONS}",
        data=orjson.dumps(payload),
        headers={"Content-Type": "application/json"},
        auth=UNSIGNED,
        repeatable=True,
    )
    try:
        token = str(orjson.loads(response.content)["access_token"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise AuthError("Didomi's answer holds no access token.", "Check the address.") from None
    # Stop using it a little before Didomi does.
    return Grant(token, LIFETIME_SECONDS - MARGIN_SECONDS)
