"""`python -m benchmarks.pages [--rows N]`: prints one JSON object a page. Works on an installation of its own."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from dataclasses import asdict
from tempfile import TemporaryDirectory

import django
import orjson

ROWS = 1_000_000
logger = logging.getLogger("benchmarks.pages")


def main(rows: int) -> None:
    from django.core.management import call_command

    from benchmarks.pages.addresses import pages
    from benchmarks.pages.fill import fill
    from benchmarks.pages.timing import timed

    call_command("migrate", verbosity=0)
    started = time.monotonic()
    accounts, run, contacts = fill(rows)
    logger.info("%s rows a table stored in %.0f s", f"{rows:,}", time.monotonic() - started)
    for answered in timed(pages(accounts, run, contacts)):
        sys.stdout.write(orjson.dumps(asdict(answered)).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="how many of each kind")
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    with TemporaryDirectory(prefix="syncadmin-pages-") as folder:
        os.environ |= {"SYNCADMIN_VAR": folder, "DJANGO_SETTINGS_MODULE": "syncadmin.settings"}
        django.setup()
        main(given.rows)
