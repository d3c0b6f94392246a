"""What a user may be, and the surprises of writing one (see the vendor's Users page)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.incoming import whole
from connectors.sandbox.zendesk.answers import Invalid, invalid, not_found
from connectors.sandbox.zendesk.given import key, objects, text
from connectors.sandbox.zendesk.schema import identities, memberships, tags
from connectors.sandbox.zendesk.schema.records import User
from connectors.sandbox.zendesk.store import Store

ROLES = ("end-user", "agent", "admin")
PLAIN = ("alias", "details", "notes", "time_zone", "locale")
EXTRA = (
    *("signature", "custom_role_id", "moderator", "ticket_restriction", "only_private_comments"),
    *("restricted_agent", "default_group_id", "locale_id", "shared_phone_number"),
)
PERMITTED = (
    *("id", "name", "email", "external_id", "phone", "organization_id", "organization", "role", "verified"),
    *("suspended", "tags", "user_fields", "identities", "skip_verify_email", "remote_photo_url", "photo"),
    *("url", "created_at", "updated_at", "active", "shared", "shared_agent", "last_login_at", "role_type"),
    *("iana_time_zone", "two_factor_auth_enabled", "report_csv"),
    *PLAIN,
    *EXTRA,
)


def wire(store: Store, row: User, base: str) -> dict[str, Any]:
    return row.wire(base, store.user_fields.rendered(row.fields))


def find(store: Store, record: int) -> User:
    """Deleted users are found too, with active false. Raises Refusal 404."""
    row = store.users.get(record)
    if row is None:
        raise not_found()
    return row


def find_active(store: Store, record: int) -> User:
    """Raises Refusal 404."""
    row = find(store, record)
    if not row.active:
        raise not_found()
    return row


def by_external_id(store: Store, external_id: str) -> User | None:
    record = store.user_by_external_id.get(external_id.lower())
    return store.users.get(record) if record is not None else None


def by_email(store: Store, email: str) -> User | None:
    """The user who has this email as any identity."""
    record = store.user_by_email.get(email.strip().lower())
    return store.users.get(record) if record is not None else None


def create(store: Store, given: Mapping[str, Any]) -> User:
    """Raises Invalid. Side effects: identities, a membership, and a welcome mail if the account sends one."""
    now = store.now()
    row = User(0, "", now, now)
    fields = _checked(store, row, {"name": None, **given})
    email = identities.check_email(store, given["email"], 0) if given.get("email") else None
    organization = _organization(store, given, email)
    others = _given_identities(store, given)
    row.id = store.next_id("user")
    row.email, row.verified = email, bool(given.get("verified"))
    _assign(store, row, given, fields)
    store.index_user(row)
    if email:
        identities.add(store, row, "email", email, row.verified, primary=True)
    _use_phone(store, row, given)
    for kind, value, verified in others:
        _add_identity(store, row, kind, value, verified)
    store.user_changes.touch(row.id, now)
    if organization is not None:
        memberships.create(store, row.id, organization)
    _welcome(store, row, given)
    return row


def update(store: Store, row: User, given: Mapping[str, Any]) -> User:
    """A new email becomes an unverified secondary identity; `organization_id` ends all other memberships.

    Raises Invalid and then changes nothing.
    """
    fields = _checked(store, row, given)
    email = identities.check_email(store, given["email"], row.id) if given.get("email") else None
    target = _known_organization(store, given)
    if row.external_id and "external_id" in given:
        store.user_by_external_id.pop(row.external_id.lower(), None)
    _assign(store, row, given, fields)
    if row.external_id:
        store.user_by_external_id[row.external_id.lower()] = row.id
    if email and store.user_by_email.get(email) is None:
        identities.add(store, row, "email", email, verified=False, primary=row.email is None)
        row.email = row.email or email
    elif "verified" in given:
        _flip_primary(store, row, bool(given["verified"]))
    if "phone" in given:
        _use_phone(store, row, given)
    if "organization_id" in given:
        memberships.replace_all(store, row, target)
    identities.touch(store, row)
    return row


def create_or_update(store: Store, given: Mapping[str, Any]) -> tuple[User, bool]:
    """By email or external id. Returns the row and whether it is new.

    Raises Invalid, also when the two name different users.
    """
    row = existing(store, given)
    return (create(store, given), True) if row is None else (update(store, row, given), False)


def existing(store: Store, given: Mapping[str, Any]) -> User | None:
    """The user that an upsert of these values means."""
    external_id, email = given.get("external_id"), given.get("email")
    row = by_external_id(store, str(external_id)) if external_id not in (None, "") else None
    if row is None and isinstance(email, str):
        row = by_email(store, email)
    return row


def delete(store: Store, row: User) -> None:
    """Soft: the row stays with active false; its emails and external id are free again."""
    for membership in memberships.of_user(store, row.id):
        memberships.end(store, store.memberships.rows[membership])
    email = row.email
    for identity in identities.of_user(store, row.id):
        identities.remove(store, row, identity)
    row.email = email
    if row.external_id:
        store.user_by_external_id.pop(row.external_id.lower(), None)
    if row.phone and store.user_by_phone.get(row.phone) == row.id:
        del store.user_by_phone[row.phone]
    row.active = False
    store.deleted_users += 1
    identities.touch(store, row)


def merge(store: Store, loser: User, winner: User) -> User:
    """Identities, memberships and tickets go to the winner, tags are united; the loser is deleted."""
    if loser is winner or loser.role != "end-user":
        raise invalid("base", "Users: cannot be merged")
    moved = [(row.kind, row.value, row.verified) for row in identities.of_user(store, loser.id)]
    organizations = [store.memberships.rows[record].organization_id for record in memberships.of_user(store, loser.id)]
    for ticket in store.tickets:
        if ticket.requester_id == loser.id:
            ticket.requester_id = winner.id
            store.touch_ticket(ticket)
    delete(store, loser)
    loser.email = None
    for kind, value, verified in moved:
        identities.add(store, winner, kind, value, verified)
    allowed = organizations if store.settings["multiple_organizations"] else []
    for organization in allowed:
        if memberships.pair(store, winner.id, organization) is None:
            memberships.create(store, winner.id, organization)
    winner.tags = sorted({*winner.tags, *loser.tags})
    identities.touch(store, winner)
    return winner


def _checked(store: Store, row: User, given: Mapping[str, Any]) -> dict[str, Any]:
    """The custom field values that `row` will have. Raises Invalid."""
    if "name" in given and (not isinstance(given["name"], str) or not given["name"].strip()):
        raise invalid("name", "Name: is too short (minimum is 1 characters)", "ValueTooShort")
    if given.get("role", "end-user") not in ROLES:
        raise invalid("role", "Role: is invalid")
    external_id = key("external_id", given.get("external_id"))
    if external_id and store.user_by_external_id.get(external_id.lower(), row.id) != row.id:
        raise invalid("external_id", "External: has already been taken", "DuplicateValue")
    for attribute in (*PLAIN, "phone"):
        text(attribute, given.get(attribute))
    if "user_fields" not in given:
        return row.fields
    refuse = store.settings["refuse_unknown_options"]
    return store.user_fields.merged(row.fields, given["user_fields"], refuse)


def _assign(store: Store, row: User, given: Mapping[str, Any], fields: dict[str, Any]) -> None:
    if "name" in given:
        row.name = given["name"].strip()
    if "external_id" in given:
        row.external_id = key("external_id", given["external_id"])
    for name in PLAIN:
        if name in given:
            setattr(row, name, text(name, given[name]))
    for name in EXTRA:
        if name in given:
            row.extra[name] = given[name]
    if "role" in given:
        row.role = given["role"]
    if "suspended" in given:
        row.suspended = bool(given["suspended"])
    if "tags" in given:
        row.tags = tags.normalised(given["tags"])
    before, row.fields = store.user_fields.tags_of(row.fields), fields
    row.tags = tags.remirrored(row.tags, before, store.user_fields.tags_of(fields))


def _organization(store: Store, given: Mapping[str, Any], email: str | None) -> int | None:
    """The organization of a new user: the one given, else the owner of the email's domain."""
    wanted = _known_organization(store, given)
    if wanted is not None:
        return wanted
    named = given.get("organization")
    if isinstance(named, Mapping) and isinstance(named.get("name"), str):
        return store.organization_by_name.get(named["name"].strip().lower())
    return store.organization_of_domain(email) if email else None


def _known_organization(store: Store, given: Mapping[str, Any]) -> int | None:
    """The organization that `organization_id` names, if it names one. Raises Invalid for one that is not there."""
    if given.get("organization_id") is None:
        return None
    record = whole(given["organization_id"])
    if record is None or record not in store.organizations.rows:
        raise invalid("organization", "Organization: is invalid")
    return record


def _use_phone(store: Store, row: User, given: Mapping[str, Any]) -> None:
    """A number nobody else has is a direct line with an identity; otherwise it is shared."""
    if row.phone and store.user_by_phone.get(row.phone) == row.id:
        del store.user_by_phone[row.phone]
    for identity in identities.of_user(store, row.id):
        if identity.kind == "phone_number":
            identities.remove(store, row, identity)
    row.phone = key("phone", given.get("phone"))
    row.shared_phone_number = None
    if row.phone:
        row.shared_phone_number = bool(given.get("shared_phone_number")) or row.phone in store.user_by_phone
        if not row.shared_phone_number:
            store.user_by_phone[row.phone] = row.id
            identities.add(store, row, "phone_number", row.phone, verified=False, primary=True)


def _given_identities(store: Store, given: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Type, value and verified of each identity of a new user. Raises Invalid."""
    found = []
    for identity in objects(given.get("identities")):
        kind, value = str(identity.get("type")), text("value", identity.get("value"))
        value = identities.check_email(store, value, 0) if kind == "email" else value
        found.append((kind, value or "", bool(identity.get("verified"))))
    return found


def _add_identity(store: Store, row: User, kind: str, value: str, verified: bool) -> None:
    if kind == "email" and store.user_by_email.get(value) == row.id:
        return
    identities.add(store, row, kind, value, verified, primary=row.email is None)
    if kind == "email" and row.email is None:
        row.email = value


def _flip_primary(store: Store, row: User, verified: bool) -> None:
    """`verified` on an update is written to the primary email."""
    row.verified = verified
    for identity in identities.of_user(store, row.id):
        if identity.kind == "email" and identity.primary:
            identity.verified, identity.updated = verified, store.now()


def _welcome(store: Store, row: User, given: Mapping[str, Any]) -> None:
    """The account setting decides whether a new user gets mail; skip_verify_email suppresses it."""
    quiet = given.get("skip_verify_email") or given.get("verified")
    if row.email and store.settings["agent_created_welcome_emails"] and not quiet:
        store.mails.append({"to": row.email, "user_id": row.id, "kind": "welcome"})


def row_target(store: Store, given: Mapping[str, Any]) -> User:
    """The user that one row of update_many means, by id or external id. Raises Refusal 404, Invalid."""
    if given.get("id") is not None:
        return find_active(store, whole(given["id"]) or 0)
    row = by_external_id(store, str(given.get("external_id", "")))
    if row is None:
        raise Invalid({"base": [{"description": "User: not found", "error": "RecordNotFound"}]})
    return row
