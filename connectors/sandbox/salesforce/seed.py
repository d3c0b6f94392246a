"""The first rows of the organisation: its own settings and users, then the companies and people of a world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.sandbox.salesforce import listviews, moments
from connectors.sandbox.salesforce.ids import make
from connectors.sandbox.salesforce.org import INTEGRATION_USER, ORG_ID, OWNER, STAFF, Org
from connectors.sandbox.salesforce.rules import people, users
from connectors.sandbox.salesforce.schema import account, contact
from connectors.sandbox.salesforce.schema.fields import Row
from connectors.sandbox.salesforce.sessions import USERNAME
from connectors.sandbox.vocabulary import EMPLOYEES, MAIL_DOMAIN
from connectors.sandbox.world import START, Company, Person, Prospect, World

RECORD_TYPES = {"Customer": account.CUSTOMER, "Partner": account.PARTNER, "Prospect": account.PROSPECT}
QUEUES = ("Support Queue", "Escalations")
REGIONS = ("EMEA", "AMER", "APAC", "LATAM")


def fill(org: Org, world: World) -> None:
    """Put the organisation's own rows and the world's into an empty organisation."""
    _own_rows(org)
    listviews.seed(org)
    for company in world.accounts():
        _add(org, "Account", _account(company) | {"OwnerId": _owner(company.index)}, company.created)
    before = org.table("Contact").sequence  # the contacts behind person accounts
    for person in world.contacts():
        _add(org, "Contact", _contact(person) | {"OwnerId": _owner(person.company)}, person.created)
    for user, created, edited in users.of_the_world(world, before):
        _add(org, "User", user, created, edited)
    for prospect in world.leads():
        _add(org, "Lead", _lead(prospect) | _conversion(org, prospect, before), prospect.person.created)


def _owner(company: int | None) -> str:
    """Whoever looks after a company owns it and its people."""
    return STAFF[(company or 0) % len(STAFF)]


def _staff() -> Iterator[tuple[str, Row]]:
    """Those who own records, each with the address of a mailbox."""
    for id, name in zip(STAFF, EMPLOYEES, strict=True):
        first, _, last = name.partition(" ")
        alias = first.lower()
        username = {"Username": f"{alias}@syncadmin.sandbox", "Email": f"{alias}@{MAIL_DOMAIN}"}
        yield id, {**username, "FirstName": first, "LastName": last, "Alias": alias}


def _own_rows(org: Org) -> None:
    organization = {
        "Id": ORG_ID,
        "Name": "SyncAdmin Sandbox",
        "OrganizationType": "Enterprise Edition",
        "IsSandbox": True,
        "InstanceName": "CS420",
        "TimeZoneSidKey": "America/Los_Angeles",
        "DefaultLocaleSidKey": "en_US",
        "LanguageLocaleKey": "en_US",
        "Country": "US",
    }
    user = {"ProfileId": users.STAFF_PROFILE, "IsActive": True, "UserType": "Standard", **users.LOCALE}
    integration = {"Username": USERNAME, "Email": USERNAME, "LastName": "Integration", "Alias": "integr"}
    _add(org, "Organization", organization, START)
    for id, name in users.LICENSES.items():
        _add(org, "UserLicense", {"Id": id, "Name": name}, START)
    for id, (name, license) in users.PROFILES.items():
        _add(org, "Profile", {"Id": id, "Name": name, "UserLicenseId": license}, START)
    for id, row in ((INTEGRATION_USER, integration), *_staff()):
        _add(org, "User", {"Id": id, **row, **user}, START)
    for row in _record_types(org):
        _add(org, "RecordType", row, START)
    for number, name in enumerate(QUEUES, 1):
        _add(
            org,
            "Group",
            {"Id": make("00G", number), "Name": name, "DeveloperName": name.replace(" ", "_"), "Type": "Queue"},
            START,
        )
        _add(
            org,
            "QueueSobject",
            {"Id": make("03g", number), "QueueId": make("00G", number), "SobjectType": "Case"},
            START,
        )
    for name in ("Group", "Organization", "Profile", "QueueSobject", "RecordType", "User", "UserLicense"):
        org.table(name).sequence = 100


def _record_types(org: Org) -> Iterator[Row]:
    for object in org.objects.values():
        for record_type in object.record_types:
            if not record_type.master:
                yield {
                    "Id": record_type.id,
                    "Name": record_type.name,
                    "DeveloperName": record_type.developer_name,
                    "SobjectType": object.name,
                    "IsActive": record_type.active,
                    "IsPersonType": record_type.person or None,
                }


def _add(org: Org, name: str, values: dict[str, Any], created: int, edited: int = 0) -> None:
    table = org.table(name)
    stamp, last = moments.stamp(created), moments.stamp(edited or created)
    row: Row = {key: value for key, value in values.items() if value not in (None, "", False)}
    if "Id" not in row:
        row["Id"] = table.next_id()
    for known in NUMBERED.get(name, ()):
        row[known] = table.object.every_field()[known].auto_number.format(table.next_number(known))  # type: ignore[union-attr]
    row |= {"CreatedDate": stamp, "LastModifiedDate": last, "SystemModstamp": last}
    row |= {"CreatedById": OWNER, "LastModifiedById": OWNER}
    if "OwnerId" in table.object.fields:
        row.setdefault("OwnerId", OWNER)
    table.add(row)
    people.mirror(org, table.object, row)


NUMBERED = {
    "Account": ("Customer_Number__c",),
    "Contact": ("Person_Number__c",),
    "Lead": ("Person_Number__c",),
}


def _account(company: Company) -> Row:
    index = company.index
    row: Row = {
        "Name": company.name.strip(),
        "Type": company.kind,
        "RecordTypeId": RECORD_TYPES[company.record_type],
        "Industry": company.industry,
        "Rating": company.rating,
        "Phone": company.phone,
        "AnnualRevenue": company.annual_revenue,
        "NumberOfEmployees": company.employees,
        "Website": company.website,
        "Description": company.description,
        "BillingStreet": company.street,
        "BillingCity": company.city,
        "BillingCountry": company.country,
        "ParentId": None if company.parent is None else make("001", company.parent + 1),
        "Domains__c": " ".join(company.domains),
        "Tier__c": company.tier.capitalize(),
        "Region__c": REGIONS[index % 4],
        "Active__c": company.kind == "Customer",
        "Seats__c": float(1 + company.employees // 10),
    }
    return row | _person_account(company) if company.person else row


def _person_account(company: Company) -> Row:
    """The fields in which a person account differs from a business account."""
    first, _, last = company.name.partition(" ")
    email = f"{first}.{last}".lower().replace(" ", "")
    return {
        "RecordTypeId": account.PERSON,
        "IsPersonAccount": True,
        "FirstName": first,
        "LastName": last or first,
        "PersonEmail": f"{email}{company.index}@mail.example" if email.isascii() else None,
        "NumberOfEmployees": None,
        "Website": None,
    }


def _contact(person: Person) -> Row:
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name or person.first_name,
        "Email": person.email,
        "Phone": person.phone,
        "MobilePhone": person.mobile,
        "Title": person.title,
        "Department": person.department,
        "AccountId": None if person.company is None else make("001", person.company + 1),
        "RecordTypeId": contact.CUSTOMER_CONTACT,
        "Status__c": person.status,
        "External_Key__c": person.key,
    }


def _lead(prospect: Prospect) -> Row:
    person = prospect.person
    return {
        "FirstName": person.first_name,
        "LastName": person.last_name or person.first_name,
        "Email": person.email,
        "Phone": person.phone,
        "Title": person.title,
        "Company": prospect.company_name,
        "Industry": prospect.industry,
        "Rating": prospect.rating,
        "LeadSource": prospect.source,
        "Status": "Open - Not Contacted",
    }


def _conversion(org: Org, prospect: Prospect, before: int) -> Row:
    """What marks a lead as converted; `before` contacts are older than the world's first."""
    if prospect.converted_into is None:
        return {}
    contact = org.table("Contact").rows[make("003", before + prospect.converted_into + 1)]
    day = max(contact["CreatedDate"], moments.stamp(prospect.person.created))[:10]
    return {
        "IsConverted": True,
        "Status": "Closed - Converted",
        "ConvertedDate": day,
        "ConvertedContactId": contact["Id"],
        "ConvertedAccountId": contact.get("AccountId"),
    }
