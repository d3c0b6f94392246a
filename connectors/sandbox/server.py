"""One process, one event loop, one HTTP server for each vendor."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.sandbox.controls import Controls, Transports
from connectors.sandbox.options import Options
from connectors.sandbox.state import StateFile
from connectors.sandbox.vendor import Build, VendorApp
from connectors.sandbox.world import World

# vendor -> the package that exposes build(options, world)
BUILDERS = {
    "salesforce": "connectors.sandbox.salesforce",
    "zendesk": "connectors.sandbox.zendesk",
}


class RemoteHostRefused(ValueError):
    """The sandbox prints its credentials, so it serves loopback unless asked twice."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One vendor's running server."""

    base_url: str
    credentials: dict[str, Any]
    store: Any
    controls: Controls


class Sandbox:
    """The running servers, by vendor name: `sandbox.zendesk.base_url`."""

    def __init__(self, endpoints: dict[str, Endpoint]) -> None:
        self.endpoints = endpoints

    def __getattr__(self, vendor: str) -> Endpoint:
        try:
            return self.endpoints[vendor]
        except KeyError:
            raise AttributeError(f"the sandbox runs {sorted(self.endpoints)}, not {vendor}") from None

    @property
    def credentials(self) -> dict[str, dict[str, Any]]:
        """The object of the first output line: {vendor: {"base_url": ..., "client_id": ..., ...}}."""
        return {name: endpoint.credentials for name, endpoint in self.endpoints.items()}


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs several of them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def build_vendor(name: str, options: Options, world: World) -> VendorApp:
    build: Build = import_module(BUILDERS[name]).build
    return build(options, world)


async def serve(options: Options, ready: Callable[[Sandbox], None], stop: asyncio.Event) -> None:
    """Serve until `stop` is set. `ready` is called once every port answers.

    Raises RemoteHostRefused, and OSError when a port is taken. Side effect: writes the state file.
    """
    _refuse_remote(options)
    world = World(options.world_size(), options.random_seed)
    vendors = {name: build_vendor(name, options, world) for name in options.vendors}
    state = StateFile(Path(options.state_file), vendors) if options.state_file else None
    if state:
        state.load()
    with ExitStack() as opened:
        ports = options.ports
        sockets = {name: opened.enter_context(_bind(options.host, ports.get(name, 0))) for name in vendors}
        await _serve(options, vendors, sockets, state, ready, stop)


async def _serve(
    options: Options,
    vendors: dict[str, VendorApp],
    sockets: dict[str, socket.socket],
    state: StateFile | None,
    ready: Callable[[Sandbox], None],
    stop: asyncio.Event,
) -> None:
    endpoints, servers = {}, {}
    for name, vendor in vendors.items():
        endpoints[name], servers[name] = _prepare(name, vendor, options, sockets[name])
    tasks = [asyncio.create_task(servers[name].serve(sockets=[sockets[name]])) for name in servers]
    while not all(server.started for server in servers.values()):
        await asyncio.sleep(0.01)
    ready(Sandbox(endpoints))
    saving = asyncio.create_task(state.keep_saving()) if state else None
    await stop.wait()
    for server in servers.values():
        server.should_exit = True
    await asyncio.gather(*tasks)
    if state and saving:
        saving.cancel()
        state.save()


@contextmanager
def running(options: Options | None = None) -> Iterator[Sandbox]:
    """The sandbox in a thread of this process, on free ports unless the options name some."""
    options = options or Options()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    settled = threading.Event()
    box: list[Sandbox] = []

    def ready(sandbox: Sandbox) -> None:
        box.append(sandbox)
        settled.set()

    with closing(loop), ThreadPoolExecutor(1, thread_name_prefix="sandbox") as thread:
        served = thread.submit(loop.run_until_complete, serve(options, ready, stop))
        served.add_done_callback(lambda _: settled.set())
        settled.wait()
        if not box:
            served.result()  # raises what kept it from starting
        try:
            yield box[0]
        finally:
            loop.call_soon_threadsafe(stop.set)
            served.result()


def first_line(sandbox: Sandbox) -> str:
    """The JSON object that `manage.py sandbox` prints first."""
    return orjson.dumps(sandbox.credentials).decode()


def _prepare(
    name: str, vendor: VendorApp, options: Options, listening: socket.socket
) -> tuple[Endpoint, uvicorn.Server]:
    transports: Transports = {}
    controls = Controls(vendor, options.clock, options.latency_ms(name), transports)
    config = uvicorn.Config(
        controls,
        http=_protocol(transports),
        lifespan="off",
        ws="none",
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # pooled connections of clients must not go stale between two calls
    )
    host, port = listening.getsockname()[:2]
    base_url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    credentials = {"base_url": base_url, **vendor.credentials}
    return Endpoint(base_url, credentials, vendor.store, controls), _Server(config)


def _protocol(transports: Transports) -> type[asyncio.Protocol]:
    """uvicorn's protocol, which also tells `transports` who is connected (a reset fault needs the socket)."""

    class Registering(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.peer = tuple((transport.get_extra_info("peername") or ("", 0))[:2])
            transports[self.peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            transports.pop(self.peer, None)

    return Registering


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only for sockets that name their protocol; it costs 40 ms a call
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    return listening


def _refuse_remote(options: Options) -> None:
    if options.allow_remote or options.host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(options.host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise RemoteHostRefused(
            f"{options.host} is not a loopback address and the sandbox's credentials are public; "
            "add --allow-remote if that is what you want"
        )
