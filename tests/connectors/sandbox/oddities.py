"""Requests nobody should send, made from a seed: the same seed gives the same requests.

SYNCADMIN_FUZZ_CALLS and SYNCADMIN_FUZZ_SEED make a longer or another run by hand.
"""

import json
import os
import string
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

import requests

from connectors.sandbox import bugs
from connectors.sandbox.server import Endpoint
from tests.timeouts import HANG_SECONDS

CALLS = int(os.environ.get("SYNCADMIN_FUZZ_CALLS", "800"))
SEED = int(os.environ.get("SYNCADMIN_FUZZ_SEED", "1"))
TEXTS = (
    *("", " ", "abc", "0", "-1", "²", "９", "1e999", "null", "true", "a,b", "a" * 300, "名前", "\u0000", "\r\nX: y"),
    *("\ud800", "😀", "'", '"', "\\", "%", "(", "*", "<i>", "a@b.example", "2024-02-30", "0001-01-01T00:00:00+14:00"),
    *("9" * 25, "9" * 5000, "[", "{", "..", "none", "x" * 20_000),
)
VALUES = (
    *(None, True, False, 0, 1, -1, 1.5, 2**31, 2**63, 2**64, -(2**70), 1e308, [], {}, [None], [[]], {"": {}}),
    *([1, "a", None], {"id": {}}, {"a": [{}]}, [{}], {"id": -1}),
)


@dataclass
class Dice:
    """Choices from one seed."""

    random: Random

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def of(self, choices: Any) -> Any:
        return self.random.choice(list(choices))

    def text(self) -> str:
        if self.often(0.2):
            return "".join(self.random.choices(string.printable, k=self.random.randrange(12)))
        return self.of(TEXTS)

    def value(self) -> Any:
        """Any JSON value; seldom one that is nested without end."""
        if self.often(0.02):
            return json.loads("[" * 90 + "]" * 90)
        if self.often(0.02):
            return json.loads('{"a":' * 70 + "1" + "}" * 70)
        return self.text() if self.often(0.4) else self.of(VALUES)

    def spoiled(self, value: Any, share: float = 0.15) -> Any:
        """The value with some of its parts replaced, left out or doubled."""
        if self.often(share):
            return self.value()
        match value:
            case dict():
                kept = {name: self.spoiled(one, share) for name, one in value.items() if not self.often(share / 2)}
                return {**kept, self.text(): self.value()} if self.often(share / 2) else kept
            case list():
                return [self.spoiled(one, share) for one in value] * (2 if self.often(share / 3) else 1)
            case _:
                return value


@dataclass
class Caller:
    """Sends to one endpoint and wants a refusal or an answer, never an error of the sandbox."""

    endpoint: Endpoint
    session: requests.Session
    statuses: dict[int, int] = field(default_factory=dict)

    def call(self, dice: Dice, method: str, path: str, query: Any = None, body: Any = None, **headers: str) -> Any:
        address = f"{self.endpoint.base_url}{quote(path, safe='/', errors='surrogatepass')}"
        if query:
            address += "?" + urlencode({k: str(v).encode(errors="replace") for k, v in query.items()})
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if data and dice.often(0.03):
            data = data[: dice.random.randrange(len(data))]
        token = self.endpoint.credentials["access_token"]
        given = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers
        if dice.often(0.03):
            given[dice.of(("Authorization", "Content-Encoding", "Content-Type", "Host"))] = dice.of(
                ("gzip", "Basic eA==", "Bearer x", "Basic \xe4", "[", "multipart/form-data", "x", "Basic dTpw")
            )
        sent = requests.Request(method, address, data=data, headers=given).prepare()
        answer = self.session.send(sent, timeout=HANG_SECONDS)
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        noted = [bugs.NOTED.pop() for _ in range(self.endpoint.controls.vendor.bugs.count)]
        self.endpoint.controls.vendor.bugs.forget()
        assert noted == [], f"{method} {address[:500]}\n{(data or b'')[:2000]!r}\n{noted[0] if noted else ''}"
        assert answer.status_code < 500, f"{method} {address[:500]}\n{(data or b'')[:2000]!r}\n{answer.text[:500]}"
        return answer
