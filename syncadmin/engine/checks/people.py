"""Checks of contacts, leads and users themselves, as both systems were last read. Facts in, checks out."""

from mappings.kinds.declaration import Names
from syncadmin.engine.checks.assessment import Check, Found, Mark, Place, Repeated, has_or_have, is_or_are, many
from syncadmin.engine.checks.people_assessment import People, Shared
from syncadmin.engine.checks.records import Policies, foreign, nature


def people_checks(people: People, policies: Policies, names: Names) -> list[Check]:
    """One check a question; those that only leads or only contacts raise are left out for the others."""
    found = [
        _size(people, policies, names),
        _shared(people.shared, names),
        _without_email(people.without_email, policies, names),
        _invalid(people.invalid, names),
        _staff(people, names),
        _no_account(people.no_account, names),
        _no_organization(people.no_organization, names),
        _persons(people.persons, policies),
        _converted(people.converted),
        _nameless(people.nameless, names),
        _no_user_email(people.no_user_email, names),
        _unlinked(people, policies, names),
        _no_first_name(people.no_first_name),
        foreign(people.foreign, policies),
        _repeated_ids(people.repeated_ids),
    ]
    return [check for check in found if check is not None]


def _size(people: People, policies: Policies, names: Names) -> Check:
    title, left = f"{names.left_many.capitalize()} in scope", many(people.left, names.left_one, names.left_many)
    text = f"{left} in scope, {many(people.right, names.right_one, names.right_many)} in Zendesk."
    if not people.left:
        hint = "Look at the filters: they let nothing in."
        return Check(Mark.LOOK, title, text, hint, Place.SCOPE, "Open the filters")
    ceiling = policies.ceiling
    hint = f"A plan that writes more than {many(ceiling, 'record')} waits for approval." if ceiling is not None else ""
    return Check(Mark.FINE, title, text, hint, Place.SCOPE, "Open the filters")


def _shared(found: Shared, names: Names) -> Check:
    """S3.4, S1.1, S1.9."""
    title = "Emails in Salesforce"
    if not found.emails:
        return Check(Mark.FINE, title, f"No {names.left_one} shares its email with another record.")
    stands = "stands" if found.emails == 1 else "stand"
    least = "At least " if found.capped else ""
    text = f"{least}{many(found.emails, 'email')} {stands} more than once, on {many(found.records, 'record')}"
    parts = []
    if found.mixed:
        parts.append(f"{found.mixed:,} of them on contacts and leads alike")
    if found.across:
        parts.append(f"{found.across:,} at several accounts")
    text += f"; {', '.join(parts)}." if parts else "."
    hint = (
        "They are one user: one record of each email, the syncing record, fills its fields; the others are linked to "
        "it and not synced. Merge them in Salesforce, or choose which one it is by a rank rule or by hand."
    )
    return Check(Mark.LOOK, title, text, hint, Place.DUPLICATES, "Open the rank rule", found.examples)


def _without_email(found: Found, policies: Policies, names: Names) -> Check:
    """S3.4."""
    title = f"{names.left_many.capitalize()} without an email"
    if not found.count:
        return Check(Mark.FINE, title, f"Every {names.left_one} in scope has an email.")
    does = {
        "skip": f"{'It is' if found.count == 1 else 'They are'} skipped and listed in each plan.",
        "match": "They are matched by the other criteria; none of them becomes a new user.",
        "create": "Those that the other criteria do not match become users without an email.",
    }[policies.no_email]
    text = f"{many(found.count, names.left_one, names.left_many)} {has_or_have(found.count)} no email. {does}"
    if policies.no_email == "skip":
        return Check(Mark.LOOK, title, text, "", Place.NO_EMAIL, "Open them", found.examples)
    return Check(Mark.LOOK, title, text, "Is that what you want?", Place.MATCHING, "Open the policy", found.examples)


def _invalid(found: Found, names: Names) -> Check:
    title = "Emails that are none"
    among = f" of the first {found.looked_at:,}" if found.capped else ""
    if not found.count:
        return Check(Mark.FINE, title, f"Every email{among} has the form of one.")
    text = (
        f"{many(found.count, names.left_one, names.left_many)}{among} {has_or_have(found.count)} an email that is none."
    )
    return Check(Mark.LOOK, title, text, "Zendesk refuses them. Correct them in Salesforce.", examples=found.examples)


def _staff(people: People, names: Names) -> Check:
    title, found = "Agents and administrators", people.staff
    if not found.count:
        return Check(Mark.FINE, title, f"No {names.left_one} has the email of an agent or administrator.")
    text = f"{many(found.count, names.left_one, names.left_many)} {has_or_have(found.count)} the email of one."
    if people.staff_users:
        text += f" {many(people.staff_users, 'user')} of Zendesk {is_or_are(people.staff_users)} staff."
    hint = "Agents and administrators are never touched: these records are not synced."
    return Check(Mark.NOTE, title, text, hint, examples=found.examples)


def _no_account(found: Found | None, names: Names) -> Check | None:
    if found is None:
        return None
    title = f"{names.left_many.capitalize()} without an account"
    among = _among(found)
    if not found.count:
        return Check(Mark.FINE, title, f"Every {names.left_one}{among} has an account.")
    text = f"{many(found.count, names.left_one, names.left_many)}{among} {has_or_have(found.count)} no account."
    return Check(Mark.NOTE, title, text, "Their users get no organization.", examples=found.examples)


def _no_organization(found: Found | None, names: Names) -> Check | None:
    """S1.4: an account is valid when it is linked to an organization."""
    if found is None:
        return None
    title = "Accounts that are not synced"
    if not found.count:
        text = f"Every account of the {names.left_many}{_among(found)} is linked to an organization."
        return Check(Mark.FINE, title, text)
    people = many(found.count, names.left_one, names.left_many)
    text = f"{people}{_among(found)} {has_or_have(found.count)} an account that is linked to no organization."
    hint = "Their users get no organization until the account is synced. Its filter may be too narrow."
    return Check(Mark.LOOK, title, text, hint, Place.FIRST, "Open the sync of accounts", found.examples)


def _persons(found: Found | None, policies: Policies) -> Check | None:
    """S3.6."""
    if found is None:
        return None
    does = "Each becomes a user." if policies.person_accounts == "user" else "They are skipped and listed in each plan."
    return nature(found, "Person accounts", ("person account", "person accounts"), does)


def _converted(number: int | None) -> Check | None:
    if number is None:
        return None
    if not number:
        return Check(Mark.FINE, "Converted leads", "None of the leads in scope was converted.")
    text = f"{many(number, 'lead')} {'was' if number == 1 else 'were'} converted."
    hint = "They are left out: the contact stands for the user now."
    return Check(Mark.NOTE, "Converted leads", text, hint, Place.CONVERTED, "Open them")


def _nameless(number: int, names: Names) -> Check | None:
    if not number:
        return None
    text = f"{many(number, names.left_one, names.left_many)} {has_or_have(number)} no name; a user needs one."
    hint = "They are left out until they have a name in Salesforce."
    return Check(Mark.LOOK, f"{names.left_many.capitalize()} without a name", text, hint, Place.NAMELESS, "Open them")


def _no_user_email(found: Found, names: Names) -> Check:
    title = "Users without an email"
    if not found.count:
        return Check(Mark.FINE, title, "Every user in Zendesk has an email.")
    text = f"{many(found.count, 'user')} in Zendesk {has_or_have(found.count)} no email."
    hint = f"No {names.left_one} is matched to them by email; a further criterion may find them."
    return Check(Mark.NOTE, title, text, hint, Place.MATCHING, "Open the match criteria", found.examples)


def _unlinked(people: People, policies: Policies, names: Names) -> Check:
    """S3.51, S3.C5: creating in Salesforce is off until somebody switches it on."""
    title, number = "Users that Salesforce does not know", people.unlinked_right
    text = f"{many(number, 'user')} {has_or_have(number)} no {names.left_one} in scope."
    if policies.create_left == "nothing":
        if not number:
            return Check(Mark.FINE, title, "There are none. Creating in Salesforce is off.")
        hint = "They stay as they are: creating in Salesforce is off."
        return Check(Mark.NOTE, title, text, hint, Place.UNMATCHED, "Users unknown to Salesforce")
    if not number:
        return Check(Mark.FINE, title, "There are none. Creating in Salesforce is on.")
    made = many(number, policies.create_left.removesuffix("s"))
    text += f" Creating in Salesforce is on: a plan would create up to {made}."
    hint = "Read these in the plan before you apply it, or switch creating off."
    return Check(Mark.LOOK, title, text, hint, Place.CREATING, "Open the settings")


def _no_first_name(found: Found | None) -> Check | None:
    """S3.C14: Salesforce keeps a last name, which it requires, and a first name."""
    if found is None:
        return None
    title, among = "Names without a first name", _among(found)
    if not found.count:
        return Check(Mark.FINE, title, f"Every user to be created in Salesforce{among} has a first and a last name.")
    one = found.count == 1
    text = f"{many(found.count, 'user')} to be created{among} {'has a name' if one else 'have names'} of one part."
    hint = "It becomes the last name, which Salesforce requires; the first name stays empty."
    return Check(Mark.NOTE, title, text, hint, examples=found.examples)


def _repeated_ids(found: Repeated) -> Check | None:
    """S3.C12. Zendesk keeps them apart by itself, unless it was told not to."""
    if not found.names:
        return None
    least = "At least " if found.capped else ""
    ids = many(found.names, "external id")
    text = f"{least}{ids} {'stands' if found.names == 1 else 'stand'} on {many(found.records, 'user')}."
    hint = "A record with such an id is not matched by it. Clear it on all users but one."
    return Check(Mark.LOOK, "External ids that stand twice", text, hint, examples=found.examples)


def _among(found: Found) -> str:
    return f" among the first {found.looked_at:,}" if found.capped else ""
