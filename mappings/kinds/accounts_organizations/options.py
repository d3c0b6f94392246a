"""The options of accounts and organizations (S3.19-S3.21, S3.6, S3.7, S3.48, S3.C12)."""

from dataclasses import replace

from mappings.kinds import shared_options as shared
from mappings.kinds.option import Choice, Option, OptionType
from mappings.kinds.policy import Policy
from mappings.kinds.salesforce_zendesk.policies import PERSON_ACCOUNTS as PERSON_ACCOUNTS_SKIPPED
from mappings.rules import refusals

_SALESFORCE, _ZENDESK = "create_in_salesforce", "create_in_zendesk"
_HERE = "set it in the sync of accounts_organizations"

DOMAIN_NAMES = Option(
    "domain_names",
    OptionType.FIELD,
    "Domain Names",
    "A text with the domains, separated by blanks. Users whose address has one of them join the organization.",
    section=shared.STANDARD,
    elsewhere=f"a domain belongs to an organization; {_HERE}",
    refusal=refusals.as_domains,
    none="Not mapped",
    heading="Standard fields",
)
PERSON_ACCOUNTS = Option(
    "person_accounts",
    OptionType.CHOICE,
    "Person accounts",
    "This org has person accounts: people who are accounts.",
    section=shared.STANDARD,
    default="skip",
    reference="what to do with people who are accounts",
    choices=(
        Choice(
            "skip", "Skip them and list them", "No {right_one} is created for them; each plan lists who was left out."
        ),
        Choice(
            "organization",
            "Treat each as an organization",
            "Every person becomes an organization with the person's name.",
        ),
    ),
    needs_field="IsPersonAccount",
    admits=True,
)
PARENT_ACCOUNTS = Option(
    "parent_accounts",
    OptionType.CHOICE,
    "Parent accounts",
    section=shared.STANDARD,
    default="organization",
    reference="what to do with accounts that have a parent",
    elsewhere=f"only accounts have parents; {_HERE}",
    choices=(
        Choice(
            "organization",
            "Each account becomes its own organization",
            "Zendesk has no parents: a subsidiary becomes an organization of its own.",
        ),
        Choice(
            "skip",
            "Skip accounts that have a parent and list them",
            "Only accounts at the top become organizations.",
        ),
    ),
    beside="mappings/options/beside/_policies.html",
    admits=True,
)
LEFT_CREATION = Option(
    "create_left",
    OptionType.CHOICE,
    "Create Zendesk organizations as Accounts",
    "Off unless you choose it here; Zendesk's own package for Salesforce has it on by default. An organization whose "
    "name differs a little from its account counts as one without an account.",
    section=shared.STANDARD,
    default="nothing",
    key=_SALESFORCE,
    old_keys=("create_left",),
    yes="accounts",
    reference="what to create in Salesforce for what is in Zendesk only; `true` is the kind's own object",
    choices=(
        Choice("nothing", "No", "Organizations without an account are listed in each plan and stay where they are."),
        Choice(
            "accounts",
            "Yes",
            "Each organization without an account becomes a new account. Look-alikes become duplicates.",
        ),
    ),
    beside="mappings/options/beside/_new_records.html",
)

OPTIONS = (
    replace(shared.CREATE_IN_RIGHT, key=_ZENDESK, old_keys=("create_right",)),
    shared.LEAVING,
    shared.TAGS,
    DOMAIN_NAMES,
    shared.NOTES,
    shared.DETAILS,
    PERSON_ACCOUNTS,
    PARENT_ACCOUNTS,
    shared.STORE_ID,
    shared.ID_FIELD,
    LEFT_CREATION,
)

POLICIES = (
    PERSON_ACCOUNTS_SKIPPED,
    Policy(
        "parent_accounts",
        "account with a parent",
        "accounts with a parent",
        "ParentId",
        ("",),
        "Accounts with a parent are skipped",
        negated=True,
    ),
)
