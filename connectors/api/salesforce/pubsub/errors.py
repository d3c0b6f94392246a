"""How errors of the Pub/Sub API are classified (Pub/Sub API Developer Guide, "Handle Errors")."""

from typing import Any

import grpc

from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, Transient, WatermarkExpired

CODES = "sfdc.platform.eventbus.grpc."
LIMIT_SECONDS = 900.0
"""How long a subscription rests when the org's events of the day are used up."""
_LATER = "It is tried again automatically."
_Status = grpc.StatusCode


def meaning(error: grpc.RpcError) -> ConnectorError:
    """The refusal as we say it."""
    status, code = error.code(), _code(error)
    if "replayid" in code:
        return WatermarkExpired("Salesforce no longer keeps the events since the last one that was seen.", code=code)
    if code.endswith(("limit.exceeded",)) or status is _Status.RESOURCE_EXHAUSTED:
        message = "Salesforce sends the org no further events for now: a limit of the Pub/Sub API is reached."
        return RateLimited(message, "Setup > Event Usage shows the limits.", retry_after=LIMIT_SECONDS, code=code)
    if status is _Status.UNAUTHENTICATED or ".auth." in code:
        return AuthError("Salesforce's Pub/Sub API does not accept our token.", "It is renewed by itself.", code=code)
    if status is _Status.PERMISSION_DENIED:
        hint = "Give the integration user View All on the object."
        return ConfigError("The integration user may not subscribe to these events.", hint, code=code)
    if status is _Status.NOT_FOUND or "topic" in code:
        return ConfigError(
            "Salesforce has no such events.", "Switch them on in Setup > Change Data Capture.", code=code
        )
    if status is _Status.UNIMPLEMENTED:
        return ConfigError(
            "What answers at this address is no Pub/Sub API.", "Check its address.", code="UNIMPLEMENTED"
        )
    if status in (_Status.INVALID_ARGUMENT, _Status.FAILED_PRECONDITION):
        return ConfigError(f"Salesforce's Pub/Sub API refuses the call: {code or status.name}.", _LATER, code=code)
    return Transient(f"The connection to Salesforce's Pub/Sub API broke ({status.name.lower()}).", _LATER, code=code)


def _code(error: grpc.RpcError) -> str:
    """Salesforce's own code, without what all of them begin with; empty where it gave none."""
    trailers: Any = error.trailing_metadata() or ()
    return str(dict(trailers).get("error-code", "")).removeprefix(CODES)
