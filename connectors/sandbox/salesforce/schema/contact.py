"""The Contact and Lead objects of the sandbox organisation."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema.account import INDUSTRIES, REGIONS, SOURCES
from connectors.sandbox.salesforce.schema.compounds import (
    activity,
    address,
    audit,
    cleaned,
    geolocation,
    identity,
    master_record,
    person_name,
)
from connectors.sandbox.salesforce.schema.fields import (
    Field,
    Row,
    auto_number,
    boolean,
    custom,
    date,
    email,
    encrypted,
    formula,
    integer,
    long_area,
    moment,
    multipicklist,
    number,
    phone,
    picklist,
    read_only,
    reference,
    required,
    rich_area,
    short_area,
    system,
    text,
    url,
)
from connectors.sandbox.salesforce.schema.objects import ObjectType, RecordType, master, object_type

CUSTOMER_CONTACT, PARTNER_CONTACT = (ids.make("012", n) for n in (11, 12))
LEAD_STATUSES = "Open - Not Contacted!|Working - Contacted|Closed - Converted|Closed - Not Converted"


def contact() -> ObjectType:
    record_types = [
        RecordType(CUSTOMER_CONTACT, "Customer Contact", "Customer_Contact", default=True),
        RecordType(
            PARTNER_CONTACT,
            "Partner Contact",
            "Partner_Contact",
            picklists={"Status__c": ("Current", "Left")},
        ),
        master(),
    ]
    fields = [*_contact_fields(), *audit(), *activity(), *custom_fields()]
    return object_type(
        "Contact",
        "Contact",
        "Contacts",
        "003",
        fields,
        record_types=record_types,
        mergeable=True,
        listviews=True,
        child_names={"Case.ContactId": "Cases", "Contact.ReportsToId": "DirectReports"},
    )


def lead() -> ObjectType:
    """Leads have no record types here, as in the recorded organisation: only Master, and no RecordTypeId."""
    fields = [*_lead_fields(), *audit(), *activity(), *custom_fields()]
    return object_type(
        "Lead", "Lead", "Leads", "00Q", fields, record_types=[master(True)], mergeable=True, listviews=True
    )


def _owner(to: str) -> Field:
    owner = reference("OwnerId", "Owner ID", to, permissionable=False)
    return replace(owner, nillable=False, defaulted=True)


def _contact_fields() -> list[Field]:
    return [
        *identity("Contact"),
        master_record("Contact"),
        reference("AccountId", "Account ID", "Account"),
        *person_name(),
        reference("RecordTypeId", "Record Type ID", "RecordType", permissionable=False),
        *address("Other", "Other"),
        *address("Mailing", "Mailing"),
        phone("Phone", "Business Phone"),
        phone("Fax", "Business Fax"),
        phone("MobilePhone", "Mobile Phone"),
        phone("HomePhone", "Home Phone"),
        phone("OtherPhone", "Other Phone"),
        phone("AssistantPhone", "Asst. Phone"),
        reference("ReportsToId", "Reports To ID", "Contact"),
        email("Email", "Email", id_lookup=True),
        text("Title", "Title", 128),
        text("Department", "Department", 80),
        text("AssistantName", "Assistant's Name", 40),
        picklist("LeadSource", "Lead Source", SOURCES),
        date("Birthdate", "Birthdate"),
        long_area("Description", "Contact Description"),
        _owner("User"),
        boolean("HasOptedOutOfEmail", "Email Opt Out"),
        boolean("DoNotCall", "Do Not Call"),
        text("EmailBouncedReason", "Email Bounced Reason", 255, permissionable=False),
        replace(moment("EmailBouncedDate", "Email Bounced Date"), permissionable=False),
        system(replace(boolean("IsEmailBounced", "Is Email Bounced"), compute=_bounced)),
        system(boolean("IsPersonAccount", "Is Person Account")),
        read_only(url("PhotoUrl", "Photo URL", extra="imageurl")),
        read_only(moment("LastCURequestDate", "Last Stay-in-Touch Request Date")),
        read_only(moment("LastCUUpdateDate", "Last Stay-in-Touch Save Date")),
        *cleaned("Contact"),
        reference("IndividualId", "Individual ID", "Individual", permissionable=False),
    ]


def _lead_fields() -> list[Field]:
    bounced = [
        text("EmailBouncedReason", "Email Bounced Reason", 255, permissionable=False),
        replace(moment("EmailBouncedDate", "Email Bounced Date"), permissionable=False),
    ]
    status = picklist("Status", "Status", LEAD_STATUSES, permissionable=False)
    return [
        *identity("Lead"),
        master_record("Lead"),
        *person_name(),
        text("Title", "Title", 128),
        required(text("Company", "Company", 255)),
        *address(""),
        phone("Phone", "Phone"),
        phone("MobilePhone", "Mobile Phone"),
        phone("Fax", "Fax"),
        email("Email", "Email", id_lookup=True),
        url("Website", "Website"),
        read_only(url("PhotoUrl", "Photo URL", extra="imageurl")),
        long_area("Description", "Description"),
        picklist("LeadSource", "Lead Source", SOURCES),
        replace(status, nillable=False, defaulted=True, default="Open - Not Contacted"),
        picklist("Industry", "Industry", INDUSTRIES),
        picklist("Rating", "Rating", "Hot|Warm|Cold"),
        number("AnnualRevenue", "Annual Revenue", kind="currency"),
        integer("NumberOfEmployees", "Employees"),
        _owner("Group|User"),
        boolean("HasOptedOutOfEmail", "Email Opt Out"),
        replace(boolean("IsConverted", "Converted", permissionable=False), updateable=False),
        read_only(date("ConvertedDate", "Converted Date")),
        read_only(reference("ConvertedAccountId", "Converted Account ID", "Account")),
        read_only(reference("ConvertedContactId", "Converted Contact ID", "Contact")),
        read_only(reference("ConvertedOpportunityId", "Converted Opportunity ID", "Opportunity")),
        boolean("IsUnreadByOwner", "Unread By Owner", permissionable=False),
        *(replace(f, createable=False) for f in bounced),
        *cleaned("Contact"),
        text("CompanyDunsNumber", "Company D-U-N-S Number", 9),
        reference("DandbCompanyId", "D&B Company ID", "DandBCompany"),
        reference("IndividualId", "Individual ID", "Individual", permissionable=False),
    ]


def _bounced(row: Row) -> bool:
    return row.get("EmailBouncedReason") is not None


def _reach(row: Row) -> str:
    return "Email" if row.get("Email") else "Phone" if row.get("Phone") else "None"


def custom_fields() -> list[Field]:
    """The custom fields contacts and leads share: one for each type of S3.27, and those it leaves out."""
    plain = [
        text("External_Key__c", "External Key", 80, external_id=True, unique=True, id_lookup=True),
        auto_number("Person_Number__c", "Person Number", "P-{:06d}"),
        boolean("Newsletter__c", "Newsletter"),
        moment("Newsletter_Date__c", "Newsletter Date"),
        boolean("Consent_Deleted__c", "Consent Deleted"),
        multipicklist("Languages__c", "Languages", "en|fr|de|es|it|nl"),
        number("Credit__c", "Credit", 18, 2, "currency"),
        date("Member_Since__c", "Member Since"),
        moment("Last_Seen__c", "Last Seen"),
        email("Second_Email__c", "Second Email"),
        number("Logins__c", "Logins", 10, 0),
        number("Score__c", "Score", 16, 2),
        number("Satisfaction__c", "Satisfaction", 5, 2, "percent"),
        phone("Direct_Phone__c", "Direct Phone"),
        picklist("Status__c", "Status", "Current|Left|On leave"),
        picklist("Profile__c", "Profile", "Buyer|User|Administrator|Other"),
        replace(picklist("Region__c", "Region", REGIONS), restricted=True),
        text("Nickname__c", "Nickname", 80),
        short_area("Summary__c", "Summary"),
        long_area("Notes__c", "Notes", 32768),
        rich_area("Rich_Notes__c", "Rich Notes"),
        encrypted("Secret_Code__c", "Secret Code"),
        url("Profile_URL__c", "Profile URL"),
        multipicklist("Interests__c", "Interests", "Suite|Guide|Chat|Talk|Explore"),
        reference("Employer__c", "Employer", "Account", "Employer__r"),
        formula("Reach_By__c", "Reach By", "string", 'IF(ISBLANK(Email), "Phone", "Email")', _reach, 1300),
    ]
    return [custom(f) for f in plain] + geolocation("Office__c", "Office")
