"""What a user may be, and the surprises of writing one (see the vendor's Users page)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.sandbox.zendesk import identities, memberships, tags
from connectors.sandbox.zendesk.answers import Invalid, invalid, not_found
from connectors.sandbox.zendesk.records import User
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
    row.id = store.next_id("user")
    row.email, row.verified = email, bool(given.get("verified"))
    _assign(store, row, given, fields)
    store.index_user(row)
    if email:
        identities.add(store, row, "email", email, row.verified, primary=True)
    _use_phone(store, row, given)
    for identity in given.get("identities") or ():
        _add_identity(store, row, identity)
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
    target = given.get("organization_id")
    if target is not None and int(target) not in store.organizations.rows:
        raise invalid("organization", "Organization: is invalid")
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
        memberships.replace_all(store, row, int(target) if target is not None else None)
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
    delete(store, loser)
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
    external_id = given.get("external_id")
    owner = store.user_by_external_id.get(str(external_id).lower(), row.id)
    if external_id not in (None, "") and owner != row.id:
        raise invalid("external_id", "External: has already been taken", "DuplicateValue")
    if "user_fields" not in given:
        return row.fields
    refuse = store.settings["refuse_unknown_options"]
    return store.user_fields.merged(row.fields, given["user_fields"], refuse)


def _assign(store: Store, row: User, given: Mapping[str, Any], fields: dict[str, Any]) -> None:
    if "name" in given:
        row.name = given["name"].strip()
    if "external_id" in given:
        row.external_id = str(given["external_id"]) if given["external_id"] not in (None, "") else None
    for name in PLAIN:
        if name in given:
            setattr(row, name, given[name])
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
    wanted = given.get("organization_id")
    if wanted is not None:
        if int(wanted) not in store.organizations.rows:
            raise invalid("organization", "Organization: is invalid")
        return int(wanted)
    named = given.get("organization")
    if isinstance(named, Mapping) and isinstance(named.get("name"), str):
        return store.organization_by_name.get(named["name"].strip().lower())
    return store.organization_of_domain(email) if email else None


def _use_phone(store: Store, row: User, given: Mapping[str, Any]) -> None:
    """A number nobody else has is a direct line with an identity; otherwise it is shared."""
    if row.phone and store.user_by_phone.get(row.phone) == row.id:
        del store.user_by_phone[row.phone]
    for identity in identities.of_user(store, row.id):
        if identity.kind == "phone_number":
            identities.remove(store, row, identity)
    row.phone = str(given["phone"]) if given.get("phone") else None
    row.shared_phone_number = None
    if row.phone:
        row.shared_phone_number = bool(given.get("shared_phone_number")) or row.phone in store.user_by_phone
        if not row.shared_phone_number:
            store.user_by_phone[row.phone] = row.id
            identities.add(store, row, "phone_number", row.phone, verified=False, primary=True)


def _add_identity(store: Store, row: User, given: Mapping[str, Any]) -> None:
    kind = str(given.get("type"))
    value = identities.check_email(store, given.get("value"), row.id) if kind == "email" else given.get("value")
    if kind == "email" and store.user_by_email.get(str(value)) == row.id:
        return
    identities.add(store, row, kind, str(value), bool(given.get("verified")), primary=row.email is None)
    if kind == "email" and row.email is None:
        row.email = str(value)


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
        return find_active(store, int(given["id"]))
    row = by_external_id(store, str(given.get("external_id", "")))
    if row is None:
        raise Invalid({"base": [{"description": "User: not found", "error": "RecordNotFound"}]})
    return row
