"""`python -m benchmarks.peers.batches CREDENTIALS LIMIT`: query_all, then jobs of a hundred, each polled to its end.

Prints {"written": n, "refused": n}.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import orjson

from benchmarks.peers.shared import ACCOUNTS, clients, organization

ENDED = ("completed", "failed", "killed")
POLL_SECONDS = 1


def main(credentials: str, limit: int) -> None:
    salesforce, zendesk = clients(Path(credentials))
    accounts = salesforce.query_all(ACCOUNTS)["records"][:limit]
    written = refused = 0
    for start in range(0, len(accounts), 100):
        job = zendesk.organizations.create([organization(account) for account in accounts[start : start + 100]])
        while job.status not in ENDED:
            time.sleep(POLL_SECONDS)
            job = zendesk.job_status(id=job.id)
        results = list(job.results or ())
        created = sum(result.status == "Created" for result in results)
        written, refused = written + created, refused + len(results) - created
    sys.stdout.write(orjson.dumps({"written": written, "refused": refused}).decode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
