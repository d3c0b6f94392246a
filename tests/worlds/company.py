"""Both systems as people see them, edited through HTTP, and the syncs between them."""

from __future__ import annotations

from typing import Any

import requests
import yaml

from connectors import services as connections
from connectors.models import Connection
from connectors.sandbox.server import Endpoint, Sandbox
from mappings.config import store as config_store
from mappings.models import Sync
from tests.timeouts import HANG_SECONDS

SYNC = {
    "slug": "accounts",
    "kind": "accounts_organizations",
    "left": "sf",
    "right": "zd",
    "tags": ["Industry"],
    "domain_names": "Domains__c",
    "notes": "Description",
    "mappings": [{"left": "AnnualRevenue", "right": "annual_revenue"}],
}


PEOPLE = {
    "contacts": {
        "slug": "contacts",
        "kind": "contacts_users",
        "left": "sf",
        "right": "zd",
        "match_on": ["email"],
        "tags": ["Department"],
        "details": "Title",
        "notes": "Description",
    },
    "leads": {"slug": "leads", "kind": "leads_users", "left": "sf", "right": "zd", "match_on": ["email"]},
}


class Company:
    """Both systems as people see them, and the sync between them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.salesforce, self.zendesk, self.graph = sandbox.salesforce, sandbox.zendesk, sandbox.graph
        self._web = requests.Session()
        self._web.headers["Authorization"] = f"Bearer {self.zendesk.credentials['access_token']}"
        for endpoint in (self.salesforce, self.zendesk, self.graph):
            self.control(endpoint, "POST", "reset")

    def close(self) -> None:
        self._web.close()

    def control(self, endpoint: Endpoint, method: str, path: str, body: Any = None) -> Any:
        answer = self._web.request(method, f"{endpoint.base_url}/_sandbox/{path}", json=body, timeout=HANG_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def fault(self, endpoint: Endpoint, *rules: dict[str, Any]) -> None:
        self.control(endpoint, "PUT", "faults", list(rules))

    def fired(self, endpoint: Endpoint) -> int:
        """How often the fault rules have fired."""
        return sum(rule["fired"] for rule in self.control(endpoint, "GET", "faults")["rules"])

    def calls(self, endpoint: Endpoint) -> dict[str, int]:
        return self.control(endpoint, "GET", "stats")["calls"]

    def account(self, name: str, **values: Any) -> str:
        return self.salesforce.store.insert("Account", {"Name": name, **values})

    def edit_account(self, id: str, **values: Any) -> None:
        self.salesforce.store.update(id, values)

    def accounts(self) -> dict[str, dict[str, Any]]:
        """Accounts by name."""
        return {row["Name"]: row for row in self.salesforce.store.rows("Account")}

    def organization(self, name: str, **values: Any) -> int:
        answer = self.api("POST", "organizations", {"organization": {"name": name, **values}})
        return answer["organization"]["id"]

    def edit_organization(self, id: int, **values: Any) -> None:
        self.api("PUT", f"organizations/{id}", {"organization": values})

    def organizations(self) -> dict[str, dict[str, Any]]:
        """Organizations by name."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = self.api("GET", f"organizations?page[size]=100&page[after]={cursor}")
            found |= {row["name"]: row for row in page["organizations"]}
            if not page["meta"]["has_more"]:
                return found
            cursor = page["meta"]["after_cursor"]

    def api(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._web.request(method, f"{self.zendesk.base_url}/api/v2/{path}", json=body, timeout=HANG_SECONDS)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def contact(self, last_name: str, email: str | None = None, account: str | None = None, **values: Any) -> str:
        row = {"LastName": last_name, "Email": email, "AccountId": account, **values}
        return self.salesforce.store.insert("Contact", row)

    def lead(self, last_name: str, email: str | None = None, **values: Any) -> str:
        row = {"LastName": last_name, "Email": email, "Company": "Somewhere", **values}
        return self.salesforce.store.insert("Lead", row)

    def edit(self, id: str, **values: Any) -> None:
        """Change a record in Salesforce."""
        self.salesforce.store.update(id, values)

    def remove(self, id: str) -> None:
        """Delete a record in Salesforce."""
        self.salesforce.store.delete(id)

    def contacts(self) -> dict[str, dict[str, Any]]:
        """Contacts by id."""
        return {row["Id"]: row for row in self.salesforce.store.rows("Contact")}

    def user(self, name: str, email: str | None = None, **values: Any) -> int:
        given = {"name": name, "email": email, "skip_verify_email": True, **values}
        return self.api("POST", "users", {"user": given})["user"]["id"]

    def edit_user(self, id: int, **values: Any) -> None:
        self.api("PUT", f"users/{id}", {"user": values})

    def users(self) -> dict[str, dict[str, Any]]:
        """End users by email; those without one by name."""
        found: dict[str, dict[str, Any]] = {}
        cursor = ""
        while True:
            page = self.api("GET", f"users?role=end-user&page[size]=100&page[after]={cursor}")
            found |= {row["email"] or row["name"]: row for row in page["users"]}
            if not page["meta"]["has_more"]:
                return found
            cursor = page["meta"]["after_cursor"]

    def member_of(self, user: int) -> dict[str, bool]:
        """Names of the user's organizations, each with whether it is the primary one."""
        names = {row["id"]: name for name, row in self.organizations().items()}
        rows = self.api("GET", f"users/{user}/organization_memberships")["organization_memberships"]
        return {names[row["organization_id"]]: bool(row["default"]) for row in rows}

    def join(self, user: int, organization: int) -> None:
        """An agent puts the user into an organization."""
        row = {"user_id": user, "organization_id": organization}
        self.api("POST", "organization_memberships", {"organization_membership": row})

    def set_up(self, **settings: Any) -> None:
        """Change the Zendesk account's settings."""
        self.control(self.zendesk, "PUT", "settings", settings)

    def check_connections(self) -> None:
        """Somebody tests both stored connections."""
        for connection in Connection.objects.all():
            assert connections.check(connection).ok

    def configure_people(self, slug: str = "contacts", **changes: Any) -> Sync:
        """Store the contacts or the leads sync with these changes; the accounts sync must be there already."""
        return self.store({**PEOPLE[slug], **changes})

    def configure(self, **changes: Any) -> Sync:
        """Store both connections and the accounts sync with these changes."""
        return self.store(SYNC | changes)

    def store(self, sync: dict[str, Any]) -> Sync:
        """Store both connections and this sync."""
        said = {
            "connections": [
                {"slug": slug, "kind": kind, "base_url": endpoint.base_url,
                 "client_id": endpoint.credentials["client_id"], "client_secret": endpoint.credentials["client_secret"]}
                for slug, kind, endpoint in (("sf", "salesforce", self.salesforce), ("zd", "zendesk", self.zendesk))
            ],
            "syncs": [sync],
        }  # fmt: skip
        config_store.apply(yaml.safe_dump(said))
        return Sync.objects.get(slug=sync["slug"])
