"""/api/v2/users/{user}/identities"""

from __future__ import annotations

from connectors.sandbox.zendesk.answers import Answer, invalid
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.schema import identities, users
from connectors.sandbox.zendesk.schema.records import Identity, User


def index(call: Call) -> Answer:
    ids = call.store.identities_of.get(_user(call).id, [])
    return call.page("identities", ids, lambda record: call.store.identities.rows[record].wire(call.base))


def show(call: Call) -> Answer:
    return _answer(call, _row(call))


def create(call: Call) -> Answer:
    given = call.part("identity")
    kind = given.get("type")
    if kind not in ("email", "phone_number", "twitter", "facebook", "google", "foreign", "agent_forwarding"):
        raise invalid("type", "Type: is invalid")
    verified, primary = bool(given.get("verified")), bool(given.get("primary"))
    row = identities.create(call.store, _user(call), kind, given.get("value"), verified, primary)
    return _answer(call, row, 201)


def update(call: Call) -> Answer:
    """Only the value, and verified from false to true."""
    user, row, given = _user(call), _row(call), call.part("identity")
    if "value" in given and row.kind == "email":
        value = identities.check_email(call.store, given["value"], user.id)
        call.store.user_by_email.pop(row.value, None)
        row.value = value
        call.store.user_by_email[value] = user.id
        if row.primary:
            user.email = value
        identities.touch(call.store, user)
    if given.get("verified"):
        identities.verify(call.store, user, row)
    row.updated = call.store.now()
    return _answer(call, row)


def delete(call: Call) -> Answer:
    identities.remove(call.store, _user(call), _row(call))
    return Answer(None, 204)


def make_primary(call: Call) -> Answer:
    """Answers with all identities."""
    user = _user(call)
    identities.make_primary(call.store, user, _row(call))
    return index(call)


def verify(call: Call) -> Answer:
    row = _row(call)
    identities.verify(call.store, _user(call), row)
    return _answer(call, row)


def request_verification(call: Call) -> Answer:
    """Sends a mail."""
    row = _row(call)
    call.store.mails.append({"to": row.value, "user_id": row.user_id, "kind": "verification"})
    return Answer({})


def _user(call: Call) -> User:
    return users.find_active(call.store, call.params["user"])


def _row(call: Call) -> Identity:
    return identities.find(call.store, _user(call).id, call.params["id"])


def _answer(call: Call, row: Identity, status: int = 200) -> Answer:
    return Answer({"identity": row.wire(call.base)}, status)
