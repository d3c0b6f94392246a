"""The seam between the sandbox's frame and one vendor's server.

Each vendor package exposes `build(options, world) -> VendorApp`. The frame puts latency, faults and
call statistics around `app`, serves it on its own port and adds `base_url` to the credentials.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Scope

from connectors.sandbox.bugs import Bugs
from connectors.sandbox.options import Options
from connectors.sandbox.world import World

# The key under which a fault rule's `job` part reaches the vendor's endpoint in the request scope.
JOB_FAULT = "sandbox.job"


Stop = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Beside:
    """A server of a vendor that speaks no HTTP, on a port of its own, and the host names that lead to it.

    start: serve at a host and a port, 0 for a free one, with a certificate where the sandbox speaks TLS; gives the
    port and how to stop. Raises OSError for a port that cannot be had.
    """

    start: Callable[[str, int, Path | None], Awaitable[tuple[int, Stop]]]
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VendorApp:
    """A vendor's server before it is bound to a port.

    store: the vendor's data, for white-box checks in tests.
    reset: back to the seeded data; credentials stay valid.
    dump, load: the data as plain JSON values, and back.
    revision: a number that moves with every change of the data.
    template: method and raw path -> the path template for the statistics ("/api/v2/users/{id}").
    hosts: the vendor's own host names, or patterns of them, first the one that tokens lead to.
    headers: the names of headers that the vendor spells in its own way.
    path: what every address of the API begins with, if it is part of the vendor's base address.
    own_latency: the vendor delays its answers by itself, because it limits how many requests it works on at once.
    beside: the vendor's other servers, by the name of their address among its credentials.
    bugs: where the vendor's background work notes errors of its own; those of requests reach the frame.
    """

    app: ASGIApp
    credentials: dict[str, Any]
    store: Any
    reset: Callable[[], None]
    dump: Callable[[], Any]
    load: Callable[[Any], None]
    revision: Callable[[], int]
    template: Callable[[str, str], str]
    bugs: Bugs
    hosts: tuple[str, ...]
    headers: tuple[str, ...]
    path: str = ""
    own_latency: bool = False
    beside: Mapping[str, Beside] = field(default_factory=dict)


class Build(Protocol):
    def __call__(self, options: Options, world: World) -> VendorApp: ...


def route_template(routes: Sequence[BaseRoute]) -> Callable[[str, str], str]:
    """A `template` function for a flat list of Starlette routes; an unknown path stands for itself."""
    plain = [route for route in routes if isinstance(route, Route)]

    def template(method: str, path: str) -> str:
        scope: Scope = {"type": "http", "method": method, "path": path, "root_path": "", "path_params": {}}
        partial = path
        for route in plain:
            match, _ = route.matches(scope)
            if match is Match.FULL:
                return route.path_format
            if match is Match.PARTIAL:
                partial = route.path_format
        return partial

    return template
