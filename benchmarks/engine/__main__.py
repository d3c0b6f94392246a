"""Prints one JSON object: records a second by subject and kind of decision."""

from __future__ import annotations

import sys

import orjson

from benchmarks.engine import accounts, contacts
from benchmarks.engine.timing import decisions

RECORDS = 20_000


def main(records: int) -> None:
    found = {
        name: {word: round(records / seconds) for word, (_, seconds) in decisions(plans(records)).items()}
        for name, plans in (("accounts", accounts.plans), ("contacts", contacts.plans))
    }
    sys.stdout.write(orjson.dumps(found).decode() + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS)
