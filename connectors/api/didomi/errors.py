"""How errors returned by Didomi are classified. Error bodies have the format of Feathers: name, message, code."""

from requests import Response

from connectors.api.didomi.sign_in import SESSIONS
from connectors.api.errors import AuthError, ConfigError, ConnectorError, RateLimited, Transient
from connectors.api.policy import Judgement, Reaction, Rule, judge
from connectors.api.usable import decoded

NO_SESSION = "NoSession"
_SIGN_IN = "Open the connection, enter the API key and its secret again and press Test."
_KEY = "Give the API key access to the consents and the data manager of the organization in Didomi, then press Test."

RULES = (
    Rule((400, 401, 403), NO_SESSION, AuthError, "Didomi refuses the API key or its secret: {detail}.", _SIGN_IN),
    Rule((401,), "", AuthError, "Didomi does not accept the session.", _SIGN_IN, Reaction.RENEW),
    Rule((403,), "", AuthError, "Didomi does not permit this: {detail}.", _KEY),
    Rule((404,), "", ConfigError, "Didomi found nothing at this address: {detail}.", "Check the address."),
    Rule(
        (429,),
        "",
        RateLimited,
        "Didomi asks us to wait: the calls allowed in 15 seconds are used up.",
        "The run continues automatically.",
        Reaction.WAIT,
    ),
    Rule((503,), "", Transient, "Didomi is busy.", "Try again in a few minutes.", Reaction.WAIT, named_wait=True),
    Rule(
        range(500, 600),
        "",
        Transient,
        "Didomi had an internal error ({status}).",
        "Try again in a few minutes.",
        Reaction.RETRY,
    ),
    Rule((), "", ConnectorError, "Didomi refused the request ({status}): {detail}.", "See the run's log."),
)


def judge_didomi(response: Response) -> Judgement:
    """The verdict on a refused call."""
    name, message = _read(response)
    asks_for_session = (response.request.path_url or "").partition("?")[0] == SESSIONS
    return judge(RULES, response, NO_SESSION if asks_for_session and response.status_code < 429 else name, message)


def speaks_didomi(response: Response) -> bool:
    """Whether a refusal has the shape that Didomi's have."""
    return bool(_read(response)[0])


def _read(response: Response) -> tuple[str, str]:
    try:
        body = decoded(response.content)
    except ValueError:
        return "", ""
    if not isinstance(body, dict) or "code" not in body:
        return "", ""
    return str(body.get("name") or ""), str(body.get("message") or "")
