"""`python -m benchmarks.engine [--records N]`: records a second by subject and kind of decision, as a JSON object."""

from __future__ import annotations

import argparse
import sys

import orjson

from benchmarks.engine import accounts, contacts
from benchmarks.engine.timing import decisions

RECORDS = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description="Time the decisions alone.")
    parser.add_argument("--records", type=int, default=RECORDS, help=f"how many of each (default {RECORDS})")
    records = parser.parse_args().records
    found = {
        name: {word: round(records / seconds) for word, (_, seconds) in decisions(plans(records)).items()}
        for name, plans in (("accounts", accounts.plans), ("contacts", contacts.plans))
    }
    sys.stdout.write(orjson.dumps(found).decode() + "\n")


if __name__ == "__main__":
    main()
