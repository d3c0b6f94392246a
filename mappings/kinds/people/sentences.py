"""Sentences about contacts and leads, their accounts and the organizations of their users."""

FIRST_ORGANIZATION = "First organization of the user; Zendesk makes it the primary one"
ACCOUNT_SYNCED = "Its account is synced"
PRIMARY_OF_NEW_USER = "primary organization, since its account is synced"
ACCOUNT_CHANGED = "The contact's account has changed, and nobody else has chosen the primary organization"
LEFT_ACCOUNT = "Added by a sync, and the contact no longer belongs to this account"
PRIMARY_LEFT_ALONE = "Undo does not change the primary organization"

JOINED_SINCE = "Somebody added the user to an organization after the plan was made; nothing was changed."
NO_MEMBER_ANY_MORE = "The user is no longer a member of that organization."
PRIMARY_CHOSEN_SINCE = "Somebody chose another primary organization after the plan was made."

ONE_ORGANIZATION = "no membership is added: multiple organizations are off in {right_system}"

NO_ACCOUNT = "It has no account; the sync takes records of selected accounts only"
ACCOUNT_REFUSED = {
    "in_scope": "Its account is outside the filter of the accounts sync",
    "linked": "Its account is not linked to an organization",
}
"""Why a record does not take part, by the choice of the option ``accounts``."""
