"""Requests for tickets as the pages of an org sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

ID = "001000000000001AAA"


def signed_link(
    secret: str, *, object: str = "Account", id: str = ID, connection: str = "sf", **changed: str
) -> dict[str, str]:
    expires, nonce = changed.pop("expires", str(int(time.time()) + 200)), changed.pop("nonce", "n1")
    lines = "\n".join((connection, object, id, expires, nonce))
    signature = hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()
    return {"connection": connection, "expires": expires, "nonce": nonce, "signature": signature, **changed}


def signed_request(secret: str, *, object: str = "Account", id: str = ID, **changed: Any) -> dict[str, str]:
    record = {"attributes": {"type": object}, "Id": id}
    said = {"algorithm": "HMACSHA256", "issuedAt": int(time.time()), "context": {"environment": {"record": record}}}
    envelope = base64.b64encode(json.dumps(said | changed).encode())
    signature = base64.b64encode(hmac.new(secret.encode(), envelope, hashlib.sha256).digest())
    return {"signed_request": f"{signature.decode()}.{envelope.decode()}"}
