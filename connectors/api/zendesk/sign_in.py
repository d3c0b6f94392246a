"""Signs in to Zendesk: OAuth client credentials, or an API token while Zendesk still accepts them.

Source: developer.zendesk.com, "OAuth tokens for grant types" and "Migrating from API tokens to OAuth".
"""

import orjson
from requests import PreparedRequest, Response
from requests.auth import HTTPBasicAuth, _basic_auth_str

from connectors.api.errors import AuthError
from connectors.api.http import UNSIGNED, SignIn, VendorSession
from connectors.api.protocol import ConnectionSettings
from connectors.api.sign_in import BearerSignIn, Grant

OAUTH = "oauth"
API_TOKEN = "api_token"  # noqa: S105 - the name of a method, not a secret
SCOPES = "read write"


class TokenSignIn(HTTPBasicAuth):
    """``email/token`` and the API token, as Basic credentials. They cannot be renewed."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = _basic_auth_str(self.username, self.password)
        return request

    def renew(self, response: Response) -> bool:
        return False


def sign_in_for(connection: ConnectionSettings, session: VendorSession) -> SignIn:
    """The sign-in of the connection's method. Sends nothing yet."""
    settings = connection.settings
    if connection.auth == API_TOKEN:
        return TokenSignIn(f"{settings['email']}/token", settings["api_token"])
    return BearerSignIn(lambda: ask_for_token(connection, session), connection.tokens)


def ask_for_token(connection: ConnectionSettings, session: VendorSession) -> Grant:
    """A new access token for the client credentials. Raises AuthError with Zendesk's reason when refused."""
    response = session.request(
        "POST",
        f"{connection.base_url}/oauth/tokens",
        data=orjson.dumps(
            {
                "grant_type": "client_credentials",
                "client_id": connection.settings["client_id"],
                "client_secret": connection.settings["client_secret"],
                "scope": SCOPES,
            }
        ),
        headers={"Content-Type": "application/json"},
        auth=UNSIGNED,
        repeatable=True,
    )
    try:
        answer = orjson.loads(response.content)
        token = str(answer["access_token"])
        lifetime = float(answer.get("expires_in") or 1800)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise AuthError("Zendesk's answer holds no access token.", "Check the address.") from None
    # Stop using it a little before Zendesk does.
    return Grant(token, max(60.0, lifetime - 120))
