"""What can be asked of the sandbox, with the defaults of the demo and of the profile P1."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from connectors.sandbox.clock import Clock
from connectors.sandbox.world import DEMO, EMPTY, WorldSize


class Seed(StrEnum):
    DEMO = "demo"
    EMPTY = "empty"  # no data rows, but custom fields and record types exist


VENDORS = ("salesforce", "zendesk", "graph", "didomi")
USUAL_PORTS = {"salesforce": 9401, "zendesk": 9402, "graph": 9404, "didomi": 9403, "pubsub": 9405}
BESIDE = ("pubsub",)
"""Servers beside those of the vendors, each with a port of its own."""

# The profile benchmarks are quoted for: latency of both vendors, plan limit, job and query durations.
PROFILE_P1 = {
    "salesforce_latency_ms": 80,
    "zendesk_latency_ms": 120,
    "zendesk_rpm": 700,
    "job_ms": 1000,
    "job_row_ms": 5.0,
    "bulk_query_ms": 3000,
    "endpoint_limits": True,
}


@dataclass(frozen=True, slots=True)
class Options:
    """One sandbox. Durations are milliseconds unless the name says otherwise.

    Port 0 picks a free one; None takes the vendor's usual one, or a free one where that is taken.
    """

    host: str = "127.0.0.1"
    allow_remote: bool = False
    vendors: tuple[str, ...] = VENDORS
    ports: Mapping[str, int | None] = field(default_factory=dict)
    seed: Seed = Seed.DEMO
    size: WorldSize = DEMO
    random_seed: int = 1
    salesforce_latency_ms: int = 0
    zendesk_latency_ms: int = 0
    graph_latency_ms: int = 0
    mailboxes: int = 5
    didomi_latency_ms: int = 0
    zendesk_rpm: int = 700
    endpoint_limits: bool = True
    job_ms: int = 50
    job_row_ms: float = 0.0
    bulk_query_ms: int = 0
    bulk_ingest_ms: int = 0
    incremental_lag_seconds: int = 60
    index_lag_seconds: int = 0
    state_file: str | None = None
    tls: str | None = None
    gateway_port: int = 0
    clock: Clock = field(default_factory=Clock)

    def world_size(self) -> WorldSize:
        return EMPTY if self.seed is Seed.EMPTY else self.size

    def latency_ms(self, vendor: str) -> int:
        delay: int = getattr(self, f"{vendor}_latency_ms", 0)
        return delay


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare every flag of `manage.py sandbox` on `parser`, a group for each vendor and each subject."""
    _add_servers(parser.add_argument_group("servers"))
    _add_world(parser.add_argument_group("data"))
    _add_pace(parser.add_argument_group("pace, for all vendors"))
    _add_salesforce(parser.add_argument_group("Salesforce"))
    _add_zendesk(parser.add_argument_group("Zendesk"))
    _add_graph(parser.add_argument_group("Microsoft Graph"))
    _add_didomi(parser.add_argument_group("Didomi"))


Group = argparse._ArgumentGroup


def _add_servers(group: Group) -> None:
    group.add_argument("--host", default="127.0.0.1", help="the address to listen on (default 127.0.0.1)")
    group.add_argument("--allow-remote", action="store_true", help="permit a host other than loopback")
    group.add_argument("--only", choices=VENDORS, action="append", help="start just this vendor")
    group.add_argument("--tls", metavar="DIR", help="speak https; DIR keeps the authority that clients trust (ca.pem)")
    gateway = "with --tls: a port for all host names of the vendors, as HTTPS_PROXY or by TLS itself (default 9400)"
    group.add_argument("--gateway-port", type=int, default=9400, help=gateway)
    group.add_argument("--state-file", help="keep the data in this file across restarts")


def _add_world(group: Group) -> None:
    group.add_argument("--seed", choices=[seed.value for seed in Seed], default=Seed.DEMO.value)
    group.add_argument("--random-seed", type=int, default=1, help="another number makes another world (default 1)")
    group.add_argument("--portal-every", type=int, help="each how-manieth contact is a portal user (6)")
    group.add_argument("--shared-email-percent", type=float, help="contacts that share another one's email")


def _add_pace(group: Group) -> None:
    group.add_argument("--profile", choices=["p1"], help="the quoted latencies, limits and job durations")
    group.add_argument("--latency-ms", type=int, help="delay of every answer")


def _add_salesforce(group: Group) -> None:
    group.add_argument("--salesforce-port", type=int, default=9401, help="0 picks a free one (default 9401)")
    group.add_argument("--pubsub-port", type=int, help="of its Pub/Sub API (default 9405, or a free one)")
    group.add_argument("--salesforce-latency-ms", type=int, help="delay of every answer, before --latency-ms")
    group.add_argument("--bulk-query-ms", type=int, help="duration of a bulk query job (default 0)")
    group.add_argument("--bulk-ingest-ms", type=int, help="duration of a bulk ingest job (default 0)")
    for name in ("accounts", "contacts", "leads"):
        group.add_argument(f"--{name}", type=int, help="exact number of rows")


def _add_zendesk(group: Group) -> None:
    group.add_argument("--zendesk-port", type=int, default=9402, help="0 picks a free one (default 9402)")
    group.add_argument("--zendesk-latency-ms", type=int, help="delay of every answer, before --latency-ms")
    group.add_argument("--zendesk-rpm", type=int, help="requests a minute (default 700)")
    group.add_argument("--no-endpoint-limits", action="store_true", help="only the account-wide limit")
    group.add_argument("--job-ms", type=int, help="fixed duration of a background job (default 50)")
    group.add_argument("--job-row-ms", type=float, help="additional job duration for each row (default 0)")
    lag = "age from which exports hold a record (default 60)"
    group.add_argument("--incremental-lag-seconds", type=int, default=60, help=lag)
    group.add_argument("--index-lag-seconds", type=int, default=0, help="age at which search finds a record")
    for name in ("organizations", "users", "tickets"):
        group.add_argument(f"--{name}", type=int, help="exact number of rows")


def _add_graph(group: Group) -> None:
    group.add_argument("--graph-port", type=int, help="0 picks a free one (default 9404, or a free one)")
    group.add_argument("--graph-latency-ms", type=int, help="duration of every request, before --latency-ms")
    group.add_argument("--mailboxes", type=int, help="how many there are (default 5)")


def _add_didomi(group: Group) -> None:
    group.add_argument("--didomi-port", type=int, help="0 picks a free one (default 9403, or a free one)")
    group.add_argument("--didomi-latency-ms", type=int, help="delay of every answer, before --latency-ms")


def from_arguments(given: Mapping[str, Any]) -> Options:
    """Options from parsed flags. An explicit flag wins over the profile, the profile over the defaults."""
    tuning: dict[str, Any] = dict(PROFILE_P1) if given.get("profile") == "p1" else {}
    if given.get("latency_ms") is not None:
        tuning |= {f"{vendor}_latency_ms": given["latency_ms"] for vendor in VENDORS}
    explicit = (*(f"{vendor}_latency_ms" for vendor in VENDORS), "zendesk_rpm", "mailboxes", "job_ms", "job_row_ms")
    for name in (*explicit, "bulk_query_ms", "bulk_ingest_ms"):
        if given.get(name) is not None:
            tuning[name] = given[name]
    if given.get("no_endpoint_limits"):
        tuning["endpoint_limits"] = False
    return Options(
        host=given["host"],
        allow_remote=given["allow_remote"],
        vendors=tuple(given.get("only") or VENDORS),
        ports={name: given.get(f"{name}_port") for name in (*VENDORS, *BESIDE)},
        seed=Seed(given["seed"]),
        size=_size(given),
        random_seed=given["random_seed"],
        incremental_lag_seconds=given["incremental_lag_seconds"],
        index_lag_seconds=given["index_lag_seconds"],
        state_file=given.get("state_file"),
        tls=given.get("tls"),
        gateway_port=given.get("gateway_port", 0),
        **tuning,
    )


def _size(given: Mapping[str, Any]) -> WorldSize:
    counts = (
        "accounts",
        "contacts",
        "leads",
        "organizations",
        "users",
        "tickets",
        "shared_email_percent",
        "portal_every",
    )
    changes = {name: given[name] for name in counts if given.get(name) is not None}
    # An exact number of helpdesk rows means: the counterparts of the first rows, and no strangers.
    if "organizations" in changes:
        changes["helpdesk_only_companies"] = 0
    if "users" in changes:
        changes["helpdesk_only_people"] = 0
    return replace(DEMO, **changes)
