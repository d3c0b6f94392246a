"""What the organization asks its users, and the webhook of the marketplace."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.didomi import catalog
from connectors.sandbox.didomi.answers import Answer, Refusal, not_found
from connectors.sandbox.didomi.call import Call
from connectors.sandbox.didomi.listing import filtered, page


def purposes(call: Call) -> Answer:
    return Answer(page(filtered(catalog.purposes(), call.query), call.query))


def preferences(call: Call) -> Answer:
    return Answer(page(filtered(catalog.preferences(), call.query), call.query))


def vendors(call: Call) -> Answer:
    return Answer(catalog.vendors())


def organization(call: Call) -> Answer:
    if call.params["id"] != catalog.ORGANIZATION:
        raise not_found("organization", call.params["id"])
    return Answer({"id": catalog.ORGANIZATION, "name": "Acme", "created_at": catalog.MADE, "updated_at": catalog.MADE})


def create_integration(call: Call) -> Answer:
    """A webhook: ``properties`` has its url, ``authentication`` the url of the OAuth server, its id and secret."""
    said = call.object()
    properties, authentication = _part(said, "properties"), _part(said, "authentication")
    if said.get("type_id") != "webhook-http" or not properties.get("url"):
        raise Refusal(400, "type_id must be webhook-http, properties.url is required")
    given = {**properties, **authentication, "url": properties["url"], "token_url": authentication.get("url")}
    webhook = call.store.webhooks.configure(given)
    return Answer({"id": webhook.id, "type_id": "webhook-http", "properties": {"url": webhook.url}, "enabled": True})


def _part(said: dict[str, Any], name: str) -> dict[str, Any]:
    part = said.get(name)
    return part if isinstance(part, dict) else {}
