"""Checks of the records themselves, as both systems were last read. Facts in, checks out."""

from dataclasses import dataclass

from syncadmin.engine.checks.assessment import Check, Found, Mark, Place, Records, Repeated, many


@dataclass(frozen=True, slots=True)
class Policies:
    """What the sync does with records of a special nature, as words of the configuration."""

    person_accounts: str = "skip"
    parent_accounts: str = "organization"
    create_left: str = "nothing"
    store_external_id: bool = True
    no_email: str = "skip"
    ceiling: int | None = None


def record_checks(records: Records | None, policies: Policies) -> list[Check]:
    """One check a question; before anything was read, a single one that says how to find out."""
    if records is None:
        return [unread()]
    return [
        _size(records, policies),
        _repeated(records.left_repeated, "Names in Salesforce", "account", "Salesforce"),
        _repeated(records.right_repeated, "Names in Zendesk", "organization", "Zendesk"),
        _nameless(records.nameless),
        _lookalikes(records.lookalikes),
        _persons(records.persons, policies),
        _parents(records.parents, policies),
        _unlinked(records, policies),
        foreign(records.foreign, policies),
    ]


def unread() -> Check:
    """What is said of the records of a sync that never made a plan."""
    text = "Neither system was read yet."
    return Check(Mark.UNKNOWN, "Records", text, "Make a plan: it reads both and writes nothing.", Place.PLAN)


def _size(records: Records, policies: Policies) -> Check:
    text = f"{many(records.left, 'account')} in scope, {many(records.right, 'organization')} in Zendesk."
    if not records.left:
        hint = "Look at the filters: they let nothing in."
        return Check(Mark.LOOK, "Accounts in scope", text, hint, Place.SCOPE, "Open the filters")
    ceiling = policies.ceiling
    hint = f"A plan that writes more than {many(ceiling, 'record')} waits for approval." if ceiling is not None else ""
    return Check(Mark.FINE, "Accounts in scope", text, hint, Place.SCOPE, "Open the filters")


def _repeated(found: Repeated, title: str, one: str, system: str) -> Check:
    """S3.5: records are matched one to one by name."""
    if not found.names:
        return Check(Mark.FINE, title, f"No two {one}s have the same name.")
    least = "At least " if found.capped else ""
    verb = "stands" if found.names == 1 else "stand"
    text = f"{least}{many(found.names, 'name')} {verb} more than once, on {many(found.records, one)}."
    hint = f"Records of these names are not matched by name. Rename or merge them in {system}, or link them by hand."
    return Check(Mark.LOOK, title, text, hint, Place.AMBIGUOUS, "Records that are ambiguous", found.examples)


def _nameless(number: int) -> Check:
    if not number:
        return Check(Mark.FINE, "Accounts without a name", "Every account in scope has a name.")
    text = f"{many(number, 'account')} {'has' if number == 1 else 'have'} no name; an organization needs one."
    hint = "They are left out until they have a name in Salesforce."
    return Check(Mark.LOOK, "Accounts without a name", text, hint, Place.NAMELESS, "Open them")


def _lookalikes(found: Found) -> Check:
    """S3.C16: never matched, always told."""
    title = "Names that look alike"
    if not found.count:
        return Check(Mark.FINE, title, "No account without a counterpart looks like an organization of another name.")
    least = "At least " if found.capped else ""
    look = "looks" if found.count == 1 else "look"
    accounts = many(found.count, "account")
    text = f"{least}{accounts} without a counterpart {look} like an organization of another name."
    hint = "A plan holds back a second organization for each until somebody approves it. Link those that are the same."
    return Check(Mark.LOOK, title, text, hint, examples=found.examples)


def _persons(found: Found, policies: Policies) -> Check:
    """S3.6."""
    does = {
        "skip": "They are skipped and listed in each plan.",
        "organization": "Each becomes an organization.",
    }[policies.person_accounts]
    return nature(found, "Person accounts", ("person account", "person accounts"), does)


def _parents(found: Found, policies: Policies) -> Check:
    """S3.7."""
    does = {
        "skip": "They are skipped and listed in each plan.",
        "organization": "Each becomes its own organization; Zendesk has no hierarchy.",
    }[policies.parent_accounts]
    return nature(found, "Accounts with a parent", ("account with a parent", "accounts with a parent"), does)


def nature(found: Found, title: str, names: tuple[str, str], does: str) -> Check:
    """How many records inside the filters are of a special nature, and what the policy in force ``does`` with them."""
    among = f", among the first {found.looked_at:,}" if found.capped else ""
    if not found.count:
        return Check(Mark.FINE, title, f"There are none inside the filters{among}.")
    text = f"{many(found.count, *names)} inside the filters{among}. {does}"
    hint = "Is that what you want?"
    return Check(Mark.LOOK, title, text, hint, Place.SETTINGS, "Open the policies", found.examples)


def _unlinked(records: Records, policies: Policies) -> Check:
    """S3.C11, S3.C16: creating in Salesforce is off until somebody switches it on."""
    title, number = "Organizations without an account", records.unlinked_right
    text = f"{many(number, 'organization')} {'has' if number == 1 else 'have'} no account in scope."
    if policies.create_left != "nothing":
        if not number:
            return Check(Mark.FINE, title, "Every organization has an account. Creating in Salesforce is on.")
        text += f" Creating in Salesforce is on: a plan would create up to {many(number, 'account')}."
        hint = "Read these in the plan before you apply it, or switch creating off."
        return Check(Mark.LOOK, title, text, hint, Place.SETTINGS, "Open the settings")
    if not number:
        return Check(Mark.FINE, title, "Every organization has an account. Creating in Salesforce is off.")
    hint = "They stay as they are: creating in Salesforce is off."
    return Check(Mark.NOTE, title, text, hint, Place.UNMATCHED, "Organizations unknown to Salesforce")


def foreign(found: Found, policies: Policies) -> Check:
    """External ids that another system put there, which are not overwritten (S3.C12)."""
    title = "External ids"
    if not policies.store_external_id:
        return Check(Mark.NOTE, title, "SyncAdmin does not write the external id; pairs are remembered here only.")
    of = f"{'the first ' if found.capped else ''}{many(found.looked_at, 'external id')}"
    if not found.count:
        return Check(Mark.FINE, title, f"None of {of} in Zendesk belongs to somebody else.")
    text = f"{found.count:,} of {of} in Zendesk {'is' if found.count == 1 else 'are'} no Salesforce id."
    hint = "They are kept; their pairs are remembered in SyncAdmin only."
    return Check(Mark.LOOK, title, text, hint, Place.SETTINGS, "Open the settings", found.examples)
