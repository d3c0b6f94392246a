"""The options that contacts and leads share (S1.20, S1.21, S3.4, S3.51, S3.54, S3.C4, S3.C10, S3.C14, S3.C15)."""

from collections.abc import Iterator
from dataclasses import replace

from mappings.kinds import shared_options as shared
from mappings.kinds.option import Choice, Option, OptionType, Phrase
from mappings.rules import refusals
from mappings.rules.matching import EMAIL, MOST

MATCHING, DUPLICATES, CREATING = "matching", "duplicates", "creating"
PHRASE = "send welcome mails"
"""What an administrator types to let Zendesk write to every user that is created (S3.C4)."""
_MAIL = "only users get welcome mails"


def _match_problems(names: list[str]) -> Iterator[str]:
    """What is wrong with match criteria: email is always first (S1.20), and two more may follow (S1.21)."""
    if not names or names[0] != EMAIL:
        yield "must begin with email, which is always first and cannot be removed"
    if any(name.casefold() == EMAIL for name in names[1:]):
        yield "names email a second time; it is always first"
    if len(names) > MOST:
        yield f"may name {MOST} fields, email included"


ACCOUNTS = Option(
    "accounts",
    OptionType.CHOICE,
    "Which {left_many} are synced, by their account",
    section=shared.SCOPE,
    default="all",
    reference="whose {left_many} take part",
    elsewhere="it says whose contacts or leads take part",
    choices=(
        Choice("all", "All, whatever their account", "{Left_many} of every account, and those without one."),
        Choice(
            "in_scope",
            "Only those of accounts inside the filter of the accounts sync",
            "{Left_many} are synced while their account is inside that filter. Those without an account are "
            "not synced.",
        ),
        Choice(
            "linked",
            "Only those of accounts that are linked to an organization",
            "{Left_many} are synced once their account has an organization in Zendesk. Those without an "
            "account are not synced.",
        ),
    ),
)
PERSON_ACCOUNTS = Option(
    "person_accounts",
    OptionType.CHOICE,
    "Person accounts",
    "This org has person accounts: people who are accounts. Each has a contact of its own.",
    section=shared.STANDARD,
    default="skip",
    reference="what to do with people who are accounts",
    choices=(
        Choice(
            "skip", "Skip them and list them", "No {right_one} is created for them; each plan lists who was left out."
        ),
        Choice(
            "user",
            "Treat each as a user",
            "Their contacts become users like any other, without an organization of their own.",
        ),
    ),
    needs_field="IsPersonAccount",
    admits=True,
)
MATCH_ON = Option(
    "match_on",
    OptionType.FIELDS,
    "Match by",
    "A field is compared with the {right_system} field that it is mapped to, a phone otherwise with the {right_one}'s "
    f"phone, anything else with its external id. {MOST} fields at most.",
    section=MATCHING,
    default=[EMAIL],
    reference="what {left_many} and users are matched by: `email`, always first, and up to two Salesforce fields",
    elsewhere="accounts are matched by name",
    built_in=(EMAIL,),
    places=MOST,
    refusal=refusals.as_criterion,
    none="No further criterion",
    first="asked first",
    problems=_match_problems,
)
NO_EMAIL = Option(
    "no_email",
    OptionType.CHOICE,
    "{Left_many} without an email",
    section=MATCHING,
    default="skip",
    reference="what to do with {left_many} without an email",
    elsewhere="accounts are matched by name",
    choices=(
        Choice("skip", "Skip them and list them", "Each plan lists the {left_many} that were left out."),
        Choice(
            "match",
            "Match them by the other criteria, create none",
            "A user that the other criteria find is kept in sync; no new user is created.",
        ),
        Choice(
            "create",
            "Match or create them without an email",
            "Zendesk takes users without an email; they cannot sign in, and nobody can write to them.",
        ),
    ),
    beside="mappings/options/beside/_policies.html",
    admits=True,
)
RANK_FIELD = Option(
    "rank_field",
    OptionType.FIELD,
    "Rank by this field",
    "A picklist that says whether a person is still at the account, such as Current or Left.",
    section=DUPLICATES,
    key="rank_by.field",
    old_keys=("rank.field",),
    reference="of several records with one email, the one whose field (a picklist or a checkbox) holds the value that "
    "comes first fills the user",
    elsewhere="two accounts are never one organization",
    refusal=refusals.as_list,
    fitting_only=True,
    none="No ranking",
)
RANK_VALUES = Option(
    "rank_values",
    OptionType.VALUES,
    "Which value goes first",
    section=DUPLICATES,
    key="rank_by.values",
    old_keys=("rank.values",),
    reference="the values of that field, the best first",
    elsewhere="two accounts are never one organization",
    of="rank_field",
    none="None chosen: no value goes before another.",
    noun="values",
    first="goes first",
)
ENDED_VALUES = Option(
    "ended_values",
    OptionType.VALUES,
    "These values mean: the person has left the account",
    section=DUPLICATES,
    key="values_that_mean_left",
    old_keys=("ended_values",),
    reference="values of that field that say that the person has left the account; they need `rank_by`",
    elsewhere="it says that a person has left an account",
    of="rank_field",
    none="No value says that somebody has left.",
    noun="values",
)
MEMBERSHIP_END = Option(
    "membership_end",
    OptionType.CHOICE,
    "When a contact leaves its account",
    "Its account changes, or it has one of the values above. This concerns memberships that a sync added; "
    "those that people added never change.",
    section=DUPLICATES,
    default="remove",
    reference="what happens to a membership that a sync made when its account changes, or holds one of the "
    "`values_that_mean_left`",
    elsewhere="it says what happens when a person leaves an account",
    choices=(
        Choice(
            "remove",
            "Remove the membership",
            "The user leaves the organization. Memberships that people made in Zendesk always stay.",
        ),
        Choice("keep", "Keep the membership", "The user stays in the organization of an account that it has left."),
        Choice("ask", "Ask before it is removed", "The plan holds the removal back until somebody includes it."),
    ),
)
WELCOME_MAIL = Option(
    "welcome_mail",
    OptionType.CHOICE,
    "Zendesk's welcome mail",
    "A setting of Zendesk sends a mail to everybody for whom a user is created.",
    section=CREATING,
    default="suppress",
    reference="whether Zendesk may write to the users that a sync creates",
    elsewhere=_MAIL,
    choices=(
        Choice(
            "suppress",
            "Create users without a welcome mail",
            "No user that a run creates gets a mail, whatever Zendesk's setting says.",
        ),
        Choice(
            "zendesk",
            "As Zendesk is set",
            "Zendesk decides. If its welcome mail is on, every user that a run creates gets one.",
        ),
    ),
    beside="mappings/kinds/people/_welcome.html",
    phrase=Phrase(
        "zendesk",
        PHRASE,
        kept_in="welcome_confirmed",
        setting="welcome_emails",
        demand="To let Zendesk write to every new user, type:",
    ),
    copied=False,
)
WELCOME_CONFIRMED = Option(
    "welcome_confirmed",
    OptionType.YES_NO,
    reference="with `welcome_mail: zendesk`: that new users may get a mail; without it no run creates a user while "
    "Zendesk sends one",
    elsewhere=_MAIL,
    copied=False,
)
FAMILY_FIRST = Option(
    "family_first",
    OptionType.YES_NO,
    "Order of names in Zendesk",
    "How a user's one name becomes a first and a last name, for records that are made in Salesforce.",
    section=CREATING,
    key="family_name_first",
    old_keys=("family_first",),
    reference="whether names in Zendesk begin with the family name; decides how a new record in Salesforce is named",
    elsewhere="an organization has one name",
    choices=(
        Choice(
            "no",
            "First name, then family name",
            "“Jane Doe” is Jane of the family Doe. Names in Chinese, Japanese or Korean script begin with the family.",
        ),
        Choice(
            "yes",
            "Family name first",
            "“Nagy János” is János of the family Nagy, as in Hungarian. “Last, First” is read as written either way.",
        ),
    ),
    beside="mappings/options/beside/_samples.html",
)
LEFT_CREATION = Option(
    "create_left",
    OptionType.CHOICE,
    "Create in Salesforce",
    "For users that Salesforce does not know. Off unless you choose it here.",
    section=CREATING,
    default="nothing",
    key="create_in_salesforce",
    old_keys=("create_left",),
    reference="what to create in Salesforce for what is in Zendesk only; `true` is the kind's own object",
    choices=(
        Choice(
            "nothing",
            "Nothing",
            "Users that Salesforce does not know are listed in each plan and stay where they are.",
        ),
        Choice(
            "contacts", "Contacts", "Each becomes a contact, at the account of its organization where that is synced."
        ),
        Choice("leads", "Leads", "Each becomes a lead; its company is the organization, or the domain of the email."),
    ),
    beside="mappings/options/beside/_new_records.html",
)


def left_creation(*made: str) -> Option:
    """The option for what is created for users without a counterpart; the first choice is ``true`` in a file."""
    choices = [choice for choice in LEFT_CREATION.choices if choice.value in ("nothing", *made)]
    return replace(LEFT_CREATION, choices=tuple(choices), yes=made[0])


SHARED = (
    replace(shared.CREATE_IN_RIGHT, key="create_in_zendesk", old_keys=("create_right",), section=CREATING),
    ACCOUNTS,
    shared.LEAVING,
    shared.TAGS,
    replace(shared.DETAILS, heading="Standard fields"),
    replace(shared.NOTES, beside="mappings/kinds/people/_domain_names.html"),
    PERSON_ACCOUNTS,
    shared.STORE_ID,
    shared.ID_FIELD,
    MATCH_ON,
    NO_EMAIL,
    RANK_FIELD,
    RANK_VALUES,
    ENDED_VALUES,
    WELCOME_MAIL,
    WELCOME_CONFIRMED,
)
