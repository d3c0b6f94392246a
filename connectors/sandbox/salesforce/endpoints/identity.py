"""Who the caller is: the identity address that comes with every token, and the OpenID user info."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from connectors.sandbox.salesforce.api import Call, Paths, answer
from connectors.sandbox.salesforce.errors import ApiError, not_found
from connectors.sandbox.salesforce.org import INTEGRATION_USER, ORG_ID
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.sessions import USERNAME, Sessions

# name -> address, with {version} left for the caller to fill
ADDRESSES = {
    "enterprise": "/services/Soap/c/{version}/",
    "metadata": "/services/Soap/m/{version}/",
    "partner": "/services/Soap/u/{version}/",
    "rest": "/services/data/v{version}/",
    "sobjects": "/services/data/v{version}/sobjects/",
    "search": "/services/data/v{version}/search/",
    "query": "/services/data/v{version}/query/",
    "recent": "/services/data/v{version}/recent/",
    "profile": f"/{INTEGRATION_USER}",
}


def address(base_url: str) -> str:
    """The identity address of the integration user."""
    return f"{base_url}/id/{ORG_ID}/{INTEGRATION_USER}"


class Identity:
    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def paths(self) -> Paths:
        return {
            "/services/oauth2/userinfo": {"GET": self.userinfo, "POST": self.userinfo},
            "/id/{organization}/{user}": {"GET": self.identity, "POST": self.identity},
        }

    def identity(self, call: Call) -> Response:
        refusal = self._unsigned(call)
        if refusal is not None:
            return refusal
        row = call.org.table("User").rows.get(call.path["user"])
        if row is None or call.path["organization"] not in (ORG_ID, ORG_ID[:15]):
            raise not_found()
        return answer(_person(call, row) | _identity(call, row))

    def userinfo(self, call: Call) -> Response:
        refusal = self._unsigned(call)
        if refusal is not None:
            return refusal
        row = call.org.table("User").rows[INTEGRATION_USER]
        names = {"sub": address(call.base_url), "preferred_username": USERNAME, "name": _name(row)}
        return answer(_person(call, row) | names | {"zoneinfo": row["TimeZoneSidKey"]})

    def _unsigned(self, call: Call) -> Response | None:
        """403 in the words of these addresses for a call without a valid token."""
        given = call.headers.get("authorization")
        try:
            self._sessions.user(given)
        except ApiError:
            return Response("Bad_OAuth_Token" if given else "Missing_OAuth_Token", 403, media_type="text/html")
        return None


def _name(row: Row) -> str:
    return f"{row.get('FirstName', '')} {row['LastName']}".strip()


def _person(call: Call, row: Row) -> dict[str, Any]:
    return {
        "user_id": row["Id"],
        "organization_id": ORG_ID,
        "email": row["Email"],
        "email_verified": True,
        "active": row.get("IsActive", False),
        "user_type": "STANDARD",
        "language": row["LanguageLocaleKey"],
        "locale": row["LocaleSidKey"],
        "urls": {name: call.base_url + path for name, path in ADDRESSES.items()},
    }


def _identity(call: Call, row: Row) -> dict[str, Any]:
    return {
        "id": f"{call.base_url}/id/{ORG_ID}/{row['Id']}",
        "asserted_user": True,
        "username": row["Username"],
        "nick_name": row["Alias"],
        "display_name": _name(row),
        "first_name": row.get("FirstName"),
        "last_name": row["LastName"],
        "timezone": row["TimeZoneSidKey"],
        "mobile_phone": None,
        "mobile_phone_verified": False,
        "status": {"created_date": None, "body": None},
        "utcOffset": 0,
        "last_modified_date": row["LastModifiedDate"],
        "is_app_installed": True,
    }
