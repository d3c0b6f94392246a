"""The options of leads and users (S3.36, S3.37, S3.57)."""

from dataclasses import replace

from connectors.api.values import FieldSchema, FieldType
from mappings.kinds import shared_options as shared
from mappings.kinds.option import Option, OptionType
from mappings.kinds.people import options as people


def _no_look_up(field: FieldSchema) -> str:
    """Why a field of a lead cannot be its account, "" if it can. The account of a converted lead is excluded."""
    to_account = field.type is FieldType.REFERENCE and field.target == "Account" and field.name != "ConvertedAccountId"
    return "" if to_account else "it is not a look-up to an account"


ACCOUNT_FIELD = Option(
    "account_field",
    OptionType.FIELD,
    "Look-up to the account",
    "A lead of a synced account adds its user to that organization, as a contact does.",
    section=shared.SCOPE,
    reference="a look-up of Lead to Account of your own, which says which account a lead belongs to. Its user is then "
    "added to that organization, as with a contact; without the look-up, leads add no organization",
    elsewhere="an account is one, and a contact has an account of its own; set it in the sync of leads_users",
    refusal=_no_look_up,
    fitting_only=True,
    if_any_fits=True,
    none="None: leads add no organization",
)

LEFT_CREATION = people.left_creation("leads")
OPTIONS = (
    ACCOUNT_FIELD,
    *people.SHARED,
    replace(people.MEMBERSHIP_END, needs_option="account_field"),
    LEFT_CREATION,
    people.FAMILY_FIRST,
)
