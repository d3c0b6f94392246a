"""What the vendor checks of a user, and the users of a world's contacts who may sign in to the portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connectors.sandbox.salesforce.errors import Failure, RowRefused, refused
from connectors.sandbox.salesforce.ids import make
from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.schema.objects import ObjectType
from connectors.sandbox.salesforce.schema.user import USER_TYPES
from connectors.sandbox.world import Person, World

STAFF_PROFILE, PORTAL_PROFILE, PLUS_PROFILE, PARTNER_PROFILE = (make("00e", number) for number in range(1, 5))
STAFF_LICENSE, PORTAL_LICENSE, PLUS_LICENSE, PARTNER_LICENSE = (make("100", number) for number in range(1, 5))
LICENSES = {
    STAFF_LICENSE: "Salesforce",
    PORTAL_LICENSE: "Customer Community",
    PLUS_LICENSE: "Customer Community Plus",
    PARTNER_LICENSE: "Partner Community",
}
PROFILES = {
    STAFF_PROFILE: ("System Administrator", STAFF_LICENSE),
    PORTAL_PROFILE: ("Customer Community User", PORTAL_LICENSE),
    PLUS_PROFILE: ("Customer Community Plus User", PLUS_LICENSE),
    PARTNER_PROFILE: ("Partner Community User", PARTNER_LICENSE),
}
INHERITED = ("FirstName", "LastName", "Email", "Title", "Phone")
"""What a portal user begins with that is created without it: the values of its contact."""
LOCALE = {"TimeZoneSidKey": "GMT", "LocaleSidKey": "en_US", "EmailEncodingKey": "UTF-8", "LanguageLocaleKey": "en_US"}
_USERNAME = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAKEN = (
    "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must "
    "be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match "
    "the user's email address). "
)


def shape(org: Org, object: ObjectType, row: Row, given: dict[str, Any]) -> dict[str, Any]:
    """What follows from a user's profile and contact. `row` is the user as it would be stored, `given` what this write
    sets. Raises RowRefused.
    """
    if object.name != "User":
        return {}
    if "Username" in given:
        _check_username(org, row)
    if "CommunityNickname" in given and _others(org, row, "CommunityNickname"):
        raise refused("DUPLICATE_COMM_NICKNAME", "Duplicate Nickname.<br>Another user has already selected it.")
    kind = _user_type(org, row)
    if kind is None:
        return {}  # the reference to the profile is refused by its own check
    if (row.get("ContactId") is None) is (kind != "Standard"):
        missing = row.get("ContactId") is None
        text = "Cannot create a portal user without contact" if missing else "Contact ID: only for portal users"
        raise refused("FIELD_INTEGRITY_EXCEPTION", text, "ContactId")
    settled: dict[str, Any] = {"UserType": kind}
    if "CommunityNickname" not in row:
        settled["CommunityNickname"] = str(row.get("Username", "")).partition("@")[0][:40]
    if "ContactId" in given:
        settled["AccountId"] = _account_of(org, row)
        contact = org.table("Contact").rows[row["ContactId"]]
        settled |= {name: contact.get(name) for name in INHERITED if name not in row and "Id" not in row}
    return settled


def follow(org: Org, object: ObjectType, row: Row) -> None:
    """A portal user stands at the account of its contact, wherever that moves."""
    if object.name != "Contact":
        return
    users = org.table("User")
    for id in users.find("ContactId", row["Id"]):
        if users.rows[id].get("AccountId") != row.get("AccountId"):
            users.change(users.rows[id], {"AccountId": row.get("AccountId"), "SystemModstamp": org.now()})


def _check_username(org: Org, row: Row) -> None:
    name = str(row.get("Username") or "")
    if name and not _USERNAME.fullmatch(name):
        raise refused("INVALID_EMAIL_ADDRESS", f"Username: invalid email address: {name}", "Username")
    if name and _others(org, row, "Username"):
        raise refused("DUPLICATE_USERNAME", TAKEN, "Username")


def _others(org: Org, row: Row, field: str) -> bool:
    return any(id != row.get("Id") for id in org.table("User").find(field, row.get(field)))


def license_of(org: Org, row: Row) -> str:
    """The name of the licence that a user's profile belongs to; "" for a profile that there is not."""
    profile = org.table("Profile").rows.get(row.get("ProfileId", ""), {})
    return str(org.table("UserLicense").rows.get(profile.get("UserLicenseId", ""), {}).get("Name", ""))


def _user_type(org: Org, row: Row) -> str | None:
    return USER_TYPES.get(license_of(org, row))


def _account_of(org: Org, row: Row) -> str:
    contact = org.table("Contact").rows.get(row["ContactId"])
    if contact is None:
        raise refused("INVALID_CROSS_REFERENCE_KEY", f"invalid cross reference id: {row['ContactId']}", "ContactId")
    if contact.get("AccountId") is None:
        raise refused("FIELD_INTEGRITY_EXCEPTION", "The contact of a portal user must have an account", "ContactId")
    users = org.table("User")
    if any(users.rows[id].get("IsActive") for id in users.find("ContactId", contact["Id"])):
        text = "portal user already exists for contact"
        raise RowRefused(Failure("PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT", text, ("ContactId",)))
    return str(contact["AccountId"])


EDITED_AFTER = 30 * 86_400
"""How many seconds after its creation a user edited its own values, if it did."""


def of_the_world(world: World, first_contact: int) -> Iterator[tuple[Row, int, int]]:
    """The portal users of a world's contacts, each with its moments of creation and of the last edit. Some have another
    title or phone than their contact, some may no longer sign in. `first_contact` contacts are older than the world's
    first.
    """
    every = world.size.portal_every
    for person in world.contacts():
        if (
            person.index % every == 1 % every
            and person.email
            and person.company is not None
            and person.shares_with is None
        ):
            user = _portal_user(person, person.index // every, make("003", first_contact + person.index + 1))
            own = user["Title"] != person.title[:80] or user["Phone"] != person.phone
            yield user, person.created, person.created + own * EDITED_AFTER


def _portal_user(person: Person, place: int, contact: str) -> Row:
    company = person.company or 0
    return {
        "Username": f"{person.index}.{person.email}",
        "FirstName": person.first_name,
        "LastName": person.last_name or person.first_name,
        "Email": person.email,
        "Alias": f"u{person.index}"[:8],
        "CommunityNickname": f"user{person.index}",
        "Title": (person.helpdesk_title if place % 3 == 1 else person.title)[:80],
        "Phone": person.mobile if place % 4 == 1 else person.phone,
        "MobilePhone": person.mobile,
        "Department": person.department,
        "IsActive": place % 7 != 6,
        "ProfileId": PORTAL_PROFILE,
        "UserType": USER_TYPES[LICENSES[PORTAL_LICENSE]],
        "ContactId": contact,
        "AccountId": make("001", company + 1),
        **LOCALE,
    }
