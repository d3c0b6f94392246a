"""Files that comments refer to. Of a file only its number, name and size are kept, in the token itself."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from connectors.sandbox.zendesk.answers import invalid


def token_of(kept: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(kept).encode()).decode().rstrip("=")


def of_tokens(tokens: Any) -> list[list[Any]]:
    """What is kept of these uploads: id, name and size of each. Raises Invalid for a token that was never given."""
    try:
        listed = [tokens] if isinstance(tokens, str) else list(tokens or ())
        return [json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))) for token in listed]
    except (binascii.Error, TypeError, ValueError) as error:
        raise invalid("uploads", "Uploads: token is invalid") from error


def wire(kept: list[Any], base: str) -> dict[str, Any]:
    id, name, size = kept
    return {
        "url": f"{base}/api/v2/attachments/{id}.json",
        "id": id,
        "file_name": name,
        "content_url": f"{base}/attachments/token/{id}/?name={name}",
        "mapped_content_url": f"{base}/attachments/token/{id}/?name={name}",
        "content_type": "application/octet-stream",
        "size": size,
        "inline": False,
        "deleted": False,
        "thumbnails": [],
    }
