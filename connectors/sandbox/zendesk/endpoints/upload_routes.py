"""/api/v2/uploads."""

from __future__ import annotations

from connectors.sandbox.zendesk.answers import Answer, invalid
from connectors.sandbox.zendesk.call import Call
from connectors.sandbox.zendesk.schema import uploads
from connectors.sandbox.zendesk.times import iso

GOOD_FOR = 60 * 60  # a token that no comment has used


def create(call: Call) -> Answer:
    """201 with the attachment and the token that a comment names it by."""
    name = call.query.get("filename")
    if not name:
        raise invalid("filename", "Filename: cannot be blank", "BlankValue")
    kept = [call.store.next_id("attachment"), name, len(call.body) if isinstance(call.body, bytes) else 0]
    shown = uploads.wire(kept, call.base)
    expires = iso(call.store.now() + GOOD_FOR)
    upload = {"token": uploads.token_of(kept), "expires_at": expires, "attachment": shown, "attachments": [shown]}
    return Answer({"upload": upload}, 201)
