"""Creates the demo's configuration: sandbox connections, and the syncs between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from connectors.api.registry import connector_spec
from connectors.models import Connection

# Slug, the system, and what the sandbox calls its server.
CONNECTIONS = (
    ("sf", "salesforce", "salesforce"),
    ("zd", "zendesk", "zendesk"),
    ("didomi", "didomi", "didomi"),
    ("mail", "outlook", "graph"),
)
CONSENTS = [
    {"left": "purposes.newsletter", "right": "Newsletter__c"},
    {"left": "preferences.language", "right": "Languages__c"},
    {"left": "purposes.newsletter.date", "right": "Newsletter_Date__c"},
]
SYNCS: tuple[dict[str, Any], ...] = (
    {
        "slug": "accounts",
        "kind": "accounts_organizations",
        "left": "sf",
        "right": "zd",
        "automatic_updates": False,
        "create_in_salesforce": False,
        "record_types": ["Customer", "Partner"],
        "tags": ["Industry", "Rating"],
        "domain_names": "Domains__c",
        "notes": "Description",
        "mappings": [{"left": "AnnualRevenue", "right": "fields.annual_revenue"}],
    },
    {
        "slug": "contacts",
        "kind": "contacts_users",
        "left": "sf",
        "right": "zd",
        "automatic_updates": False,
        "create_in_salesforce": "nothing",
        "record_types": [],
        "accounts": "in_scope",
        "match_on": ["email", "External_Key__c"],
        "rank_by": {"field": "Status__c", "values": ["Current", "On leave"]},
        "values_that_mean_left": ["Left"],
        "tags": ["Department"],
        "details": "Title",
        "notes": "Description",
        "mappings": [
            {"left": "Title", "right": "fields.title"},
            {"left": "Newsletter__c", "right": "fields.newsletter"},
        ],
    },
    {
        "slug": "leads",
        "kind": "leads_users",
        "left": "sf",
        "right": "zd",
        "automatic_updates": False,
        "create_in_salesforce": "nothing",
        "match_on": ["email"],
        "tags": ["Industry"],
        "notes": "Description",
        "mappings": [{"left": "Title", "right": "fields.title"}],
    },
    {"slug": "portal", "kind": "contacts_portal_users", "left": "sf", "right": "sf", "automatic_updates": False},
    {"slug": "tickets", "kind": "tickets_cases", "left": "zd", "right": "sf", "automatic_updates": False},
    {
        "slug": "consents",
        "kind": "consents_contacts",
        "left": "didomi",
        "right": "sf",
        "automatic_updates": False,
        "match_field": "Email",
        "upsert": False,
        "mappings": CONSENTS,
    },
    {
        "slug": "lead-consents",
        "kind": "consents_leads",
        "left": "didomi",
        "right": "sf",
        "automatic_updates": False,
        "match_field": "Email",
        "upsert": False,
        "mappings": CONSENTS,
    },
)


def servers(credentials: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The servers of the sandbox by the kind of connection, from the object that it prints first."""
    return {kind: credentials[part] for _, kind, part in CONNECTIONS if part in credentials}


def connections(credentials: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The connections, from the object that the sandbox prints first."""
    return [_connection(slug, kind, credentials[part]) for slug, kind, part in CONNECTIONS if part in credentials]


def _connection(slug: str, kind: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    method = connector_spec(kind).auth_methods[0]
    settings = {setting.key: keys[setting.key] for setting in method.settings if setting.key in keys}
    return {"slug": slug, "kind": kind, "demo": True, "auth": method.key, "base_url": keys["base_url"], **settings}


def mailboxes(credentials: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The sync of contacts and mailboxes, each mailbox with the Salesforce user of the same email."""
    users = {user["email"]: user["id"] for user in credentials["salesforce"].get("users", ())}
    listed = [
        {"address": address, "salesforce_user": users.get(address, "")}
        for address in credentials.get("graph", {}).get("mailboxes", ())
    ]
    names = {"slug": "outlook", "kind": "contacts_outlook", "left": "sf", "right": "mail"}
    return [{**names, "automatic_updates": False, "scope": "mine", "mailboxes": listed}] if listed else []


def first_configuration(credentials: Mapping[str, Mapping[str, Any]]) -> str:
    """The configuration file of a first start."""
    return _yaml({"connections": connections(credentials), "syncs": [*SYNCS, *mailboxes(credentials)]})


def moved_configuration(credentials: Mapping[str, Mapping[str, Any]]) -> str:
    """The configuration file of a later start on other ports: the connections only, people's own syncs untouched.

    Connections that somebody removed with the demo do not come back.
    """
    there = set(Connection.objects.values_list("slug", flat=True))
    return _yaml({"connections": [values for values in connections(credentials) if values["slug"] in there]})


def _yaml(content: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    return text
