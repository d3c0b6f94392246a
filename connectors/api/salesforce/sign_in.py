"""Signs in to Salesforce: client credentials, or a signed assertion (JWT bearer).

simple-salesforce has both flows, but for ``*.salesforce.com`` alone and with an ``exp`` that is text; so we ask the
token endpoint of the configured address ourselves and hand it the token.
Source: Salesforce Help, "OAuth 2.0 Client Credentials Flow" and "OAuth 2.0 JWT Bearer Flow".
"""

import time

import jwt
import orjson

from connectors.api.address import netloc
from connectors.api.errors import AuthError, ConfigError
from connectors.api.http import UNSIGNED, VendorSession
from connectors.api.protocol import ConnectionSettings
from connectors.api.sign_in import BearerSignIn, Grant

CLIENT_CREDENTIALS = "client_credentials"
JWT_BEARER = "jwt_bearer"
JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 180
# Salesforce does not say how long a session lasts; the shortest an org can set is 15 minutes.
KEEP_SECONDS = 900.0
INSTANCES = (".salesforce.com", ".force.com")


def sign_in_for(connection: ConnectionSettings, session: VendorSession) -> BearerSignIn:
    """The sign-in of the connection's method. Sends nothing yet."""
    return BearerSignIn(lambda: ask_for_token(connection, session), connection.tokens)


def ask_for_token(connection: ConnectionSettings, session: VendorSession) -> Grant:
    """A new access token and the host to use it on. Raises AuthError with Salesforce's reason when refused."""
    if connection.auth == JWT_BEARER:
        form = {"grant_type": JWT_GRANT, "assertion": _assertion(connection)}
    else:
        form = {
            "grant_type": "client_credentials",
            "client_id": connection.settings["client_id"],
            "client_secret": connection.settings["client_secret"],
        }
    response = session.request(
        "POST", f"{connection.base_url}/services/oauth2/token", data=form, auth=UNSIGNED, repeatable=True
    )
    try:
        answer = orjson.loads(response.content)
        token, instance = str(answer["access_token"]), str(answer["instance_url"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise AuthError("Salesforce's answer holds no access token.", "Check the address.") from None
    return Grant(token, KEEP_SECONDS, trusted_origin(connection.base_url, instance))


def trusted_origin(base_url: str, instance: str) -> str:
    """The host where the token is used: Salesforce's own, or the configured one. Raises ConfigError otherwise."""
    host = netloc(instance)
    if host == netloc(base_url):
        return base_url
    if instance.startswith("https://") and host.endswith(INSTANCES):
        return f"https://{host}"
    raise ConfigError(
        f"Salesforce's token is meant for {host}, which is not a Salesforce host.",
        "Check the address of the connection.",
    )


def _assertion(connection: ConnectionSettings) -> str:
    settings = connection.settings
    claims = {
        "iss": settings["client_id"],
        "sub": settings["username"],
        "aud": _audience(connection.base_url),
        "exp": int(time.time()) + ASSERTION_SECONDS,
    }
    try:
        return jwt.encode(claims, settings["private_key"].strip(), algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise ConfigError(
            "The private key cannot be read.",
            "Paste the whole key, from BEGIN PRIVATE KEY to END PRIVATE KEY, without a passphrase.",
        ) from None


def _audience(base_url: str) -> str:
    """Sandboxes sign in at test.salesforce.com, everything else at login.salesforce.com."""
    host = netloc(base_url)
    is_sandbox = ".sandbox." in host or host.startswith("test.")
    return "https://test.salesforce.com" if is_sandbox else "https://login.salesforce.com"
