"""How errors of Zendesk are classified (developer.zendesk.com, "Errors" and "Rate limits")."""

from dataclasses import dataclass
from typing import Any

from requests import Response

from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, Transient
from connectors.api.policy import Judgement, Reaction, Rule, judge
from connectors.api.usable import decoded
from connectors.api.values import Cause

MISSING_SCOPE = "MissingScope"
TOO_MANY_JOBS = "TooManyJobs"
DUPLICATE = "DuplicateValue"
GONE = "RecordNotFound"
CAUSES = {DUPLICATE: Cause.EXISTS, GONE: Cause.GONE}
TAKEN = ("already been taken", "already being used", "already in use", "already a member", "already assigned")

_SIGN_IN = "Open the connection, enter the credentials again and press Test."
_REFUSED = "Zendesk refuses the identifier or the secret of the OAuth client: {detail}."
_ADMIN = "Sign in as an administrator whose OAuth client has the scopes read and write."
_SCOPES = "Give the OAuth client the scopes read and write in the Admin Center, then press Test."

RULES = (
    Rule(
        (401,),
        "invalid_client",
        AuthError,
        _REFUSED,
        _SIGN_IN,
    ),
    Rule((401,), "", AuthError, "Zendesk does not accept the credentials.", _SIGN_IN, Reaction.RENEW),
    Rule(
        (400,),
        "invalid_client",
        AuthError,
        _REFUSED,
        _SIGN_IN,
    ),
    Rule((400,), "invalid_grant", AuthError, "Zendesk issued no access token: {detail}.", _SIGN_IN),
    Rule((400,), "unauthorized_client", AuthError, "Zendesk issued no access token: {detail}.", _SIGN_IN),
    Rule((400,), "invalid_scope", AuthError, "Zendesk does not grant the scopes: {detail}.", _SCOPES),
    Rule((402,), "", ConfigError, "The Zendesk account is suspended or has expired.", "Check the subscription."),
    Rule((403,), MISSING_SCOPE, AuthError, "The access token lacks scopes that a sync needs: {detail}.", _SCOPES),
    Rule((403,), "", AuthError, "Zendesk does not permit this: {detail}.", _ADMIN),
    Rule(
        (404,),
        "",
        ConfigError,
        "Zendesk found nothing at this address: {detail}.",
        "Check the subdomain in the connection's address.",
    ),
    # A collision of two writes: nothing was written, the same call may be sent again.
    Rule((409,), "", Transient, "Zendesk was changing the same record: {detail}.", "Try again.", Reaction.REPEAT),
    # The writer lowers its number of jobs instead of waiting; see jobs.py.
    Rule((429,), TOO_MANY_JOBS, RateLimited, "Zendesk already runs as many jobs as it allows.", "Wait until one ends."),
    Rule(
        (429,),
        "",
        RateLimited,
        "Zendesk asks us to wait: the calls allowed per minute are used up.",
        "The run continues automatically.",
        Reaction.WAIT,
    ),
    Rule((503,), "", Transient, "Zendesk is busy.", "Try again in a few minutes.", Reaction.WAIT, named_wait=True),
    Rule(
        range(500, 600),
        "",
        Transient,
        "Zendesk had an internal error ({status}).",
        "Try again in a few minutes.",
        Reaction.RETRY,
    ),
    Rule((), "", ConnectorError, "Zendesk refused the request ({status}): {detail}.", "See the run's log."),
)


@dataclass(frozen=True, slots=True)
class ZendeskRefusal:
    """What an error body says: Zendesk's word, its sentence, and the field to blame where it names one."""

    code: str = ""
    detail: str = ""
    field: str = ""


def judge_zendesk(response: Response) -> Judgement:
    """The verdict on a refused call."""
    refusal = read_refusal(response)
    code = MISSING_SCOPE if is_missing_scope(response) else refusal.code
    return judge(RULES, response, code, refusal.detail)


def is_missing_scope(response: Response) -> bool:
    """Whether the call was refused because the access token has too few scopes, and not for what it asked."""
    return response.status_code == 403 and "scope" in read_refusal(response).detail.lower()


def read_refusal(response: Response) -> ZendeskRefusal:
    """Read an error body in any of its shapes; an HTML page or an empty body gives an empty one."""
    try:
        body = decoded(response.content)
    except ValueError:
        return ZendeskRefusal()
    return refusal_of(body) if isinstance(body, dict) else ZendeskRefusal()


def refusal_of(body: dict[str, Any]) -> ZendeskRefusal:
    """The refusal in a decoded error body: ``error`` may be a word or an object, ``details`` go by field."""
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        return ZendeskRefusal(str(first.get("code", "")), str(first.get("detail") or first.get("title") or ""))
    details = body.get("details")
    if isinstance(details, dict):
        for field, problems in details.items():
            if isinstance(problems, list) and problems and isinstance(problems[0], dict):
                first = problems[0]
                text = str(first.get("description") or body.get("description") or "")
                return ZendeskRefusal(str(first.get("error") or body.get("error") or ""), text, own_field(str(field)))
    error = body.get("error")
    if isinstance(error, dict):
        return ZendeskRefusal(str(error.get("title", "")), str(error.get("message", "")))
    text = body.get("error_description") or body.get("description") or details or ""
    return ZendeskRefusal(str(error or ""), str(text) or str(error or ""))


def row_refusal(row: dict[str, Any]) -> ZendeskRefusal:
    """The refusal in a failed row of a job; its field stands before the colon ("Name: has already ...")."""
    refusal = refusal_of(row)
    text = refusal.detail
    head, colon, _ = text.partition(":")
    field = refusal.field or (own_field(head) if colon and len(head) <= 40 else "")
    return ZendeskRefusal(stable_code(refusal.code, text), text, field)


def stable_code(code: str, text: str) -> str:
    """One word for "exists already" and one for "is not there", where each kind of job has words of its own."""
    if any(phrase in text.lower() for phrase in TAKEN):
        return DUPLICATE
    return GONE if code.endswith("NotFound") else code


def own_field(word: str) -> str:
    """A field as describe names it, from the word of an error text ("External", "Domain names", "name")."""
    name = word.strip().lower().replace(" ", "_")
    return {"external": "external_id", "user": "user_id", "organization": "organization_id"}.get(name, name)


REMEDIES = {
    "DuplicateValue": "Another record holds this value. Find it there and link the two, or make the value unique.",
    "RecordInvalid": "Correct the value at its source; the answer says which one.",
    "RecordNotFound": "The record was deleted. Restore it, or plan again.",
}
"""What to do about a refusal, by its error code (developer.zendesk.com, "Responses")."""
