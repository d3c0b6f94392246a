"""Signs in to Microsoft with client credentials through msal: a client secret or a certificate.

msal asks over our session, so that its calls are paced, counted and sent to hosts that were judged.
Source: learn.microsoft.com, "Get access without a user".
"""

from collections.abc import Mapping
from typing import Any

import msal
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from requests import Response

from connectors.api.address import netloc
from connectors.api.errors import AuthError, ConfigError
from connectors.api.http import UNSIGNED, VendorSession
from connectors.api.outlook.errors import NO_TENANT, judge_graph
from connectors.api.protocol import ConnectionSettings
from connectors.api.sign_in import BearerSignIn, Grant

SECRET, CERTIFICATE = "secret", "certificate"
# Where each cloud signs in; any other address signs in where it is.
SIGN_IN_HOSTS = {
    "graph.microsoft.com": "login.microsoftonline.com",
    "graph.microsoft.us": "login.microsoftonline.us",
    "dod-graph.microsoft.us": "login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn": "login.partner.microsoftonline.cn",
}
REFUSALS = (400, 401, 403, 404)
# Stop using a token a little before Microsoft does.
MARGIN = 120.0


def authority_of(base_url: str, tenant: str) -> str:
    """The address at which a tenant signs in."""
    host = netloc(base_url)
    return f"https://{SIGN_IN_HOSTS.get(host, host)}/{tenant}"


def sign_in_for(connection: ConnectionSettings, base_url: str, session: VendorSession) -> BearerSignIn:
    """The sign-in of the connection's method. Sends nothing yet."""
    authority = authority_of(base_url, connection.settings["tenant_id"].strip())
    session.allow(authority)
    scope = f"https://{netloc(base_url) if netloc(base_url) in SIGN_IN_HOSTS else 'graph.microsoft.com'}/.default"
    return BearerSignIn(lambda: _ask(connection, authority, scope, session), connection.tokens)


def check_tenant(connection: ConnectionSettings, base_url: str, session: VendorSession) -> str:
    """The address at which the tenant signs in. Raises ConfigError where there is no such tenant."""
    authority = authority_of(base_url, connection.settings["tenant_id"].strip())
    response = session.request("GET", f"{authority}/v2.0/.well-known/openid-configuration", auth=UNSIGNED)
    if "token_endpoint" not in response.json():
        raise ConfigError("The server at this address is not Microsoft's sign-in.", "Check the address.")
    return authority


def _ask(connection: ConnectionSettings, authority: str, scope: str, session: VendorSession) -> Grant:
    """A new access token. Raises ConfigError for an unknown tenant, AuthError with Microsoft's reason if refused."""
    wire = _Wire(session)
    try:
        application = msal.ConfidentialClientApplication(
            connection.settings["client_id"].strip(),
            client_credential=_credential(connection),
            authority=authority,
            instance_discovery=False,
            http_client=wire,
        )
        answer = application.acquire_token_for_client([scope])
    except (ValueError, TypeError):  # msal's word for a tenant that is not there, and for a key that cannot be read
        if wire.refused is not None:
            raise judge_graph(wire.refused).error from None
        hint = "Enter it as PEM text without a password, and the thumbprint of its certificate."
        raise AuthError("The private key cannot be read.", hint) from None
    if "access_token" not in answer:
        if wire.refused is not None:
            raise judge_graph(wire.refused).error
        raise AuthError("Microsoft's answer holds no access token.", "Check the address.", code=NO_TENANT)
    lifetime = float(answer.get("expires_in") or 3_600)
    return Grant(str(answer["access_token"]), max(60.0, lifetime - MARGIN))


def _credential(connection: ConnectionSettings) -> Any:
    """Raises ValueError or TypeError for a key that cannot be used, a locked one among them."""
    if connection.auth != CERTIFICATE:
        return connection.settings["client_secret"]
    load_pem_private_key(connection.settings["private_key"].encode(), None)
    return {
        "private_key": connection.settings["private_key"],
        "thumbprint": connection.settings["thumbprint"].replace(":", "").replace(" ", ""),
    }


class _Wire:
    """Our session as msal wants it. ``refused`` is the last refusal that came."""

    def __init__(self, session: VendorSession) -> None:
        self._session = session
        self.refused: Response | None = None

    def get(self, url: str, params: Any = None, headers: Mapping[str, str] | None = None, **_: Any) -> Response:
        return self._sent("GET", url, params=params, headers=headers)

    def post(
        self, url: str, params: Any = None, data: Any = None, headers: Mapping[str, str] | None = None, **_: Any
    ) -> Response:
        return self._sent("POST", url, params=params, data=data, headers=headers)

    def close(self) -> None:
        """The session is closed with its connector."""

    def _sent(self, method: str, url: str, **parts: Any) -> Response:
        response = self._session.request(method, url, auth=UNSIGNED, repeatable=True, accept=REFUSALS, **parts)
        if not response.ok:
            self.refused = response
        return response
