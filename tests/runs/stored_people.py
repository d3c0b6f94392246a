"""An email that two contacts and a lead share, as runs have left it behind."""

from __future__ import annotations

from mappings.models import Sync
from syncadmin.runs.models import Link
from tests.runs.stored import stored_record, stored_sync

EMAIL = "a@test.com"


def linked(sync: Sync, left_id: str, right_id: str, role: str = "syncing", **values: object) -> Link:
    made: Link = Link.objects.create(sync=sync, left_id=left_id, right_id=right_id, role=role, how="key", **values)
    return made


def multiple_organizations(sync: Sync, on: bool) -> None:
    sync.right.facts = {"multiple_organizations": on}
    sync.right.save(update_fields=["facts"])


def shared_email() -> Sync:
    """S1.15: contact 1 of account A and contact 2 of account B share an email, and so does a lead; one user."""
    accounts = stored_sync()
    for number, name in ((1, "Alpha"), (2, "Beta")):
        stored_record(accounts, "left", f"001{name}", name)
        stored_record(accounts, "right", f"4{number}", f"{name} Org")
        linked(accounts, f"001{name}", f"4{number}")
    sync, leads = stored_sync("contacts", kind="contacts_users"), stored_sync("leads", kind="leads_users")
    for left_id, name, account in (("003A", "Ann Alpha", "001Alpha"), ("003B", "Ann Beta", "001Beta")):
        values = {"Name": name, "Email": EMAIL, "CreatedDate": "2026-01-01T00:00:00Z"}
        stored_record(sync, "left", left_id, name, match_key=EMAIL, parent_key=account, values=values)
    stored_record(leads, "left", "00QL", "Ann Lead", match_key=EMAIL, values={"Name": "Ann Lead", "Email": EMAIL})
    values = {"name": "Ann Alpha", "email": EMAIL, "organization_id": "41", "role": "end-user"}
    stored_record(sync, "right", "71", "Ann Alpha", match_key=EMAIL, values=values)
    linked(sync, "003A", "71", last_synced={"name": "Ann Alpha", "email": EMAIL, "organization_id": "41"})
    linked(sync, "003B", "71", "duplicate")
    linked(leads, "00QL", "71", "duplicate")
    multiple_organizations(sync, on=True)
    return sync
