"""What both scripts begin with: the two clients, and an organization made of an account.

The libraries insist on https; a loopback sandbox speaks http. That is the only thing here that a real script lacks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from zenpy import Zenpy
from zenpy.lib.api_objects import Organization

ACCOUNTS = "SELECT Id, Name, Industry, Domains__c, Description, AnnualRevenue FROM Account"


class _Plain(HTTPAdapter):
    """Sends https requests for the sandbox as http."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, *args, **options)


def clients(credentials: Path) -> tuple[Any, Zenpy]:
    """Salesforce and Zendesk, signed in, from the sandbox's first output line in a file."""
    logins: dict[str, dict[str, str]] = orjson.loads(credentials.read_bytes())
    salesforce, zendesk = logins["salesforce"], logins["zendesk"]
    session = requests.Session()
    session.mount("https://", _Plain())
    instance = salesforce["base_url"].replace("http://", "https://")
    os.environ["ZENPY_FORCE_SCHEME"] = "http"
    os.environ["ZENPY_FORCE_NETLOC"] = urlsplit(zendesk["base_url"]).netloc
    return (
        Salesforce(instance_url=instance, session_id=salesforce["access_token"], session=session),
        Zenpy(subdomain="sandbox", oauth_token=zendesk["access_token"]),
    )


def organization(account: Mapping[str, Any]) -> Organization:
    """The same fields that the product is told to sync."""
    return Organization(
        name=account["Name"],
        external_id=account["Id"],
        notes=account["Description"],
        tags=[account["Industry"].lower()] if account["Industry"] else [],
        domain_names=(account["Domains__c"] or "").split(),
        organization_fields={"annual_revenue": account["AnnualRevenue"]},
    )
