"""`python -m benchmarks.peers.one_by_one CREDENTIALS LIMIT`: query_all, then one organization after the other.

Prints {"written": n, "refused": n}.
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson
from zenpy.lib.exception import APIException

from benchmarks.peers.shared import ACCOUNTS, clients, organization


def main(credentials: str, limit: int) -> None:
    salesforce, zendesk = clients(Path(credentials))
    written = refused = 0
    for account in salesforce.query_all(ACCOUNTS)["records"][:limit]:
        try:
            zendesk.organizations.create(organization(account))
            written += 1
        except APIException:
            refused += 1
    sys.stdout.write(orjson.dumps({"written": written, "refused": refused}).decode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
