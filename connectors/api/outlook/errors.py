"""How errors of Microsoft Graph and its sign-in are classified ("Microsoft Graph error responses")."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from requests import Response

from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, Transient, WatermarkExpired
from connectors.api.policy import Judgement, Reaction, Rule, judge
from connectors.api.usable import decoded
from connectors.api.values import Cause

OUTSIDE_POLICY, NO_MAILBOX, NO_USER = "OutsideAccessPolicy", "MailboxNotEnabledForRESTAPI", "ErrorInvalidUser"
NO_TENANT, NO_CONSENT = "AADSTS90002", "ErrorAccessDenied"
OF_THE_MAILBOX = (OUTSIDE_POLICY, NO_MAILBOX, NO_USER, NO_CONSENT)
GONE, STALE = "ErrorItemNotFound", "ErrorIrresolvableConflict"
CAUSES = {GONE: Cause.GONE, "ErrorFolderExists": Cause.EXISTS}
# States of a change query that the service no longer has, in the words that it uses for them.
EXPIRED = ("SyncStateNotFound", "SyncStateInvalid", "ErrorInvalidSyncStateData", "resyncRequired")

_SIGN_IN = "Open the connection, enter the credentials again and press Test."
_CONSENT = (
    "In the Entra admin center, give the app registration the application permission Contacts.ReadWrite of Microsoft "
    "Graph, and grant admin consent."
)
_POLICY = "Add the mailbox to the group that the application access policy names, in Exchange Online."
_LICENCE = "Give the user a licence with Exchange Online, or take the mailbox off the list."

RULES = (
    *(
        Rule((), code, WatermarkExpired, "Outlook's change token has expired.", "Everything is compared again.")
        for code in EXPIRED
    ),
    Rule((410,), "", WatermarkExpired, "Outlook's change token has expired.", "Everything is compared again."),
    Rule((400,), NO_TENANT, ConfigError, "Microsoft has no tenant with this id.", "Check the tenant id."),
    Rule((400, 401), "unauthorized_client", AuthError, "Microsoft does not know this application: {detail}.", _SIGN_IN),
    Rule((400, 401), "invalid_client", AuthError, "Microsoft refuses the credentials: {detail}.", _SIGN_IN),
    Rule((400,), "invalid_request", AuthError, "Microsoft issued no access token: {detail}.", _SIGN_IN),
    Rule((401,), "", AuthError, "Microsoft Graph does not accept the credentials.", _SIGN_IN, Reaction.RENEW),
    Rule((403,), OUTSIDE_POLICY, AuthError, "The application access policy does not allow this mailbox.", _POLICY),
    Rule((403,), "", AuthError, "Microsoft Graph does not permit this: {detail}.", _CONSENT),
    Rule((404,), NO_MAILBOX, ConfigError, "This user has no mailbox in Exchange Online.", _LICENCE),
    Rule((404,), NO_USER, ConfigError, "The user does not exist: {detail}.", "Check the address of the mailbox."),
    Rule((404,), "", ConfigError, "Microsoft Graph found nothing: {detail}.", "Check the connection's address."),
    Rule((429,), "", RateLimited, "Outlook asks us to wait.", "The run continues automatically.", Reaction.WAIT),
    Rule((503, 504), "", Transient, "Outlook is busy.", "Try again in a few minutes.", Reaction.WAIT, named_wait=True),
    Rule(
        range(500, 600),
        "",
        Transient,
        "Outlook had an internal error ({status}).",
        "Try again in a few minutes.",
        Reaction.RETRY,
    ),
    Rule((), "", ConnectorError, "Outlook refused the request ({status}): {detail}.", "See the run's log."),
)


class Refusal(NamedTuple):
    """What an error body says: the code and the sentence."""

    code: str = ""
    detail: str = ""


def judge_graph(response: Response) -> Judgement:
    """The verdict on a refused call."""
    refusal = read_refusal(response)
    return judge(RULES, response, refusal.code, refusal.detail)


def read_refusal(response: Response) -> Refusal:
    """Read an error body of Graph or of the sign-in; anything else gives an empty one."""
    try:
        body = decoded(response.content)
    except ValueError:
        return Refusal()
    return refusal_of(body) if isinstance(body, dict) else Refusal()


def refusal_of(body: Mapping[str, Any]) -> Refusal:
    error = body.get("error")
    if isinstance(error, Mapping):
        return _refined(str(error.get("code", "")), str(error.get("message", "")))
    description = str(body.get("error_description", "")).partition(" Trace ID:")[0]
    code = str(error or "")
    return Refusal(NO_TENANT if description.startswith(NO_TENANT) else code, description)


def answer_of(row: Mapping[str, Any]) -> Response:
    """One answer of a batch as the response that the same call would have had by itself."""
    response = Response()
    response.status_code = int(row.get("status", 0))
    response.headers.update({str(name): str(value) for name, value in (row.get("headers") or {}).items()})
    response._content = orjson.dumps(row.get("body") or {})
    return response


def _refined(code: str, message: str) -> Refusal:
    """Graph says the same word for a policy that withholds a mailbox and for a permission that was never given."""
    policy = "accesspolicy" in message.replace(" ", "").lower() or "[RAOP]" in message
    return Refusal(OUTSIDE_POLICY if policy else code, message)
