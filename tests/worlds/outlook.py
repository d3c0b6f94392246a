"""A mailbox as its user sees it, beside an org."""

from __future__ import annotations

from typing import Any

import yaml

from connectors.sandbox.salesforce.org import OWNER
from mappings.config import store as config_store
from mappings.models import Sync
from tests.timeouts import HANG_SECONDS
from tests.worlds.company import Company

OLIVIA, BEN = "olivia@outlook.example", "ben@outlook.example"
SYNC = {
    "slug": "outlook",
    "kind": "contacts_outlook",
    "left": "sf",
    "right": "mail",
}
SHARED = "Salesforce Contacts"


class Mailbox:
    """What the user of one mailbox does and sees."""

    def __init__(self, company: Company, address: str = OLIVIA) -> None:
        self.address, self.company = address, company
        self.graph = company.graph

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Prefer": 'IdType="ImmutableId"'}
        headers["Authorization"] = f"Bearer {self.graph.credentials['access_token']}"
        address = f"{self.graph.base_url}/users/{self.address}/{path}"
        answer = self.company._web.request(method, address, json=body, headers=headers, timeout=HANG_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    @property
    def folder(self) -> str:
        """The id of the shared folder, made by the user where it is missing."""
        found = [row["id"] for row in self.call("GET", "contactFolders")["value"] if row["displayName"] == SHARED]
        return str((found or [self.call("POST", "contactFolders", {"displayName": SHARED})["id"]])[0])

    def folders(self) -> list[str]:
        """The ids of its folders of contacts."""
        return ["contacts", *(row["id"] for row in self.call("GET", "contactFolders?$top=500")["value"])]

    def shared(self) -> dict[str, dict[str, Any]]:
        """Contacts in the shared folder by their names."""
        rows = self.call("GET", f"contactFolders/{self.folder}/contacts?$top=500")["value"]
        return {row["displayName"]: row for row in rows}

    def private(self) -> dict[str, dict[str, Any]]:
        return {row["displayName"]: row for row in self.call("GET", "contacts?$top=500")["value"]}

    def add(self, *, shared: bool = True, **values: Any) -> str:
        """A contact that the user makes, in the shared folder or in the default one."""
        path = f"contactFolders/{self.folder}/contacts" if shared else "contacts"
        return str(self.call("POST", path, values)["id"])

    def edit(self, id: str, **values: Any) -> None:
        self.call("PATCH", f"contacts/{id}", values)

    def remove(self, id: str) -> None:
        self.call("DELETE", f"contacts/{id}")

    def move(self, id: str, folder: str) -> None:
        body = {"mailbox": self.address, "id": id, "folder": folder}
        self.company.control(self.graph, "POST", "move", body)


def store(company: Company, **options: Any) -> Sync:
    """Both connections, and a sync of one mailbox."""
    own = {"mailbox": OLIVIA, "salesforce_user": OWNER}
    apply(company, own | options)
    return Sync.objects.get(slug=SYNC["slug"])


def apply(company: Company, sync: dict[str, Any]) -> None:
    """A file with both connections and this sync."""
    sf, mail = company.salesforce.credentials, company.graph.credentials
    keys = ("tenant_id", "client_id", "client_secret")
    said = {
        "connections": [
            {"slug": "sf", "kind": "salesforce", "base_url": company.salesforce.base_url,
             **{key: sf[key] for key in ("client_id", "client_secret")}},
            {"slug": "mail", "kind": "outlook", "base_url": company.graph.base_url, **{key: mail[key] for key in keys}},
        ],
        "syncs": [SYNC | sync],
    }  # fmt: skip
    config_store.apply(yaml.safe_dump(said))
