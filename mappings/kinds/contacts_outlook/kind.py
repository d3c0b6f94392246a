"""The kind for Salesforce contacts and the contacts of one Outlook mailbox (S2.1-S2.28)."""

from collections.abc import Mapping
from typing import Any

from connectors.api.values import Condition, FieldType, Record
from mappings.kinds.contacts_outlook import companies
from mappings.kinds.contacts_outlook.companies import account_of
from mappings.kinds.contacts_outlook.fields import DEFAULT_FIELDS
from mappings.kinds.contacts_outlook.options import OPTIONS
from mappings.kinds.declaration import MASTER_RECORD, Admission, Heading, Kind, ListRule, SideSpec
from mappings.kinds.name_search import NameSearch
from mappings.kinds.part_list import PartList, Suggestion
from mappings.rules import convert, filters
from mappings.rules.borrowed import Borrowed
from mappings.rules.configuration import EXTERNAL_ID, Configuration, Conflict, Direction, FieldRule, OnProblem
from mappings.rules.texts import fold

CATEGORIES, IN_FOLDER, EMAIL, COMPANY = "categories", "in_folder", "primaryEmail", "companyName"
CATEGORY = "Salesforce"
"""The category that a shared contact has (S2.7)."""
OWNER, ACCOUNT = "OwnerId", "AccountId"
ACCOUNTS = NameSearch("@accounts", "Account", companies.NAME, COMPANY, (companies.CREATED,), companies.FEWEST_LETTERS)
USER_OF = Suggestion("salesforce_user", "User", "Email", "Name", (Condition("IsActive", ("true",)),))


def same_email(left: Any, right: Any) -> bool:
    """Whether two addresses differ in upper and lower case at most."""
    return fold(left) == fold(right)


EMAIL_RULE = FieldRule(
    "Email",
    EMAIL,
    FieldType.EMAIL,
    FieldType.EMAIL,
    Direction.BOTH,
    Conflict.NEWEST,
    OnProblem.FIELD,
    label="Email",
    alike=same_email,
)
COMPANY_RULE = FieldRule("Account.Name", COMPANY, label="Company", never_blank=True)


def left_fields(config: Configuration) -> tuple[str, ...]:
    wanted = ["Id", "Name", OWNER, ACCOUNT, MASTER_RECORD, *(["RecordTypeId"] if config.record_type_ids else [])]
    wanted += [*config.scope.fields, *(rule.left for rule in rules_of(config))]
    return tuple(dict.fromkeys(name for name in wanted if name))


def right_fields(config: Configuration) -> tuple[str, ...]:
    wanted = ["displayName", "givenName", "surname", EXTERNAL_ID, CATEGORIES, IN_FOLDER]
    return tuple(dict.fromkeys([*wanted, *(rule.right for rule in rules_of(config))]))


def rules_of(config: Configuration) -> tuple[FieldRule, ...]:
    """Email and company, then the mapped fields."""
    return (EMAIL_RULE, COMPANY_RULE, *config.rules)


def lists_of(config: Configuration) -> tuple[ListRule, ...]:
    """The category (S2.7). Categories that people add stay."""
    return (ListRule(CATEGORIES, frozenset(), lambda values: ((CATEGORY,), ())),)


def admit(values: Mapping[str, Any], config: Configuration) -> Admission:
    """The owner of the contact, then the filters (S2.4, S2.24)."""
    user = str(config.option("salesforce_user") or "")
    if config.option("scope") == "mine" and str(values.get(OWNER) or "")[:15] != user[:15]:
        line = "Another user owns it" if user else "The mailbox has no Salesforce user"
        return Admission(False, "out_of_scope", line)
    verdict = filters.judge(values, config.scope, config.record_type_names)
    return Admission(True) if verdict.inside else Admission(False, "out_of_scope", verdict.line)


def narrows(options: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Which contacts are counted, by owner (S2.4)."""
    return (Condition(OWNER, (str(options.get("salesforce_user") or ""),)),) if options.get("scope") == "mine" else ()


def admit_right(values: Mapping[str, Any], config: Configuration) -> Admission:
    """Accepts contacts in the folder or with the category (S2.8). A linked one needs both, else it is no longer shared
    (S2.26).
    """
    in_folder, marked = bool(values.get(IN_FOLDER)), CATEGORY in (values.get(CATEGORIES) or ())
    shared = in_folder and marked if values.get(EXTERNAL_ID) else in_folder or marked
    return Admission(True) if shared else Admission(False, "out_of_scope", "It is no longer shared in Outlook")


def new_left(config: Configuration, right: Record) -> tuple[list[tuple[str, Any, str]], dict[str, Any]]:
    """A new contact with the values from Outlook, owned by the user of the mailbox (S2.9-S2.11, S2.24)."""
    values: list[tuple[str, Any, str]] = []
    agreed: dict[str, Any] = {}
    for rule in rules_of(config):
        actual = right.values.get(rule.right)
        if rule.left == COMPANY_RULE.left or rule.left in config.filled_by_left or convert.empty(actual):
            continue
        try:
            values.append((rule.left, convert.to_left(rule, actual, config.time_zone), "Value in Outlook"))
        except convert.ValueProblem:
            continue
        agreed[rule.right] = actual
    if not any(name == "LastName" for name, _, _ in values):
        called = right.values.get("displayName") or right.values.get(EMAIL)
        values.append(("LastName", called, "Name in Outlook: it has no last name"))
    account, reason = account_of(right.values.get(COMPANY), right.values.get(ACCOUNTS.field) or ())
    if chosen := config.option("account"):
        account, reason = chosen, "The account of all new contacts"
    values.append((ACCOUNT, account, reason))
    filled = {name for name, value, _ in values if not convert.empty(value)}
    values += [(name, value, "Default of new contacts") for name, value in config.left_defaults if name not in filled]
    if user := config.option("salesforce_user"):
        values.append((OWNER, user, "The user of the mailbox"))
    return values, agreed


KIND = Kind(
    slug="contacts_outlook",
    title="Contacts and Outlook",
    heading=Heading("Outlook", "mail", guide="guides/outlook-contacts"),
    left=SideSpec(
        system="salesforce",
        system_label="Salesforce",
        object="Contact",
        one="contact",
        many="contacts",
        label_field="Name",
        key_field="Email",
        key=lambda values: fold(values.get("Email")),
        fields=left_fields,
        borrowed=(Borrowed(COMPANY_RULE.left, ACCOUNT, "Account", companies.NAME),),
        creatable=("contacts",),
    ),
    right=SideSpec(
        system="outlook",
        system_label="Outlook",
        object="contact",
        one="mailbox contact",
        many="mailbox contacts",
        label_field="displayName",
        key_field=EMAIL,
        key=lambda values: fold(values.get(EMAIL)),
        fields=right_fields,
        creatable=("contacts",),
        link_field=EXTERNAL_ID,
        part="mailbox",
    ),
    matched_by="email",
    options=OPTIONS,
    rules=rules_of,
    lists=lists_of,
    admit=admit,
    narrows=narrows,
    admit_right=admit_right,
    leaves_out_refused=True,
    born_with={"displayName": None, "fileAs": None, IN_FOLDER: True},
    judged_by=lambda config: (CATEGORIES, IN_FOLDER, EXTERNAL_ID),
    new_left=new_left,
    searches=(ACCOUNTS,),
    part_list=PartList(
        "mailboxes", {"address": "mailbox", "salesforce_user": "salesforce_user"}, USER_OF, "leaving_mailbox"
    ),
    default_fields=DEFAULT_FIELDS,
    looks_alike=False,
    automatic=Direction.BOTH,
    interval=30,
    large=10_000,
)
