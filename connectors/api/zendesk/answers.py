"""Turns the answer to a call for a single record into a write result."""

from requests import Response

from connectors.api.values import Outcome, Write, WriteResult
from connectors.api.zendesk.client import ZendeskClient
from connectors.api.zendesk.errors import GONE, read_refusal, stable_code
from connectors.api.zendesk.objects import ZendeskObject

REFUSED = (400, 413, 422)
FORBIDDEN = 403
NOT_FOUND = 404
TOO_MANY = 429


def result(client: ZendeskClient, kind: ZendeskObject, write: Write, response: Response) -> WriteResult:
    """DONE with the id that the answer names, or REJECTED."""
    if not response.ok:
        return rejected(write, response)
    made = client.written(response).get(kind.name) or {}
    return WriteResult(write.tag, Outcome.DONE, str(made.get("id") or write.id))


def rejected(write: Write, response: Response) -> WriteResult:
    """REJECTED with Zendesk's word, its sentence and the field it blames."""
    refusal = read_refusal(response)
    code = stable_code(refusal.code, refusal.detail) or f"HTTP {response.status_code}"
    message = refusal.detail or "Zendesk refused this row and gave no reason."
    return WriteResult(write.tag, Outcome.REJECTED, write.id, code, message, refusal.field)


def gone(write: Write, label: str) -> WriteResult:
    """REJECTED, because the record that was to be changed is not there."""
    return WriteResult(write.tag, Outcome.REJECTED, write.id, GONE, f"Zendesk no longer has this {label.lower()}.")
