"""One process, one event loop, one HTTP server for each vendor."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from connectors.sandbox.controls import Controls, Transports
from connectors.sandbox.gateway import Gateway
from connectors.sandbox.listening import listen, listen_near, refuse_remote, refused
from connectors.sandbox.options import USUAL_PORTS, Options
from connectors.sandbox.state import StateFile
from connectors.sandbox.tls import Authority
from connectors.sandbox.vendor import Build, Stop, VendorApp
from connectors.sandbox.world import World

# vendor -> the package that exposes build(options, world)
BUILDERS = {
    "salesforce": "connectors.sandbox.salesforce",
    "zendesk": "connectors.sandbox.zendesk",
    "graph": "connectors.sandbox.graph",
    "didomi": "connectors.sandbox.didomi",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One vendor's running server."""

    base_url: str
    credentials: dict[str, Any]
    store: Any
    controls: Controls


class Sandbox:
    """The running servers, by vendor name: `sandbox.zendesk.base_url`."""

    def __init__(self, endpoints: dict[str, Endpoint], tls: dict[str, Any] | None = None) -> None:
        self.endpoints = endpoints
        self.tls = tls

    def __getattr__(self, vendor: str) -> Endpoint:
        try:
            return self.endpoints[vendor]
        except KeyError:
            raise AttributeError(f"the sandbox runs {sorted(self.endpoints)}, not {vendor}") from None

    @property
    def credentials(self) -> dict[str, dict[str, Any]]:
        """The object of the first output line: {vendor: {"base_url": ..., "client_id": ..., ...}}.

        With TLS, "tls" holds the authority's certificate ("ca"), the gateway's address, and the vendors' "hosts".
        """
        told = {name: endpoint.credentials for name, endpoint in self.endpoints.items()}
        return told | {"tls": self.tls} if self.tls else told


# Names of this machine that a certificate holds beside the vendors'.
LOCAL = ("localhost", "127.0.0.1", "::1")


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

    Raises RemoteHostRefused, and PortRefused when a port is taken. Side effect: writes the state file.
    """
    refuse_remote(options.host, options.allow_remote)
    world = World(options.world_size(), options.random_seed)
    vendors = {name: build_vendor(name, options, world) for name in options.vendors}
    state = StateFile(Path(options.state_file), vendors) if options.state_file else None
    if state:
        state.load()
    with ExitStack() as opened:
        sockets = {name: opened.enter_context(_listening(options, name)) for name in vendors}
        gate = opened.enter_context(listen(options.host, options.gateway_port, "gateway")) if options.tls else None
        await _serve(options, vendors, sockets, gate, state, ready, stop)


def _listening(options: Options, name: str) -> socket.socket:
    port = options.ports.get(name, 0)
    return listen_near(options.host, USUAL_PORTS[name], name) if port is None else listen(options.host, port, name)


async def _serve(
    options: Options,
    vendors: dict[str, VendorApp],
    sockets: dict[str, socket.socket],
    gate: socket.socket | None,
    state: StateFile | None,
    ready: Callable[[Sandbox], None],
    stop: asyncio.Event,
) -> None:
    authority = Authority(Path(options.tls)) if options.tls else None
    endpoints, servers = {}, {}
    for name, vendor in vendors.items():
        certificate = authority.issue(name, (*vendor.hosts, *LOCAL, options.host)) if authority else None
        endpoints[name], servers[name] = _prepare(name, vendor, options, sockets[name], certificate)
    tasks = [asyncio.create_task(servers[name].serve(sockets=[sockets[name]])) for name in servers]
    while not all(server.started for server in servers.values()):
        await asyncio.sleep(0.01)
    places = {host: sockets[name].getsockname()[:2] for name, vendor in vendors.items() for host in vendor.hosts}
    beside = await start_beside(options, authority, vendors, endpoints)
    gateway = Gateway(places | beside.places)
    entered = await gateway.serve(gate) if gate else None
    ready(Sandbox(endpoints, _told_of_tls(authority, gate, vendors) if authority and gate else None))
    saving = asyncio.create_task(state.keep_saving()) if state else None
    await stop.wait()
    await beside.stop()
    if entered:
        await gateway.close(entered)
    for server in servers.values():
        server.should_exit = True
    await asyncio.gather(*tasks)
    if state and saving:
        saving.cancel()
        state.save()


@dataclass(slots=True)
class ServersBeside:
    """The running servers of vendors that speak no HTTP: the host names that lead to them, and how to stop them."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    stops: list[Stop] = field(default_factory=list)

    async def stop(self) -> None:
        await asyncio.gather(*(stop() for stop in self.stops))


async def start_beside(
    options: Options, authority: Authority | None, vendors: dict[str, VendorApp], endpoints: dict[str, Endpoint]
) -> ServersBeside:
    """Start what vendors have beside their HTTP. Side effect: each address stands among the credentials."""
    started = ServersBeside()
    for vendor, name, beside in ((v, n, b) for v, app in vendors.items() for n, b in app.beside.items()):
        certificate = authority.issue(name, (*beside.hosts, *LOCAL, options.host)) if authority else None
        wanted = options.ports.get(name, 0)
        try:
            port, stop = await beside.start(options.host, USUAL_PORTS[name] if wanted is None else wanted, certificate)
        except OSError as error:
            if wanted is not None:
                raise refused(options.host, wanted, name, error) from error
            port, stop = await beside.start(options.host, 0, certificate)
        started.stops.append(stop)
        started.places |= dict.fromkeys(beside.hosts, (options.host, port))
        host = f"[{options.host}]" if ":" in options.host else options.host
        endpoints[vendor].credentials[name] = f"{host}:{port}"
    return started


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


def _told_of_tls(authority: Authority, gate: socket.socket, vendors: dict[str, VendorApp]) -> dict[str, Any]:
    return {
        "ca": str(authority.certificate_file.resolve()),
        "gateway": _address("http", gate),
        "hosts": {name: list(vendor.hosts) for name, vendor in vendors.items()},
    }


def _address(scheme: str, listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _prepare(
    name: str, vendor: VendorApp, options: Options, listening: socket.socket, certificate: Path | None
) -> tuple[Endpoint, uvicorn.Server]:
    transports: Transports = {}
    latency = 0 if vendor.own_latency else options.latency_ms(name)
    controls = Controls(vendor, options.clock, latency, transports)
    config = uvicorn.Config(
        controls,
        http=_protocol(transports),
        lifespan="off",
        ws="none",
        proxy_headers=False,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,  # see connectors.sandbox.spelling
        ssl_certfile=certificate,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # pooled connections of clients must not go stale between two calls
    )
    base_url = _address("https" if certificate else "http", listening) + vendor.path
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
