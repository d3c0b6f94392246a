"""The options of contacts and Outlook contacts (S2.4, S2.16-S2.19, S2.22-S2.24)."""

from collections.abc import Iterator
from typing import Any

from mappings.kinds.option import Choice, Option, OptionType
from mappings.kinds.shared_options import SCOPE, STANDARD
from mappings.rules import refusals


def _an_address(value: Any) -> Iterator[str]:
    name, at, domain = str(value).partition("@")
    if (value and not (name and at and "." in domain)) or " " in str(value):
        yield f"is {value!r}, which is not an email address"


def _an_id(value: Any) -> Iterator[str]:
    if value and not (str(value).startswith("005") and len(str(value)) in (15, 18) and str(value).isalnum()):
        yield f"is {value!r}, which is not the id of a Salesforce user (15 or 18 characters that start with 005)"


def _an_account(value: Any) -> Iterator[str]:
    if value and not (str(value).startswith("001") and len(str(value)) in (15, 18) and str(value).isalnum()):
        yield f"is {value!r}, which is not the id of an account (15 or 18 characters that start with 001)"


OPTIONS = (
    Option(
        "mailbox",
        OptionType.TEXT,
        "Mailbox",
        "Its email address. Contacts are kept in its folder Salesforce Contacts.",
        section=STANDARD,
        problems=_an_address,
        copied=False,
        reference="the address of the mailbox; each mailbox is a sync of its own",
    ),
    Option(
        "salesforce_user",
        OptionType.TEXT,
        "Salesforce user",
        "The Salesforce id of the mailbox's user, who owns contacts created in Outlook.",
        section=STANDARD,
        problems=_an_id,
        copied=False,
        admits=True,
        reference="the id of the Salesforce user of the mailbox, who owns contacts created in Outlook",
    ),
    Option(
        "scope",
        OptionType.CHOICE,
        "Contacts in the mailbox",
        section=SCOPE,
        reference="which contacts the mailbox has",
        default="mine",
        admits=True,
        view_choice="view",
        choices=(
            Choice("mine", "Only my contacts", "Contacts owned by the Salesforce user of the mailbox."),
            Choice("all", "All available contacts", "All contacts within the filters."),
            Choice("view", "Contacts of a list view", "Contacts in the list view chosen above, whoever owns them."),
        ),
    ),
    Option(
        "leaving_view",
        OptionType.CHOICE,
        "When a contact leaves the filters",
        section=SCOPE,
        reference="what happens to the copy of a contact that leaves the filters, or gets another owner",
        default="keep",
        choices=(
            Choice(
                "keep", "Keep it in Outlook", "Its copy stays as it is. If the contact comes back, it is updated again."
            ),
            Choice(
                "remove",
                "Remove it from Outlook",
                "Its copy is deleted. It is created again if the contact comes back.",
            ),
            Choice(
                "unmark",
                "Keep it in Outlook without the category",
                "Its copy stays in the folder. If the contact comes back, it gets its category again and is updated.",
            ),
        ),
    ),
    Option(
        "leaving_mailbox",
        OptionType.CHOICE,
        "When a mailbox is removed from the list",
        section=STANDARD,
        reference="what happens to the contacts in a mailbox that is removed from the list",
        default="keep",
        choices=(
            Choice("keep", "Leave its contacts there", "Nothing more is written to it."),
            Choice(
                "remove",
                "Remove the contacts that SyncAdmin created in it",
                "Contacts created by its user stay. The guard for deletions holds plans that delete many.",
            ),
        ),
    ),
    Option(
        "delete_right",
        OptionType.CHOICE,
        "When a contact is deleted in Salesforce",
        section=STANDARD,
        reference="what happens to the copy in Outlook when a contact is deleted in Salesforce",
        default="allowed",
        key="deletes.outlook",
        choices=(
            Choice("allowed", "Delete its copy in Outlook", "The guard for deletions holds plans that delete many."),
            Choice("never", "Keep its copy in Outlook", "The copy stays and is no longer updated."),
        ),
    ),
    Option(
        "delete_left",
        OptionType.CHOICE,
        "When a contact is deleted in Outlook",
        section=STANDARD,
        reference="what happens when the copy in Outlook is deleted",
        default="never",
        key="deletes.salesforce",
        choices=(
            Choice("never", "Put it back into Outlook", "The next run creates the copy again."),
            Choice("allowed", "Delete it in Salesforce", "The guard for deletions holds plans that delete many."),
        ),
    ),
    Option(
        "create_left",
        OptionType.CHOICE,
        "New contacts in Outlook",
        section=STANDARD,
        reference="what happens to contacts that are created in the folder, moved into it, or get its category",
        default="contacts",
        key="create_in_salesforce",
        yes="contacts",
        choices=(
            Choice("nothing", "Leave them in Outlook", "Each plan lists them."),
            Choice("contacts", "Create them in Salesforce", "In the account that has the name of their company."),
        ),
    ),
    Option(
        "account",
        OptionType.TEXT,
        "Account of new contacts",
        "The id of one account for all contacts created in Outlook. Leave empty to find the account by company.",
        section=STANDARD,
        problems=_an_account,
        reference="the id of one account for all contacts created in Outlook; otherwise it is found by company",
    ),
    Option(
        "no_account",
        OptionType.CHOICE,
        "When no account is found",
        section=STANDARD,
        reference="what happens to a contact created in Outlook if no account has the name of its company",
        default="create",
        requires={"hold": "AccountId"},
        choices=(
            Choice("create", "Create it without an account", "If Salesforce refuses that, the run shows its reason."),
            Choice("hold", "Hold it and list it", "It waits until an account is found or a person creates it."),
        ),
    ),
    Option(
        "new_required",
        OptionType.FIELDS,
        "Required of new contacts",
        "A contact created in Outlook is held and listed while one of these fields is empty.",
        section=STANDARD,
        reference="fields that need a value; until they have one, a contact is not created but held and listed",
        refusal=refusals.as_required,
        fitting_only=True,
        none="Only what Salesforce requires.",
    ),
    Option(
        "new_defaults",
        OptionType.PAIRS,
        "Defaults of new contacts",
        "One line per field, such as LeadSource: Outlook. Used if Outlook has no value for the field.",
        section=STANDARD,
        reference="values for fields of contacts created in Outlook, where nothing else fills them: "
        "`{{LeadSource: Outlook}}`",
    ),
)
