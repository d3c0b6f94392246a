"""The product as people start it: an installation of its own in an empty folder, and its command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks.measure import PYTHON, CommandFailed, Spent, environment, measured
from benchmarks.subjects import Subject
from benchmarks.world import World

KINDS = {"sf": "salesforce", "zd": "zendesk"}
_FROM_SALESFORCE = {"left": "sf", "right": "zd"}
SYNCS: dict[Subject, dict[str, Any]] = {
    Subject.ACCOUNTS: {
        "kind": "accounts_organizations",
        **_FROM_SALESFORCE,
        "tags": ["Industry"],
        "domain_names": "Domains__c",
        "notes": "Description",
        "mappings": [{"left": "AnnualRevenue", "right": "annual_revenue"}],
    },
    Subject.CONTACTS: {
        "kind": "contacts_users",
        **_FROM_SALESFORCE,
        "match_on": ["email"],
        "tags": ["Department"],
        "notes": "Description",
        "mappings": [{"left": "Title", "right": "title"}],
    },
    Subject.TICKETS: {"kind": "tickets_cases", "left": "zd", "right": "sf"},
    Subject.PORTAL: {"kind": "contacts_portal_users", "left": "sf", "right": "sf"},
}
COMPLETED, REJECTIONS, FAILED = 0, 3, 1


@dataclass(frozen=True, slots=True)
class Product:
    """One installation: SQLite, keys and all in its own folder."""

    env: dict[str, str]

    def run(self, subject: Subject) -> tuple[Spent, dict[str, Any]]:
        """`manage.py sync run SUBJECT --inline --approve-all --json`: what it took, and what it printed.

        A failed run is a result; raises measure.CommandFailed for a command that ended without printing any.
        """
        command = _manage("sync", "run", subject, "--inline", "--approve-all", "--json")
        spent = measured(command, self.env, good=(COMPLETED, REJECTIONS, FAILED))
        if not spent.output:
            raise CommandFailed(f"{' '.join(command)} printed nothing:\n{spent.errors[-3000:]}")
        return spent, orjson.loads(spent.output)


def install(folder: Path, world: World, *subjects: Subject) -> Product:
    """Make the tables and store both connections and the syncs. Raises measure.CommandFailed."""
    env = environment(SYNCADMIN_VAR=str(folder))
    file = folder / "bench.yaml"
    file.write_text(yaml.safe_dump(_configuration(world, subjects)), encoding="utf-8")
    measured(_manage("migrate", "--verbosity", "0"), env)
    measured(_manage("config", "apply", str(file)), env)
    return Product(env)


def _manage(*words: str) -> list[str]:
    return [PYTHON, "manage.py", *words]


def _configuration(world: World, subjects: Sequence[Subject]) -> dict[str, Any]:
    def connection(slug: str, kind: str) -> dict[str, Any]:
        login = world.credentials[kind]
        return {"slug": slug, "kind": kind} | {key: login[key] for key in ("base_url", "client_id", "client_secret")}

    return {
        "connections": [connection(slug, kind) for slug, kind in KINDS.items()],
        "syncs": [{"slug": subject.value, **SYNCS[subject]} for subject in subjects],
    }
