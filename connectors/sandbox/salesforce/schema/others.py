"""The objects a client looks at beside its data: users, record types, list views, the organisation."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce.schema.compounds import audit, full_name, identity
from connectors.sandbox.salesforce.schema.fields import (
    boolean,
    email,
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

FIXED = {"createable": False, "updateable": False, "deletable": False}


def user() -> ObjectType:
    """Only what owners and the running user need."""
    name = text("Name", "Full Name", 121, name_field=True, compute=full_name)
    fields = [
        identity("User")[0],
        required(text("Username", "Username", 80, unique=True, id_lookup=True)),
        required(text("LastName", "Last Name", 80, compound="Name")),
        text("FirstName", "First Name", 40, compound="Name"),
        replace(read_only(name), nillable=False),
        required(email("Email", "Email")),
        required(text("Alias", "Alias", 8)),
        boolean("IsActive", "Active"),
        required(text("TimeZoneSidKey", "Time Zone", 40)),
        required(text("LocaleSidKey", "Locale", 40)),
        required(text("EmailEncodingKey", "Email Encoding", 40)),
        required(text("LanguageLocaleKey", "Language", 40)),
        required(reference("ProfileId", "Profile ID", "Profile")),
        reference("ContactId", "Contact ID", "Contact", updateable=False),
        read_only(reference("AccountId", "Account ID", "Account")),
        read_only(picklist("UserType", "User Type", "Standard|PowerPartner|CspLitePortal|PowerCustomerSuccess")),
        *audit(),
    ]
    return object_type("User", "User", "Users", "005", fields, deletable=False)


def record_type() -> ObjectType:
    fields = [
        identity("Record Type")[0],
        required(text("Name", "Name", 80, name_field=True)),
        required(text("DeveloperName", "Record Type Name", 80)),
        text("Description", "Description", 255),
        picklist("SobjectType", "SObject Type Name", "Account|Contact|Lead|Case", 40),
        boolean("IsActive", "Active"),
        system(boolean("IsPersonType", "Is Person Type")),
        *audit(),
    ]
    return object_type("RecordType", "Record Type", "Record Types", "012", [read_only(f) for f in fields], **FIXED)


def organization() -> ObjectType:
    kinds = "Developer Edition|Enterprise Edition|Unlimited Edition|Professional Edition"
    fields = [
        identity("Organization")[0],
        text("Name", "Name", 80, name_field=True),
        picklist("OrganizationType", "Edition", kinds, 40),
        boolean("IsSandbox", "Is Sandbox"),
        text("InstanceName", "Instance Name", 5),
        text("NamespacePrefix", "Namespace Prefix", 15),
        picklist("TimeZoneSidKey", "Time Zone", "Europe/Berlin|America/Los_Angeles|UTC", 40),
        picklist("DefaultLocaleSidKey", "Locale", "en_US|de_DE", 40),
        picklist("LanguageLocaleKey", "Language", "en_US|de", 40),
        text("Country", "Country", 80),
        phone("Phone", "Phone"),
        moment("TrialExpirationDate", "Trial Expiration Date"),
        *audit(),
    ]
    return object_type("Organization", "Organization", "Organizations", "00D", [read_only(f) for f in fields], **FIXED)


def list_view() -> ObjectType:
    fields = [
        identity("List View")[0],
        text("Name", "View Name", 80, name_field=True),
        text("DeveloperName", "API Name", 80),
        text("NamespacePrefix", "Namespace Prefix", 15),
        picklist("SobjectType", "Sobject Type", "Account|Contact|Lead", 40),
        boolean("IsSoqlCompatible", "Is Soql Compatible"),
        *audit(),
    ]
    return object_type("ListView", "List View", "List Views", "00B", [read_only(f) for f in fields], **FIXED)


def profile() -> ObjectType:
    fields = [identity("Profile")[0], text("Name", "Name", 255, name_field=True), *audit()]
    return object_type("Profile", "Profile", "Profile", "00e", [read_only(f) for f in fields], **FIXED)
