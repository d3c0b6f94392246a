"""The sign-in host: discovery of a tenant and of the instance, and tokens for client credentials."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from connectors.sandbox.graph.certificate import Certificate
from connectors.sandbox.graph.hosts import LOGIN
from connectors.sandbox.graph.store import Store
from connectors.sandbox.graph.times import without_zone
from connectors.sandbox.graph.tokens import CLIENT_ID, CLIENT_SECRET, LIFETIME, TENANT_DOMAIN, TENANT_ID
from connectors.sandbox.incoming import base_address, same_secret

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE_END = "/.default"


class Refused(Exception):
    """number: of the vendor's list of sign-in errors."""

    def __init__(self, status: int, error: str, number: int, description: str) -> None:
        super().__init__(description)
        self.status, self.error, self.number = status, error, number


class OAuth:
    """The endpoints of the sign-in host, which every tenant shares."""

    def __init__(self, store: Store, certificate: Certificate) -> None:
        self._store = store
        self._certificate = certificate

    def routes(self) -> list[Route]:
        return [
            Route("/common/discovery/instance", self.instance, methods=["GET"]),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self.configuration, methods=["GET"]),
            Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
        ]

    async def instance(self, request: Request) -> Response:
        """Which hosts speak for which cloud."""
        given = request.query_params.get("authorization_endpoint", "")
        tenant = urlsplit(given).path.strip("/").partition("/")[0] or "common"
        host = LOGIN[0]
        aliases = [{"preferred_network": host, "preferred_cache": "login.windows.net", "aliases": list(LOGIN)}]
        address = f"https://{host}/{tenant}/v2.0/.well-known/openid-configuration"
        return JSONResponse({"tenant_discovery_endpoint": address, "api-version": "1.1", "metadata": aliases})

    async def configuration(self, request: Request) -> Response:
        """What a tenant offers. Its addresses are https ones, whatever the caller came by, as with the vendor."""
        tenant = request.path_params["tenant"]
        if not _is_tenant(tenant):
            return self._refusal(_no_tenant(tenant))
        base = base_address(request).replace("http://", "https://", 1)
        own = f"{base}/{TENANT_ID}"
        return JSONResponse(
            {
                "token_endpoint": f"{own}/oauth2/v2.0/token",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "issuer": f"{own}/v2.0",
                "authorization_endpoint": f"{own}/oauth2/v2.0/authorize",
                "device_authorization_endpoint": f"{own}/oauth2/v2.0/devicecode",
                "jwks_uri": f"{own}/discovery/v2.0/keys",
                "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))
        try:
            self._check(request.path_params["tenant"], form)
        except Refused as refused:
            return self._refusal(refused)
        token = self._store.tokens.issue(self._store.time())
        return JSONResponse(
            {"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": token},
            headers={"Cache-Control": "no-store, no-cache"},
        )

    def _check(self, tenant: str, form: dict[str, str]) -> None:
        """Raises Refused."""
        if not _is_tenant(tenant):
            raise _no_tenant(tenant)
        if form.get("grant_type") != "client_credentials":
            raise Refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        if form.get("client_id") != CLIENT_ID:
            said = f"Application with identifier '{form.get('client_id', '')}' was not found in the directory."
            raise Refused(400, "unauthorized_client", 700016, said)
        if not form.get("scope", "").endswith(SCOPE_END):
            raise Refused(400, "invalid_scope", 1002012, "The provided value for scope is not valid: use /.default.")
        if form.get("client_assertion_type") == ASSERTION:
            self._check_assertion(form.get("client_assertion", ""))
        elif not same_secret(form.get("client_secret", ""), CLIENT_SECRET):
            raise Refused(401, "invalid_client", 7000215, "Invalid client secret provided.")

    def _check_assertion(self, text: str) -> None:
        """The client's certificate signed it for this tenant. Raises Refused."""
        options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(text, self._certificate.public, algorithms=["RS256", "PS256"], options=options)
        except jwt.InvalidTokenError:
            raise Refused(401, "invalid_client", 700027, "Client assertion failed signature validation.") from None
        if claims.get("iss") != CLIENT_ID or f"/{TENANT_ID}/" not in str(claims.get("aud", "")):
            raise Refused(401, "invalid_client", 700023, "Client assertion audience claim does not match.")

    def _refusal(self, refused: Refused) -> Response:
        moment = without_zone(self._store.time()).replace("T", " ")
        trace = str(uuid.uuid4())
        said = f"AADSTS{refused.number}: {refused} Trace ID: {trace} Correlation ID: {trace} Timestamp: {moment}Z"
        body = {
            "error": refused.error,
            "error_description": said,
            "error_codes": [refused.number],
            "timestamp": f"{moment}Z",
            "trace_id": trace,
            "correlation_id": trace,
            "error_uri": f"https://{LOGIN[0]}/error?code={refused.number}",
        }
        return JSONResponse(body, refused.status)


def _is_tenant(name: str) -> bool:
    return name.lower() in (TENANT_ID, TENANT_DOMAIN)


def _no_tenant(name: str) -> Refused:
    said = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID."
    return Refused(400, "invalid_request", 90002, said)
