"""The options of contacts and portal users: direction, and which users take part (S0.3, S0.5, S0.15)."""

from mappings.kinds.option import Choice, Option, OptionType, Phrase, yes_no
from mappings.kinds.section import AUTOMATIC, FIELDS, GUARDS, SCOPE, Section

_HERE = "it belongs to contacts_portal_users"

EXTERNAL = (
    Choice("CspLitePortal", "Customer Community", "Users with a license of Customer Community."),
    Choice("PowerCustomerSuccess", "Customer Community Plus", "Users with a license of Customer Community Plus."),
    Choice("PowerPartner", "Partner Community", "Users with a license of Partner Community."),
    Choice("CustomerSuccess", "Customer Portal", "Users with a license of the older Customer Portal."),
)
"""The user types of customers and partners."""

FLOWS, USERS = "flows", "users"
TO_USER = Option(
    "contact_to_user",
    OptionType.YES_NO,
    "Contact → User",
    section=FLOWS,
    default=True,
    key="flows.contact_to_user",
    reference="whether changes of contacts go to their users",
    elsewhere=_HERE,
    choices=yes_no("Changes to a contact are written to its user.", "Users keep their values."),
)
TO_CONTACT = Option(
    "user_to_contact",
    OptionType.YES_NO,
    "User → Contact",
    section=FLOWS,
    default=True,
    key="flows.user_to_contact",
    reference="whether changes of users go to their contacts",
    elsewhere=_HERE,
    choices=yes_no("Changes to a user are written to its contact.", "Contacts keep their values."),
    beside="mappings/kinds/contacts_portal_users/_sentences.html",
)
ON_CREATION = Option(
    "also_on_creation",
    OptionType.YES_NO,
    "Also when a user is created",
    "Salesforce copies name, email, title and phone of the contact to a new user. Choose Yes if you map other fields, "
    "or if new users start with other values.",
    section=FLOWS,
    reference="whether a new user that was not edited yet is compared with its contact. By default "
    "both keep their values until one of them changes",
    elsewhere=_HERE,
    choices=yes_no(
        "A new user is compared with its contact, and the rule of each field decides.",
        "A new user and its contact keep their values until one of them is edited.",
    ),
)
WRITE, HOLD = "write", "hold"
EMAIL_CHANGES = Option(
    "email_changes",
    OptionType.CHOICE,
    "Changes of a user's email",
    "Salesforce mails users whose email is changed. The change takes effect once the user confirms it.",
    section=FLOWS,
    default=HOLD,
    reference="whether a mapping may write the email of a user, who gets a mail each time",
    elsewhere=_HERE,
    choices=(
        Choice(HOLD, "Never write them", "A mapping of Email only goes from the user to the contact."),
        Choice(WRITE, "Write them as mapped", "Each of these users gets a mail and has to confirm the change."),
    ),
    phrase=Phrase(WRITE, "change emails", "email_changes_confirmed", "", "To allow mails to users, type:"),
    beside="mappings/kinds/contacts_portal_users/_email.html",
)
EMAIL_CONFIRMED = Option(
    "email_changes_confirmed",
    OptionType.YES_NO,
    "Mails to users confirmed",
    reference="with `email_changes: write`: that users may get mails; without it no email of a user is written",
    elsewhere=_HERE,
    copied=False,
)
USER_TYPES = Option(
    "user_types",
    OptionType.TEXTS,
    "User types",
    section=USERS,
    reference="which users are synced, by user type, which depends on the license of their profile; none for all "
    "of these. Internal users are never synced",
    elsewhere=_HERE,
    choices=EXTERNAL,
    none="None chosen: users of all these types are synced. Internal users are never synced.",
    noun="user types",
    admits=True,
)
PROFILES = Option(
    "profiles",
    OptionType.TEXTS,
    "Profiles",
    "Names of profiles, one per line. Leave empty for all.",
    section=USERS,
    reference="which users are synced, by profile name; none for all",
    elsewhere=_HERE,
    admits=True,
)
INACTIVE = Option(
    "inactive_users",
    OptionType.YES_NO,
    "Inactive users",
    section=USERS,
    reference="whether inactive users are synced as well. If a contact has several users, the active one is used",
    elsewhere=_HERE,
    choices=yes_no(
        "They are synced as well. If a contact has several users, the active one is used.",
        "Only active users are synced.",
    ),
    admits=True,
)

OPTIONS = (TO_USER, TO_CONTACT, ON_CREATION, EMAIL_CHANGES, EMAIL_CONFIRMED, USER_TYPES, PROFILES, INACTIVE)

SECTIONS = (
    AUTOMATIC,
    SCOPE,
    Section(USERS, "Users", "Which users are synced", "Each user belongs to the contact that it was created for."),
    Section(
        FLOWS,
        "Flows",
        "Which way changes go",
        "A flow starts with a change on its own side and writes values that differ on the other. A flow that is off "
        "writes nothing.",
    ),
    FIELDS,
    GUARDS,
)
