"""Changes the email address of a user (developer.zendesk.com, "User Identities").

An update of a user with another email only adds it, unverified and secondary. So the address is made an identity,
verified without a mail, and then the primary one. The old address stays with the user as a secondary one, until
``free`` removes it.
"""

from collections.abc import Mapping
from typing import Any

from requests import Response

from connectors.api.errors import ConfigError
from connectors.api.policy import retry_after_seconds
from connectors.api.values import Op, Outcome, Write, WriteResult
from connectors.api.zendesk.answers import NOT_FOUND, REFUSED, TOO_MANY, gone, rejected, result
from connectors.api.zendesk.client import Json, ZendeskClient
from connectors.api.zendesk.errors import DUPLICATE, judge_zendesk, read_refusal
from connectors.api.zendesk.listing import pages
from connectors.api.zendesk.objects import USER
from connectors.api.zendesk.records import body

BLANK = "BlankValue"
PRIMARY = "PrimaryAddress"
UNTOLD_WAIT = 5.0


def update_with_email(client: ZendeskClient, write: Write) -> WriteResult:
    """Update a user whose values hold ``email``. The address comes first: if it is refused, nothing is written.

    REJECTED with DUPLICATE where another user has it. A refusal of the other values says that the address is changed.
    """
    email = str(write.values["email"] or "").strip()
    if not email:
        message = "A Zendesk user's address can be replaced, not cleared."
        return WriteResult(write.tag, Outcome.REJECTED, write.id, BLANK, message, "email")
    refused = _set_primary(client, write, email)
    others = {name: value for name, value in write.values.items() if name != "email"}
    if refused is not None:
        return refused
    if not others:
        return WriteResult(write.tag, Outcome.DONE, write.id)
    response = _update(client, str(write.id), {USER.name: body(USER, others)})
    if response.ok:
        return result(client, USER, write, response)
    refusal = rejected(write, response)
    message = f"The address was changed to {email}, the rest was refused: {refusal.message}"
    return WriteResult(write.tag, Outcome.REJECTED, write.id, refusal.code, message, refusal.field)


def free(client: ZendeskClient, write: Write) -> WriteResult:
    """Remove an address from a user: the write's ``id`` is the user's, its values hold ``email``.

    DONE also where the user has no such address, or is gone. REJECTED with PRIMARY for its primary one.
    """
    if write.op is not Op.DELETE:
        raise ConfigError("An identity can only be removed.")
    email, base = str(write.values["email"]), f"{USER.plural}/{write.id}/identities"
    done = WriteResult(write.tag, Outcome.DONE, write.id)
    listed = pages(client, base, "identities", accept=(NOT_FOUND,))
    identity = next((one for page, _ in listed for one in page if is_email(one, email)), None)
    if identity is None:
        return done
    if identity.get("primary"):
        message = f"{email} is the primary address of its user, so it is not taken away."
        return WriteResult(write.tag, Outcome.REJECTED, write.id, PRIMARY, message, "email")
    response = client.send("DELETE", f"{base}/{identity.get('id')}", accept=(*REFUSED, NOT_FOUND))
    return done if response.ok or response.status_code == NOT_FOUND else rejected(write, response)


def _set_primary(client: ZendeskClient, write: Write, email: str) -> WriteResult | None:
    """Make ``email`` the primary address of the write's user. The refusal, if there is one."""
    base = f"{USER.plural}/{write.id}/identities"
    listed = [identities for identities, _ in pages(client, base, "identities", accept=(NOT_FOUND,))]
    if not listed:
        return gone(write, USER.label)
    identity = next((one for page in listed for one in page if is_email(one, email)), None)
    if identity is None:
        # Without these two Zendesk sends the new address a mail.
        new = {"type": "email", "value": email, "verified": True, "skip_verify_email": True}
        response = client.send("POST", base, {"identity": new}, accept=(*REFUSED, NOT_FOUND))
        if not response.ok:
            return _refused_address(write, email, response)
        identity = client.written(response).get("identity") or {}
    return _promote(client, write, base, identity)


def _promote(client: ZendeskClient, write: Write, base: str, identity: Json) -> WriteResult | None:
    """Verify an identity and make it the primary one, as far as it is not."""
    steps = ("verified", "verify"), ("primary", "make_primary")
    for reached, verb in steps:
        if identity.get(reached):
            continue
        response = client.send("PUT", f"{base}/{identity.get('id')}/{verb}", accept=(*REFUSED, NOT_FOUND))
        if not response.ok:
            return rejected(write, response)
    return None


def _refused_address(write: Write, email: str, response: Response) -> WriteResult:
    refusal = rejected(write, response)
    taken = refusal.code == DUPLICATE
    message = f"Another Zendesk user already has the address {email}." if taken else refusal.message
    field = "email" if taken or refusal.field == "value" else refusal.field
    return WriteResult(write.tag, Outcome.REJECTED, write.id, refusal.code, message, field)


def _update(client: ZendeskClient, user: str, content: Json) -> Response:
    """PUT one user, at the pace that Zendesk allows for it: one a second, and five a minute for the same user.

    Those limits stop this row alone, not the other calls. Raises RateLimited when the wait exceeds the longest one.
    """
    waited = 0.0
    while True:
        client.user_updates.wait()
        response = client.send("PUT", f"{USER.plural}/{user}", content, accept=(*REFUSED, NOT_FOUND, TOO_MANY))
        if response.status_code != TOO_MANY:
            return response
        seconds = retry_after_seconds(response) or UNTOLD_WAIT
        waited += max(seconds, 0.5)
        if waited > client.session.retry_policy.longest_wait:
            raise judge_zendesk(response).error
        if note_too_many(client, response):
            client.session.pause(seconds)


def note_too_many(client: ZendeskClient, response: Response) -> bool:
    """Whether a refused call met the limit of single updates, and not the account's (developer.zendesk.com, "Rate
    limits"). That of the account stops all calls for a while.
    """
    refusal = read_refusal(response)
    if refusal.code == "TooManyRequests" or "single unique user" in refusal.detail:
        return True
    client.session.hold(retry_after_seconds(response) or UNTOLD_WAIT)
    return False


def is_email(identity: Mapping[str, Any], email: str) -> bool:
    """Whether an identity of a user is this address."""
    same = str(identity.get("value", "")).casefold() == email.casefold()
    return identity.get("type") == "email" and same
