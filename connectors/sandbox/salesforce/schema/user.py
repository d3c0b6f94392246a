"""The User object: those who sign in, be they staff or contacts with access to a portal."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce.schema.compounds import address, audit, full_name, identity
from connectors.sandbox.salesforce.schema.fields import (
    Field,
    boolean,
    email,
    long_area,
    moment,
    phone,
    picklist,
    read_only,
    reference,
    required,
    system,
    text,
)
from connectors.sandbox.salesforce.schema.objects import ObjectType, object_type

USER_TYPES = {
    "Salesforce": "Standard",
    "Customer Community": "CspLitePortal",
    "Customer Community Plus": "PowerCustomerSuccess",
    "Partner Community": "PowerPartner",
}
"""What a profile's licence makes of its users."""
TIME_ZONES = "GMT|Europe/Berlin|Europe/London|America/Los_Angeles|America/New_York|Asia/Kolkata|Asia/Tokyo"
LOCALES = "en_US|en_GB|de_DE|fr_FR|es_ES|ja_JP"
LANGUAGES = "en_US|de|fr|es|ja"


def user() -> ObjectType:
    """As everywhere, it cannot be deleted, has no IsDeleted, and names its contact once and for all."""
    fields = [identity("User")[0], *_person(), *_access(), *_portal(), *audit()]
    return object_type("User", "User", "Users", "005", fields, deletable=False)


def _person() -> list[Field]:
    name = text("Name", "Full Name", 121, name_field=True, compute=full_name)
    return [
        required(text("Username", "Username", 80, id_lookup=True)),
        required(text("LastName", "Last Name", 80, compound="Name")),
        text("FirstName", "First Name", 40, compound="Name"),
        replace(read_only(name), nillable=False),
        text("CompanyName", "Company Name", 80),
        text("Division", "Division", 80),
        text("Department", "Department", 80),
        text("Title", "Title", 80),
        *address(""),
        required(replace(email("Email", "Email"), length=128)),
        phone("Phone", "Phone"),
        text("Extension", "Extension", 40),
        phone("Fax", "Fax"),
        phone("MobilePhone", "Mobile"),
        required(text("Alias", "Alias", 8)),
        replace(text("CommunityNickname", "Nickname", 40, defaulted=True), nillable=False),
        text("EmployeeNumber", "Employee Number", 20),
        long_area("AboutMe", "About Me", 1000),
        reference("ManagerId", "Manager ID", "User"),
    ]


def _access() -> list[Field]:
    return [
        boolean("IsActive", "Active"),
        required(picklist("TimeZoneSidKey", "Time Zone", TIME_ZONES, 40, restricted=True)),
        required(picklist("LocaleSidKey", "Locale", LOCALES, 40, restricted=True)),
        required(picklist("EmailEncodingKey", "Email Encoding", "UTF-8|ISO-8859-1", 40, restricted=True)),
        required(picklist("LanguageLocaleKey", "Language", LANGUAGES, 40, restricted=True)),
        required(reference("ProfileId", "Profile ID", "Profile")),
        system(picklist("UserType", "User Type", "|".join(USER_TYPES.values()), 40)),
        text("FederationIdentifier", "SAML Federation ID", 512),
        read_only(moment("LastLoginDate", "Last Login")),
    ]


def _portal() -> list[Field]:
    return [
        reference("ContactId", "Contact ID", "Contact", updateable=False),
        replace(
            read_only(reference("AccountId", "Account ID", "Account")), through=("ContactId", "Contact", "AccountId")
        ),
        boolean("IsPortalEnabled", "Is Partner"),
    ]
