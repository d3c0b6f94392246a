"""The Account object of the sandbox organisation, person accounts included."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema.compounds import (
    SALUTATIONS,
    activity,
    address,
    audit,
    cleaned,
    geolocation,
    identity,
    master_record,
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
    rich_area,
    short_area,
    system,
    text,
    url,
)
from connectors.sandbox.salesforce.schema.objects import ObjectType, RecordType, master, object_type

TYPES = "Customer|Prospect|Partner|Competitor|Other"
INDUSTRIES = (
    "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|"
    "Electronics|Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|"
    "Hospitality|Insurance|Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Technology|"
    "Telecommunications|Transportation|Utilities|Other"
)
SOURCES = "Web|Phone Inquiry|Partner Referral|Purchased List|Other"
REGIONS = "EMEA|AMER|APAC|LATAM"

CUSTOMER, PARTNER, PROSPECT, PERSON = (ids.make("012", n) for n in range(1, 5))


def account() -> ObjectType:
    record_types = [
        RecordType(
            CUSTOMER,
            "Customer",
            "Customer",
            default=True,
            picklists={"Tier__c": ("Gold", "Silver", "Bronze")},
        ),
        RecordType(PARTNER, "Partner", "Partner", picklists={"Tier__c": ("Platinum", "Gold"), "Type": ("Partner",)}),
        RecordType(PROSPECT, "Prospect", "Prospect", picklists={"Tier__c": ("Bronze",)}),
        RecordType(PERSON, "Person Account", "PersonAccount", person=True),
        master(),
    ]
    fields = [*_standard(), *_person(), *audit(), *activity(), *_custom()]
    return object_type(
        "Account",
        "Account",
        "Accounts",
        "001",
        fields,
        record_types=record_types,
        mergeable=True,
        listviews=True,
        child_names={
            "Contact.AccountId": "Contacts",
            "Account.ParentId": "ChildAccounts",
            "Case.AccountId": "Cases",
        },
    )


def _standard() -> list[Field]:
    name = text(
        "Name",
        "Account Name",
        255,
        extra="switchablepersonname",
        compound="Name",
        name_field=True,
        permissionable=False,
    )
    owner = reference("OwnerId", "Owner ID", "User", permissionable=False)
    return [
        *identity("Account"),
        master_record("Account"),
        # A person account has no Name of its own, which is why the vendor calls it nillable in such an organisation.
        name,
        picklist("Type", "Account Type", TYPES),
        reference("RecordTypeId", "Record Type ID", "RecordType", permissionable=False),
        reference("ParentId", "Parent Account ID", "Account"),
        *address("Billing", "Billing"),
        *address("Shipping", "Shipping"),
        phone("Phone", "Account Phone"),
        phone("Fax", "Account Fax"),
        text("AccountNumber", "Account Number", 40),
        url("Website", "Website"),
        read_only(url("PhotoUrl", "Photo URL", extra="imageurl")),
        text("Sic", "SIC Code", 20),
        picklist("Industry", "Industry", INDUSTRIES),
        number("AnnualRevenue", "Annual Revenue", kind="currency"),
        integer("NumberOfEmployees", "Employees"),
        picklist("Ownership", "Ownership", "Public|Private|Subsidiary|Other"),
        text("TickerSymbol", "Ticker Symbol", 20),
        long_area("Description", "Account Description"),
        picklist("Rating", "Account Rating", "Hot|Warm|Cold"),
        text("Site", "Account Site", 80),
        replace(owner, nillable=False, defaulted=True),
        picklist("AccountSource", "Account Source", SOURCES),
        *_program(),
        *cleaned("Company"),
        text("DunsNumber", "D-U-N-S Number", 9),
        text("Tradestyle", "Tradestyle", 255),
        text("NaicsCode", "NAICS Code", 8),
        text("NaicsDesc", "NAICS Description", 120),
        text("YearStarted", "Year Started", 4),
        text("SicDesc", "SIC Description", 80),
        reference("DandbCompanyId", "D&B Company ID", "DandBCompany"),
        reference("OperatingHoursId", "Operating Hour ID", "OperatingHours"),
    ]


def _program() -> list[Field]:
    """What partner and customer portals add."""
    flags = [boolean("IsPartner", "Partner Account"), boolean("IsCustomerPortal", "Customer Portal Account")]
    return [
        *(replace(flag, createable=False, permissionable=False) for flag in flags),
        read_only(text("ChannelProgramName", "Channel Program Name", 255)),
        read_only(text("ChannelProgramLevelName", "Channel Program Level Name", 255)),
    ]


def _person() -> list[Field]:
    extra = {"extra": "switchablepersonname", "compound": "Name", "permissionable": False}
    return [
        text("LastName", "Last Name", 80, name_field=True, **extra),
        text("FirstName", "First Name", 40, name_field=True, **extra),
        picklist("Salutation", "Salutation", SALUTATIONS, 40, **extra),
        system(boolean("IsPersonAccount", "Is Person Account")),
        read_only(reference("PersonContactId", "Contact ID", "Contact")),
        *address("PersonMailing", "Mailing"),
        phone("PersonMobilePhone", "Mobile"),
        phone("PersonHomePhone", "Home Phone"),
        email("PersonEmail", "Email"),
        text("PersonTitle", "Title", 80),
        text("PersonDepartment", "Department", 80),
        date("PersonBirthdate", "Birthdate"),
        boolean("PersonHasOptedOutOfEmail", "Email Opt Out"),
        *_seldom_of_a_person(),
    ]


def _seldom_of_a_person() -> list[Field]:
    bounced = [
        text("PersonEmailBouncedReason", "Email Bounced Reason", 255),
        moment("PersonEmailBouncedDate", "Email Bounced Date"),
        reference("PersonIndividualId", "Individual ID", "Individual"),
    ]
    return [
        *address("PersonOther", "Other"),
        phone("PersonOtherPhone", "Other Phone"),
        phone("PersonAssistantPhone", "Asst. Phone"),
        text("PersonAssistantName", "Assistant", 40),
        picklist("PersonLeadSource", "Lead Source", SOURCES),
        boolean("PersonHasOptedOutOfFax", "Fax Opt Out"),
        boolean("PersonDoNotCall", "Do Not Call"),
        read_only(moment("PersonLastCURequestDate", "Last Stay-in-Touch Request Date")),
        read_only(moment("PersonLastCUUpdateDate", "Last Stay-in-Touch Save Date")),
        *(replace(f, permissionable=False) for f in bounced),
        picklist("PersonPronouns", "Pronouns", "He/Him|She/Her|They/Them|He/They|She/They|Not Listed"),
        picklist("PersonGenderIdentity", "Gender Identity", "Male|Female|Nonbinary|Not Listed"),
    ]


def _health(row: Row) -> str:
    risk = row.get("Churn_Risk__c")
    return "Unknown" if risk is None else "At risk" if risk >= 50 else "Good"


def _seat_value(row: Row) -> float | None:
    revenue, seats = row.get("AnnualRevenue"), row.get("Seats__c")
    return round(revenue / seats, 2) if revenue is not None and seats else None


def _custom() -> list[Field]:
    """One custom field for each of the seventeen field types of S3.27, and the types that table leaves out."""
    key = text("External_Key__c", "External Key", 80, external_id=True, unique=True, id_lookup=True)
    region = replace(picklist("Region__c", "Region", REGIONS), restricted=True)
    plain = [
        key,
        auto_number("Customer_Number__c", "Customer Number", "C-{:05d}"),
        boolean("Active__c", "Active"),
        number("Support_Budget__c", "Support Budget", 18, 2, "currency"),
        date("Contract_Start__c", "Contract Start"),
        moment("Last_Review__c", "Last Review"),
        email("Billing_Email__c", "Billing Email"),
        number("Seats__c", "Seats", 10, 0),
        number("Discount__c", "Discount", 16, 2),
        number("Churn_Risk__c", "Churn Risk", 5, 2, "percent"),
        phone("Support_Phone__c", "Support Phone"),
        picklist("Tier__c", "Tier", "Gold|Silver|Bronze|Platinum"),
        region,
        text("Domains__c", "Domains", 255),
        short_area("Summary__c", "Summary"),
        long_area("Notes__c", "Notes", 32768),
        rich_area("Rich_Notes__c", "Rich Notes"),
        encrypted("Secret_Code__c", "Secret Code"),
        url("Portal_URL__c", "Portal URL"),
        multipicklist("Products__c", "Products", "Suite|Guide|Chat|Talk|Explore"),
        Field("Support_Opens__c", "Support Opens", "time"),
        reference("Reseller__c", "Reseller", "Account", "Reseller__r"),
        formula("Health__c", "Health", "string", 'IF(Churn_Risk__c >= 0.5, "At risk", "Good")', _health, 1300),
        formula("Seat_Value__c", "Seat Value", "currency", "AnnualRevenue / Seats__c", _seat_value, scale=2),
    ]
    return [custom(f) for f in plain] + geolocation("Headquarters__c", "Headquarters")
