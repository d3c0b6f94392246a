"""Checks of what creating users needs: nobody mailed by accident, organizations first, the fast way. Facts in."""

from collections.abc import Sequence
from dataclasses import dataclass

from connectors.api.costs import UNKNOWN, Costs
from mappings.kinds.declaration import Names
from syncadmin.engine.checks.assessment import Check, Mark, Place, Way, many
from syncadmin.engine.estimate import estimate, roughly
from syncadmin.engine.steps import Action
from syncadmin.engine.welcome import ZENDESK, welcome_blocks

# Where the switch stands, whatever it is called: its place differs between versions.
_WHERE = "In Zendesk's Admin Center it stands under People > Configuration > End users; in older versions under {old}."
_SETTINGS = "Open the settings of users"
# Creations that show the difference while nobody knows how many there will be.
_FOR_INSTANCE = 1_000


@dataclass(frozen=True, slots=True)
class UserSetup:
    """What is known before users are created. None stands for what the helpdesk did not tell.

    ``creates``: whether the sync makes users at all, and ``to_create`` how many at most, None while nothing was read.
    ``waits_for`` are the titles of syncs that have to be complete first (S3.43), ``linked`` the accounts that are.
    ``across`` is the number of emails that stand at several accounts, None while nothing was read.
    """

    policy: str = "suppress"
    welcome_emails: bool | None = None
    confirmed: bool = False
    creates: bool = True
    to_create: int | None = None
    bulk_import: bool | None = None
    costs: Costs = UNKNOWN
    a_minute: int | None = None
    several_organizations: bool | None = None
    has_account: bool = True
    across: int | None = None
    waits_for: Sequence[str] = ()
    linked: int = 0


def user_checks(setup: UserSetup, names: Names) -> list[Check]:
    """The welcome mail first: it is the one mistake that cannot be undone (S3.C4)."""
    return [_welcome(setup), _order(setup, names), _bulk(setup), _several(setup, names)]


def _welcome(setup: UserSetup) -> Check:
    """S3.C4."""
    title = "Welcome mail to new users"
    if not setup.creates:
        return Check(Mark.FINE, title, "This sync creates no users, so nobody gets a mail.")
    if setup.policy != ZENDESK:
        return Check(Mark.FINE, title, "SyncAdmin creates every user without a mail, whatever Zendesk is set to.")
    refused = welcome_blocks(setup.policy, setup.welcome_emails, setup.confirmed)
    where = _WHERE.format(old="Settings > Customers")
    if refused:
        way = Way(Place.CREATING, "Create users without a mail")
        return Check(Mark.BLOCKS, title, refused, where, Place.HELPDESK, "Open the setting in Zendesk", more=(way,))
    if setup.welcome_emails is False:
        return Check(Mark.FINE, title, "Zendesk's welcome mail is off: nobody gets one.")
    text = "Zendesk sends its welcome mail to every user that is created; an administrator has confirmed that."
    if setup.welcome_emails is None:
        text = "Zendesk may send its welcome mail to every user that is created; an administrator has confirmed that."
    return Check(Mark.LOOK, title, text, where, Place.HELPDESK, "Open the setting in Zendesk")


def _order(setup: UserSetup, names: Names) -> Check:
    """S3.43."""
    title = "Organizations before users"
    if setup.waits_for:
        first = " and ".join(setup.waits_for)
        text = f"{first}: no run of it is complete. A plan of {names.left_many} is refused until then."
        hint = "Users find their organization by the account that was synced to it."
        return Check(Mark.BLOCKS, title, text, hint, Place.FIRST, f"Open {first.lower()}")
    linked = many(setup.linked, "account")
    text = f"The organizations were synced: {linked} {'is' if setup.linked == 1 else 'are'} linked to one."
    return Check(Mark.FINE, title, text)


def _bulk(setup: UserSetup) -> Check:
    """Creating many users in one request has to be enabled for the account by the vendor's support."""
    title = "Bulk import of users"
    if not setup.creates:
        return Check(Mark.FINE, title, "This sync creates no users.")
    if setup.bulk_import:
        fast = f" {_number(setup).capitalize()}: {roughly(_seconds(setup, bulk=True))}." if setup.to_create else ""
        return Check(Mark.FINE, title, f"Zendesk takes {setup.costs.batch} new users in one request.{fast}")
    ask = "Ask Zendesk's support to enable bulk user imports for your account. Updates are not concerned."
    if setup.bulk_import is None:
        text = "Zendesk does not tell whether it is enabled: it refuses the first bulk request if not."
        text += f" Then each new user is a request of its own: {_times(setup)}."
        return Check(Mark.UNKNOWN, title, text, ask)
    text = f"It is not enabled, so each new user is a request of its own: {_times(setup)}."
    return Check(Mark.LOOK, title, text, ask)


def _times(setup: UserSetup) -> str:
    slow, fast = roughly(_seconds(setup, bulk=False)), roughly(_seconds(setup, bulk=True))
    return f"{_number(setup)}, {slow} {'either way' if slow == fast else f'instead of {fast}'}"


def _number(setup: UserSetup) -> str:
    if setup.to_create is None:
        return f"for {many(_FOR_INSTANCE, 'user')}"
    return f"for up to {many(setup.to_create, 'user')}"


def _seconds(setup: UserSetup, *, bulk: bool) -> float:
    number = setup.to_create if setup.to_create is not None else _FOR_INSTANCE
    return estimate({Action.CREATE_RIGHT: number}, setup.costs, setup.costs, bulk=bulk, a_minute=setup.a_minute).seconds


def _several(setup: UserSetup, names: Names) -> Check:
    """S1.16, S1.12, S1.13."""
    title = "Users in several organizations"
    if not setup.has_account:
        text = f"{names.left_many.capitalize()} stand at no account, so they bring no organization."
        return Check(Mark.FINE, title, text)
    at_several = _across(setup.across)
    if setup.several_organizations:
        text = "Zendesk allows it. Each record of an email adds the organization of its own account to the user."
        return Check(Mark.FINE, title, f"{text}{at_several}")
    where = (
        _WHERE.format(old="Settings > Customers") + ' It is called "Allow users to belong to multiple organizations".'
    )
    if setup.several_organizations is None:
        text = "Zendesk's settings could not be read; until they are, a user gets one organization."
        hint = "Sign in to Zendesk as an administrator, then test the connection."
        return Check(Mark.UNKNOWN, title, f"{text}{at_several}", hint, Place.RIGHT, "Open the connection")
    text = "Zendesk does not allow it: a user gets the organization of its syncing record alone."
    if not setup.across:
        return Check(Mark.NOTE, title, f"{text}{at_several}")
    return Check(Mark.LOOK, title, f"{text}{at_several}", where, Place.HELPDESK, _SETTINGS)


def _across(number: int | None) -> str:
    if number is None:
        return ""
    if not number:
        return " No email stands at more than one account."
    return f" {many(number, 'email')} {'stands' if number == 1 else 'stand'} at more than one account."
