"""A day that people type where a moment belongs is that day where the org is (A11)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.worlds.company import Company
from tests.worlds.runs import counts, run


def test_a_typed_day_is_the_orgs_own_day_also_on_the_first_run(company: Company) -> None:
    """Nobody has tested the connection, so nothing is known of the org's zone before the run."""
    company.account("Acme")
    company.organization("Acme", organization_fields={"industry": "2024-06-02"})
    sync = company.configure(mappings=[{"left": "Last_Review__c", "right": "industry", "direction": "both"}])
    run(sync)
    sync.left.refresh_from_db()
    zone = ZoneInfo(sync.left.facts["time_zone"])
    assert zone.key not in ("UTC", "Etc/UTC")
    written = datetime.fromisoformat(company.accounts()["Acme"]["Last_Review__c"])
    assert written.astimezone(zone).isoformat()[:16] == "2024-06-02T00:00"
    run(sync)
    assert counts(run(sync))["planned"] == 0
