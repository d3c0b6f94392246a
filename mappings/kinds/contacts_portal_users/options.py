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
    choices=yes_no("What changes in a contact is written to its user.", "Users keep their values."),
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
    choices=yes_no("What changes in a user is written to its contact.", "Contacts keep their values."),
    beside="mappings/kinds/contacts_portal_users/_sentences.html",
)
ON_CREATION = Option(
    "also_on_creation",
    OptionType.YES_NO,
    "Also when a user is created",
    "A user who is made of a contact begins with its name, email, title and phone. Say yes where other fields are "
    "mapped, or where users begin with values of their own.",
    section=FLOWS,
    reference="whether a user who was created and not edited since is compared with the contact. Unless said otherwise "
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
    "Salesforce sends a mail to a user whose email is changed, and the change counts once the user has confirmed it.",
    section=FLOWS,
    default=HOLD,
    reference="whether a mapping may write the email of a user, who gets a mail each time",
    elsewhere=_HERE,
    choices=(
        Choice(HOLD, "Never write them", "A mapping of Email goes from the user to the contact alone."),
        Choice(WRITE, "Write them as mapped", "Each user whose email is changed gets a mail and has to confirm it."),
    ),
    phrase=Phrase(WRITE, "change emails", "email_changes_confirmed", "", "To let users get mails, type:"),
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
    reference="which users take part by their user type, which follows from the license of their profile; none for all "
    "of these. Internal users never take part, whatever their contact",
    elsewhere=_HERE,
    choices=EXTERNAL,
    none="None chosen: users of all these types take part. Internal users never do, whatever their contact.",
    noun="user types",
    admits=True,
)
PROFILES = Option(
    "profiles",
    OptionType.TEXTS,
    "Profiles",
    "Names of profiles, one a line. Empty: users of every profile take part.",
    section=USERS,
    reference="which users take part by the name of their profile; none for all",
    elsewhere=_HERE,
    admits=True,
)
INACTIVE = Option(
    "inactive_users",
    OptionType.YES_NO,
    "Users who are not active",
    section=USERS,
    reference="whether users who are not active take part, too. Of several users of one contact the active one counts",
    elsewhere=_HERE,
    choices=yes_no(
        "They take part, too. Of several users of one contact the active one counts.",
        "Only users who may sign in take part.",
    ),
    admits=True,
)

OPTIONS = (TO_USER, TO_CONTACT, ON_CREATION, EMAIL_CHANGES, EMAIL_CONFIRMED, USER_TYPES, PROFILES, INACTIVE)

SECTIONS = (
    AUTOMATIC,
    SCOPE,
    Section(USERS, "Users", "Which users take part", "Users are found by the contact that they sign in as."),
    Section(
        FLOWS,
        "Flows",
        "Which way changes go",
        "Each flow starts with a change on its own side, and writes where the other side differs. What is switched off "
        "stays as it is on the other side.",
    ),
    FIELDS,
    GUARDS,
)
