"""A page asked for a few times by somebody who is signed in; what counts is the median."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from syncadmin.web.roles import Role

PASSES = 7


@dataclass(frozen=True, slots=True)
class Answered:
    """One page: its name and address, how it answered, in how many milliseconds, with how many queries, the slowest."""

    page: str
    address: str
    status: int
    milliseconds: float
    queries: int
    slowest: str


def timed(pages: Mapping[str, str]) -> Iterable[Answered]:
    """Every page, by name and address, as an administrator gets it. The first answer, which warms up, is left out."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(_administrator(), backend="django.contrib.auth.backends.ModelBackend")
    for page, address in pages.items():
        with CaptureQueriesContext(connection) as captured:
            status = client.get(address).status_code
        queries = list(captured)  # the next request empties the log
        spent = statistics.median(_milliseconds(client, address) for _ in range(PASSES))
        yield Answered(page, address, status, round(spent, 1), len(queries), _slowest(queries))


def _slowest(queries: Sequence[Mapping[str, str]]) -> str:
    found = max(queries, key=lambda query: float(query["time"]))
    return f"{found['time']} s: {found['sql']}"


def _milliseconds(client: Client, address: str) -> float:
    started = time.perf_counter()
    client.get(address)
    return 1000 * (time.perf_counter() - started)


def _administrator() -> User:
    user = User.objects.create_superuser("bench")
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR.value))
    return user
