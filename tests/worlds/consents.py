"""Didomi and Salesforce as people see them, edited through HTTP, and the syncs between them."""

from __future__ import annotations

from typing import Any

import requests
import yaml

from connectors.sandbox.server import Endpoint, Sandbox
from mappings.config import store as config_store
from mappings.models import Sync
from syncadmin.runs.models import MirrorRecord
from tests.timeouts import HANG_SECONDS

MAPPINGS = [
    {"left": "purposes.newsletter", "right": "Newsletter__c"},
    {"left": "preferences.language", "right": "Languages__c"},
    {"left": "purposes.newsletter.date", "right": "Newsletter_Date__c"},
]
SYNC = {
    "slug": "consents",
    "kind": "consents_contacts",
    "left": "didomi",
    "right": "sf",
    "match_field": "Email",
    "upsert": False,
    "several": "none",
    "regulation": ["gdpr"],
    "mappings": MAPPINGS,
}
FIELDS = ("Newsletter__c", "Languages__c", "Newsletter_Date__c")


class Consents:
    """Both systems, empty at first."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.didomi, self.salesforce = sandbox.didomi, sandbox.salesforce
        self._web = requests.Session()
        for endpoint in (self.didomi, self.salesforce):
            self.control(endpoint, "POST", "reset")

    def close(self) -> None:
        self._web.close()

    def control(self, endpoint: Endpoint, method: str, path: str, body: Any = None) -> Any:
        answer = self._web.request(method, f"{endpoint.base_url}/_sandbox/{path}", json=body, timeout=HANG_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def collect(self, who: str, **said: Any) -> dict[str, Any]:
        """Somebody makes choices in a form."""
        return self.control(self.didomi, "POST", "collect", {"organization_user_id": who, **said})

    def forget(self, who: str) -> None:
        """The user is deleted in Didomi."""
        query = {"organization_id": self.didomi.credentials["organization_id"], "$by_organization_user_id": "true"}
        url = f"{self.didomi.base_url}/v1/consents/users/{who}"
        headers = {"Authorization": f"Bearer {self.didomi.credentials['access_token']}"}
        self._web.delete(url, params=query, headers=headers, timeout=HANG_SECONDS).raise_for_status()

    def contact(self, last_name: str, email: str | None = None, **values: Any) -> str:
        return self.salesforce.store.insert("Contact", {"LastName": last_name, "Email": email, **values})

    def lead(self, last_name: str, email: str | None = None, **values: Any) -> str:
        return self.salesforce.store.insert(
            "Lead", {"LastName": last_name, "Email": email, "Company": "Somewhere", **values}
        )

    def edit(self, id: str, **values: Any) -> None:
        self.salesforce.store.update(id, values)

    def rows(self, object: str = "Contact") -> dict[str, dict[str, Any]]:
        """The records of Salesforce by last name."""
        return {row["LastName"]: row for row in self.salesforce.store.rows(object)}

    def consents(self, object: str = "Contact") -> dict[str, tuple[Any, ...]]:
        """What the consent fields hold, by last name."""
        return {name: tuple(row.get(field) for field in FIELDS) for name, row in self.rows(object).items()}

    def calls(self, endpoint: Endpoint) -> dict[str, int]:
        return self.control(endpoint, "GET", "stats")["calls"]

    def pass_time(self, seconds: float = 3_600) -> None:
        """Later, for both systems."""
        self.control(self.didomi, "POST", "clock", {"advance": seconds})

    def store(self, *, ask: bool = False, **changes: Any) -> Sync:
        """Store both connections and the sync of consents with these changes."""
        keys = self.didomi.credentials
        didomi = {key: keys[key] for key in ("base_url", "organization_id", "key_id", "secret")}
        salesforce = {key: self.salesforce.credentials[key] for key in ("base_url", "client_id", "client_secret")}
        sync = {**SYNC, **changes}
        connections = [
            {"slug": "didomi", "kind": "didomi", **didomi},
            {"slug": "sf", "kind": "salesforce", **salesforce},
        ]
        config_store.apply(yaml.safe_dump({"connections": connections, "syncs": [sync]}), ask=ask)
        return Sync.objects.get(slug=sync["slug"])


def statuses(sync: Sync) -> dict[str, str]:
    """The status of each user of Didomi."""
    return dict(MirrorRecord.objects.left_of(sync).values_list("remote_id", "status"))
