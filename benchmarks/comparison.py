"""The scripts of benchmarks.peers on the same sandbox: only the first load, as they know nothing else."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks.measure import PYTHON, Spent, environment, measured
from benchmarks.profiles import Profile
from benchmarks.world import Calls, running

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Peer:
    """A script. ``most`` is how many records it is given at most; ``largest`` the largest world it is tried on."""

    title: str
    module: str
    most: int
    largest: int


PEERS = (
    Peer("simple-salesforce query_all, zenpy create one by one", "one_by_one", most=200, largest=1_000),
    Peer("simple-salesforce query_all, zenpy create by 100, one job at a time", "batches", most=10_000, largest=10_000),
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one script did with the first ``tried`` of ``records`` accounts."""

    title: str
    profile: Profile
    records: int
    tried: int
    written: int
    refused: int
    spent: Spent
    calls: Calls


def compare(profile: Profile, accounts: int) -> list[Comparison]:
    """Every script that can be tried on a world of this size, each on a sandbox of its own."""
    return [_tried(peer, profile, accounts) for peer in PEERS if accounts <= peer.largest]


def _tried(peer: Peer, profile: Profile, accounts: int) -> Comparison:
    limit = min(accounts, peer.most)
    logger.info("%s, %s accounts: %s", profile.name, f"{limit:,}", peer.title)
    with running(profile, accounts) as world, TemporaryDirectory(prefix="syncadmin-bench-") as folder:
        credentials = Path(folder) / "credentials.json"
        credentials.write_bytes(orjson.dumps(world.credentials))
        world.forget_calls()
        command = [PYTHON, "-m", f"benchmarks.peers.{peer.module}", str(credentials), str(limit)]
        spent = measured(command, environment())
        calls = world.calls()
    said = orjson.loads(spent.output)
    return Comparison(peer.title, profile, accounts, limit, said["written"], said["refused"], spent, calls)
