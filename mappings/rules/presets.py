"""The kinds of sync as people choose them: which systems and objects they join, and what a new one starts with."""

from dataclasses import dataclass

from mappings.rules.type_tables import CRM_TO_HELPDESK, GENERAL, TypeTable


@dataclass(frozen=True, slots=True)
class Preset:
    """A kind of sync. ``create_left`` lists what may be made on the left; the first is the safe default (S3.C16)."""

    kind: str
    title: str
    left_connector: str
    right_connector: str
    left_object: str
    right_object: str
    left_many: str
    right_many: str
    create_left: tuple[str, ...] = ("nothing",)
    left_one: str = ""
    right_one: str = ""
    types: TypeTable = GENERAL
    """Which of their fields may fill each other."""
    family: str = ""
    """Kinds of one family share their right records: contacts and leads with one email are one user (S1.10)."""

    @property
    def people(self) -> bool:
        return self.family == PEOPLE


PEOPLE = "people"

ACCOUNTS_ORGANIZATIONS = Preset(
    kind="accounts_organizations",
    title="Accounts and organizations",
    left_connector="salesforce",
    right_connector="zendesk",
    left_object="Account",
    right_object="organization",
    left_many="accounts",
    right_many="organizations",
    create_left=("nothing", "accounts"),
    left_one="account",
    right_one="organization",
    types=CRM_TO_HELPDESK,
)

CONTACTS_USERS = Preset(
    kind="contacts_users",
    title="Contacts and users",
    left_connector="salesforce",
    right_connector="zendesk",
    left_object="Contact",
    right_object="user",
    left_many="contacts",
    right_many="users",
    create_left=("nothing", "contacts", "leads"),
    left_one="contact",
    right_one="user",
    types=CRM_TO_HELPDESK,
    family=PEOPLE,
)

LEADS_USERS = Preset(
    kind="leads_users",
    title="Leads and users",
    left_connector="salesforce",
    right_connector="zendesk",
    left_object="Lead",
    right_object="user",
    left_many="leads",
    right_many="users",
    create_left=("nothing", "leads"),
    left_one="lead",
    right_one="user",
    types=CRM_TO_HELPDESK,
    family=PEOPLE,
)

PRESETS: dict[str, Preset] = {preset.kind: preset for preset in (ACCOUNTS_ORGANIZATIONS, CONTACTS_USERS, LEADS_USERS)}
