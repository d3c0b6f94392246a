"""For which objects change events are sent: the members of the standard channel, as Setup shows them."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.sandbox.salesforce.errors import ApiError
from connectors.sandbox.salesforce.org import INTEGRATION_USER, Org
from connectors.sandbox.salesforce.pubsub.schemas import event_name
from connectors.sandbox.salesforce.store import Table

STANDARD = ("Account", "Contact", "Lead", "User", "Case")
# Without change events, as with the vendor: objects of the setup, and those that only join others.
NEVER = frozenset({"RecordType", "ListView", "Organization", "Profile", "UserLicense", "Group", "QueueSobject"})
CHANNEL = "ChangeEvents"


def objects(org: Org) -> frozenset[str]:
    """The selected objects by their API names."""
    selected = {row["SelectedEntity"] for row in _members(org).rows.values() if row["EventChannel"] == CHANNEL}
    return frozenset(name for name in org.objects if event_name(name) in selected)


def select(org: Org, names: Iterable[str]) -> None:
    """Change events of these objects and of no others. Raises ApiError 400 for an object that cannot have any."""
    wanted = {org.object(name).name for name in names}
    if refused := wanted & NEVER:
        raise ApiError(400, "INVALID_INPUT", f"Change events are not supported for: {', '.join(sorted(refused))}")
    members, entities = _members(org), {event_name(name) for name in wanted}
    for row in list(members.rows.values()):
        if row["SelectedEntity"] not in entities:
            members.remove(row["Id"])
    held = {row["SelectedEntity"] for row in members.rows.values()}
    for entity in sorted(entities - held):
        _add(org, members, entity)
    org.journal.revision += 1


def _add(org: Org, members: Table, entity: str) -> None:
    now, by = org.now(), INTEGRATION_USER
    made = {"CreatedDate": now, "CreatedById": by, "LastModifiedDate": now, "LastModifiedById": by}
    own = {"DeveloperName": f"{CHANNEL}_{entity}", "MasterLabel": f"{CHANNEL}_{entity}", "EventChannel": CHANNEL}
    members.add({"Id": members.next_id(), **own, "SelectedEntity": entity, "SystemModstamp": now, **made})


def _members(org: Org) -> Table:
    return org.tooling.table("PlatformEventChannelMember")
