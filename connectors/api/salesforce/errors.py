"""How errors of Salesforce are classified (REST API Developer Guide, "Status Codes and Error Responses")."""

from dataclasses import dataclass
from typing import Any

from requests import Response

from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, Transient
from connectors.api.policy import Judgement, Reaction, Rule, judge
from connectors.api.usable import decoded
from connectors.api.values import Cause

LOCKED = "UNABLE_TO_LOCK_ROW"
CAUSES = {
    "DUPLICATE_VALUE": Cause.EXISTS,
    "DUPLICATE_EXTERNAL_ID": Cause.EXISTS,
    "DUPLICATES_DETECTED": Cause.EXISTS,
    "DUPLICATE_USERNAME": Cause.EXISTS,
    "DUPLICATE_COMM_NICKNAME": Cause.EXISTS,
    "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT": Cause.EXISTS,
    "ENTITY_IS_DELETED": Cause.GONE,
    "NOT_FOUND": Cause.GONE,
}
MIXED = "MIXED_DML_OPERATION"
OF_AUTOMATIONS = frozenset({"CANNOT_EXECUTE_FLOW_TRIGGER", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"})
CONCURRENT = "CONCURRENT_REQUESTS_LIMIT"
NO_SCOPE = "NO_API_SCOPE"
HOUR = 3600.0

_SIGN_IN = "Open the connection, enter the credentials again and press Test."
_APP = "In Setup under External Client App Manager, check the app's flow and its run-as user."
_RIGHTS = "Give the integration user a permission set with access to it."
_LATER = "Try again in a few minutes."

RULES = (
    Rule(
        (400, 401),
        "invalid_client_id",
        AuthError,
        "Salesforce does not know this consumer key: {detail}.",
        _SIGN_IN,
    ),
    Rule((400, 401), "invalid_client", AuthError, "Salesforce refuses the consumer secret: {detail}.", _SIGN_IN),
    Rule((400, 401), "invalid_grant", AuthError, "Salesforce issued no access token: {detail}.", _APP),
    Rule((400, 401), "unauthorized_client", AuthError, "Salesforce issued no access token: {detail}.", _APP),
    Rule((400, 401), "invalid_app_access", AuthError, "Salesforce issued no access token: {detail}.", _APP),
    Rule((400, 401), "inactive_user", AuthError, "The integration user is inactive.", "Activate the user."),
    Rule((400, 401), "inactive_org", AuthError, "The org is locked, closed or suspended.", "See to the org."),
    Rule(
        (401, 403),
        NO_SCOPE,
        AuthError,
        "The app may not use the API: its access token lacks the scope api.",
        'In Setup under External Client App Manager, add the scope "Manage user data via APIs (api)" to the app.',
    ),
    Rule((401,), "INVALID_SESSION_ID", AuthError, "Salesforce ended our session.", _SIGN_IN, Reaction.RENEW),
    Rule((401,), "", AuthError, "Salesforce does not accept the credentials: {detail}.", _SIGN_IN),
    # The daily allocation rolls over 24 hours; nothing but time helps, and Salesforce names no moment.
    Rule(
        (403,),
        "REQUEST_LIMIT_EXCEEDED",
        RateLimited,
        "The org's API requests of the last 24 hours are used up.",
        "The run goes on when requests are available again; Setup > System Overview shows them.",
        wait=HOUR,
    ),
    Rule(
        (403,),
        CONCURRENT,
        RateLimited,
        "Too many long requests run in the org at the same time.",
        _LATER,
        Reaction.WAIT,
        wait=15.0,
    ),
    Rule(
        (403,),
        "API_DISABLED_FOR_ORG",
        ConfigError,
        "This Salesforce edition has no API.",
        "Ask Salesforce to enable API access, or use an Enterprise Edition or higher.",
    ),
    Rule(
        (403,),
        "API_CURRENTLY_DISABLED",
        AuthError,
        "The integration user may not use the API: {detail}.",
        "Give it a permission set with API Enabled.",
    ),
    Rule((403,), "", AuthError, "Salesforce does not permit this: {detail}.", _RIGHTS),
    Rule((404,), "", ConfigError, "Salesforce has no such thing: {detail}.", "Check the address and the object."),
    Rule((400,), "INVALID_FIELD", ConfigError, "Salesforce does not show us a field: {detail}", _RIGHTS),
    Rule((400,), "INVALID_TYPE", ConfigError, "Salesforce does not show us an object: {detail}", _RIGHTS),
    Rule((400,), "INVALID_QUERY_LOCATOR", Transient, "Salesforce dropped the open query.", "Read again."),
    Rule((400,), "QUERY_TIMEOUT", Transient, "Salesforce gave up on the query.", "Narrow the filters."),
    # Somebody else holds the record; nothing was written.
    Rule((400, 500), LOCKED, Transient, "A record is being changed by others.", _LATER, Reaction.REPEAT),
    Rule((503,), "", Transient, "Salesforce is down for a moment.", _LATER, Reaction.WAIT, named_wait=True),
    Rule(
        range(500, 600),
        "",
        Transient,
        "Salesforce had an internal error ({status}).",
        _LATER,
        Reaction.RETRY,
    ),
    Rule((), "", ConnectorError, "Salesforce refused the request ({status}): {detail}.", "See the run's log."),
)


@dataclass(frozen=True, slots=True)
class SalesforceRefusal:
    """What an error says: Salesforce's word, its sentence, and the field to blame where it names one."""

    code: str = ""
    detail: str = ""
    field: str = ""


def judge_salesforce(response: Response) -> Judgement:
    """The verdict on a refused call."""
    refusal = read_refusal(response)
    code = refusal.code
    if code == "REQUEST_LIMIT_EXCEEDED" and refusal.detail.startswith("ConcurrentRequests"):
        code = CONCURRENT
    if code == "INVALID_SESSION_ID" and "not valid for use with" in refusal.detail:
        code = NO_SCOPE
    return judge(RULES, response, code, refusal.detail)


def read_refusal(response: Response) -> SalesforceRefusal:
    """Read an error body: a list from the REST API, an object from the token endpoint, else nothing."""
    try:
        body = decoded(response.content)
    except ValueError:
        return SalesforceRefusal()
    if isinstance(body, list) and body and isinstance(body[0], dict):
        return refusal_of(body[0])
    if isinstance(body, dict):
        return SalesforceRefusal(str(body.get("error", "")), str(body.get("error_description", "")))
    return SalesforceRefusal()


def refusal_of(error: dict[str, Any]) -> SalesforceRefusal:
    """One error: ``errorCode`` at the top level, ``statusCode`` in the rows of a collection.

    A duplicate rule's own message is more use than "Use one of these records?"; Salesforce spells its key
    ``duplicateResut``.
    """
    code = str(error.get("errorCode") or error.get("statusCode") or "")
    found = error.get("duplicateResult") or error.get("duplicateResut") or {}
    message = str(found.get("errorMessage") or error.get("message") or "")
    rule = found.get("duplicateRule")
    if rule:
        message = f"{message} (duplicate rule {rule})"
    fields = error.get("fields") or ()
    return SalesforceRefusal(cause_of(code, message), message, str(fields[0]) if fields else "")


def cause_of(code: str, message: str) -> str:
    """The code that says why a row was refused. That of an automation only says that one has failed; where it writes
    users and other records in one transaction, its message says so.
    """
    return MIXED if code in OF_AUTOMATIONS and MIXED in message else code
