"""The sandbox's data in one file, so that a demo survives a restart."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import orjson

from connectors.sandbox.vendor import VendorApp

EVERY_SECONDS = 3.0


class StateFile:
    """Loads, and atomically replaces, one JSON file with every vendor's dump."""

    def __init__(self, path: Path, vendors: Mapping[str, VendorApp]) -> None:
        self.path = path
        self.vendors = vendors
        self._saved: dict[str, int] | None = None

    def load(self) -> None:
        """Take over the file's data, if there is a file. Raises ValueError when it is not JSON."""
        if not self.path.exists():
            return
        dumps = orjson.loads(self.path.read_bytes())
        for name, vendor in self.vendors.items():
            if name in dumps:
                vendor.load(dumps[name])

    def save(self) -> None:
        """Write the file if anything changed since the last time."""
        revisions = {name: vendor.revision() for name, vendor in self.vendors.items()}
        if revisions == self._saved:
            return
        dumps = {name: vendor.dump() for name, vendor in self.vendors.items()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_bytes(orjson.dumps(dumps))
        os.replace(fresh, self.path)
        self._saved = revisions

    async def keep_saving(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            self.save()
