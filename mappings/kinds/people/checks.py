"""Checks of contacts and leads: unintended mails, shared emails, organizations, names."""

import re
from collections.abc import Iterator

from mappings.kinds.checks import Check, counting, repeated_measure, without_key_measure
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Severity
from mappings.kinds.people import person_names
from mappings.kinds.people.welcome import ZENDESK, welcome_blocks
from mappings.kinds.subject import Found, Mirror, Subject
from mappings.rules.texts import plural

# Where the switch stands, whatever it is called: its place differs between versions.
_WHERE = "In Zendesk's Admin Center it is under People > Configuration > End users; in older versions under "
_SETTING = CheckLink("Open the setting in Zendesk", Destination.REMOTE, "end_users")
_SETTINGS = CheckLink("Open the settings of users", Destination.REMOTE, "end_users")
# Creations that show the difference while nobody knows how many there will be.
_FOR_INSTANCE = 1_000
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\"\\]+@[^\s@,;:<>()\[\]\"\\._][^\s@,;:<>()\[\]\"\\]*\.[a-z0-9-]{2,}")


def is_email(text: str) -> bool:
    """Whether Zendesk accepts a text as an email. ``text`` is folded, as match keys are."""
    return _EMAIL.fullmatch(text) is not None


def _welcome(subject: Subject, _: None) -> Iterator[Finding]:
    """Whether new users would get a welcome mail, which cannot be taken back (S3.C4)."""
    title, policy = "Welcome mail to new users", subject.options.get("welcome_mail", "suppress")
    setting = subject.right.facts.get("welcome_emails")
    where = f"{_WHERE}Settings > Customers."
    if not subject.options.get("create_right"):
        yield Finding(Severity.FINE, title, "This sync creates no users, so nobody gets a mail.")
    elif policy != ZENDESK:
        yield Finding(
            Severity.FINE, title, "SyncAdmin creates every user without a mail, whatever Zendesk's setting is."
        )
    elif refused := welcome_blocks(policy, setting, bool(subject.options.get("welcome_confirmed"))):
        links = (_SETTING, CheckLink("Create users without a mail", detail="welcome_mail"))
        yield Finding(Severity.BLOCKS, title, refused, where, links)
    elif setting is False:
        yield Finding(Severity.FINE, title, "Zendesk's welcome mail is off: nobody gets one.")
    else:
        sends = "may send" if setting is None else "sends"
        text = f"Zendesk {sends} its welcome mail to every user that is created; an administrator has confirmed that."
        yield Finding(Severity.LOOK, title, text, where, (_SETTING,))


def _bulk(subject: Subject, unlinked: int | None) -> Iterator[Finding]:
    """Whether the account may create many users in one request, which the vendor has to enable."""
    title, enabled = "Bulk import of users", subject.right.facts.get("bulk_user_import")
    number = unlinked if subject.to_create is None else subject.to_create
    shown = _FOR_INSTANCE if number is None else number
    users = f"for {'up to ' if number is not None else ''}{plural(shown, 'user', 'users')}"
    slow, fast = subject.duration(shown, False), subject.duration(shown, True)
    times = f"{users}, {slow} {'either way' if slow == fast else f'instead of {fast}'}"
    ask = "Ask Zendesk's support to enable bulk user imports for your account. Updates are not concerned."
    if not subject.options.get("create_right"):
        yield Finding(Severity.FINE, title, "This sync creates no users.")
    elif enabled:
        text = f"Zendesk takes {subject.right.batch} new users in one request."
        yield Finding(Severity.FINE, title, f"{text} {users.capitalize()}: {fast}." if number else text)
    elif enabled is None:
        text = "Zendesk does not tell whether it is enabled: it refuses the first bulk request if not."
        yield Finding(Severity.UNKNOWN, title, f"{text} Then each new user is a request of its own: {times}.", ask)
    else:
        yield Finding(
            Severity.LOOK, title, f"It is not enabled, so each new user is a request of its own: {times}.", ask
        )


def _several(subject: Subject, shared: Found | None) -> Iterator[Finding]:
    """Whether users may be in several organizations (S1.16, S1.12, S1.13)."""
    title, allowed = "Users in several organizations", subject.right.facts.get("multiple_organizations")
    emails = f" {_at_several(shared.across)}" if shared else ""
    if not subject.parent:
        text = subject.title("{lefts} have no account, so their users get no organization.")
        yield Finding(Severity.FINE, title, text)
    elif allowed:
        text = "Zendesk allows it. Each record of an email adds the organization of its own account to the user."
        yield Finding(Severity.FINE, title, f"{text}{emails}")
    elif allowed is None:
        text = "Zendesk's settings could not be read; until they are, a user gets one organization."
        hint = "Sign in to Zendesk as an administrator, then test the connection."
        links = (CheckLink("Open the connection", Destination.CONNECTION, "right"),)
        yield Finding(Severity.UNKNOWN, title, f"{text}{emails}", hint, links)
    else:
        text = f"Zendesk does not allow it: a user gets the organization of its syncing record alone.{emails}"
        if shared and shared.across:
            where = f'{_WHERE}Settings > Customers. It is called "Allow users to belong to multiple organizations".'
            yield Finding(Severity.LOOK, title, text, where, (_SETTINGS,))
        else:
            yield Finding(Severity.NOTE, title, text)


def _at_several(number: int) -> str:
    if not number:
        return "No email is used at more than one account."
    return f"{plural(number, 'email is used', 'emails are used')} at more than one account."


def _shared(subject: Subject, found: Found) -> Iterator[Finding]:
    """Records that share an email (S3.4, S1.1, S1.9)."""
    title = "Emails in Salesforce"
    measure = repeated_measure(subject, found)
    if not found.count:
        text = subject.say("No {left} shares its email with another record.")
        yield Finding(Severity.FINE, title, text, measure=measure)
        return
    emails = plural(found.count, "email is used", "emails are used")
    parts = [f"{'At least ' if found.capped else ''}{emails} more than once, on {found.records:,} records"]
    if found.mixed:
        parts.append(f"{found.mixed:,} of them on contacts and leads alike")
    if found.across:
        parts.append(f"{found.across:,} at several accounts")
    hint = (
        "They are one user: one record of each email, the syncing record, fills its fields; the others are linked to "
        "it and not synced. Merge them in Salesforce, or choose which one it is by a rank rule or by hand."
    )
    links = (CheckLink("Open the rank rule", detail="rank_field"),)
    text = f"{parts[0]}{'; ' if parts[1:] else ''}{', '.join(parts[1:])}."
    yield Finding(Severity.LOOK, title, text, hint, links, found.examples, measure=measure)


def _one_part_names(mirror: Mirror) -> Found:
    family_first = bool(mirror.options.get("family_first"))
    return mirror.new_labels_that_fail(lambda name: bool(person_names.split(name, family_first=family_first).first))


PEOPLE = (
    Check("welcome_mail", CheckSection.BEFORE, _welcome),
    Check("bulk_import", CheckSection.BEFORE, _bulk, lambda mirror: mirror.unlinked_left()),
    Check("several_organizations", CheckSection.BEFORE, _several, lambda mirror: mirror.shared_keys()),
    Check("left_keys", CheckSection.RECORDS, _shared, lambda mirror: mirror.shared_keys()),
    counting(
        "left_without_key",
        lambda mirror: mirror.without_key("left"),
        title="{lefts} without an email",
        none="Every {left} in scope has an email.",
        one="{n} {left} has no email.",
        many="{n} {lefts} have no email.",
        option="no_email",
        does={
            "skip": "They are skipped and listed in each plan.",
            "match": "They are matched by the other criteria; none of them becomes a new user.",
            "create": "Those that the other criteria do not match become users without an email.",
        },
        hint="Is that what you want?",
        links=(
            CheckLink("Open the policy", detail="no_email"),
            CheckLink("Open them", Destination.RECORDS, "left:no_email"),
        ),
        measure=without_key_measure,
    ),
    counting(
        "invalid_emails",
        lambda mirror: mirror.keys_that_fail(is_email),
        title="Invalid emails",
        none="Every email{among} is valid.",
        one="{n} {left}{among} has an invalid email.",
        many="{n} {lefts}{among} have an invalid email.",
        hint="Zendesk refuses them. Correct them in Salesforce.",
    ),
    counting(
        "staff",
        lambda mirror: mirror.left_of_excluded(),
        title="Agents and administrators",
        none="No {left} has the email of an agent or administrator.",
        one="{n} {left} has the email of one. Staff in Zendesk: {total}.",
        many="{n} {lefts} have the email of one. Staff in Zendesk: {total}.",
        hint="Agents and administrators are never changed: these records are not synced.",
        severity=Severity.NOTE,
    ),
    counting(
        "no_name",
        lambda mirror: mirror.with_status("no_name"),
        title="{lefts} without a name",
        one="{n} {left} has no name; a user needs one.",
        many="{n} {lefts} have no name; a user needs one.",
        hint="They are left out until they have a name in Salesforce.",
        links=(CheckLink("Open them", Destination.RECORDS, "left:no_name"),),
    ),
    counting(
        "one_part_names",
        _one_part_names,
        title="Names without a first name",
        none="Every user to be created in Salesforce{among} has a first and a last name.",
        one="{n} user to be created{among} has a name of one part.",
        many="{n} users to be created{among} have names of one part.",
        hint="It becomes the last name, which Salesforce requires; the first name stays empty.",
        severity=Severity.NOTE,
        applies=lambda subject: subject.creates_left,
    ),
)
"""S3.4, S3.C4, S3.C14, S1.1."""
