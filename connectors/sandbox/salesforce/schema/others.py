"""The objects a client looks at beside its data: profiles, record types, list views, the organisation."""

from __future__ import annotations

from connectors.sandbox.salesforce.schema.compounds import audit, identity
from connectors.sandbox.salesforce.schema.fields import (
    boolean,
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
    license = reference("UserLicenseId", "User License ID", "UserLicense")
    fields = [identity("Profile")[0], text("Name", "Name", 255, name_field=True), license, *audit()]
    return object_type("Profile", "Profile", "Profile", "00e", [read_only(f) for f in fields], **FIXED)


def user_license() -> ObjectType:
    fields = [identity("User License")[0], text("Name", "Name", 255, name_field=True), *audit()]
    read = [read_only(f) for f in fields]
    return object_type("UserLicense", "User License", "User Licenses", "100", read, **FIXED)


def channel_member() -> ObjectType:
    """That change events of an object are sent: "ContactChangeEvent" as a member of the channel "ChangeEvents"."""
    fields = [
        identity("Channel Member")[0],
        required(text("DeveloperName", "Platform Event Channel Member Name", 80)),
        text("MasterLabel", "Master Label", 80, name_field=True),
        required(text("EventChannel", "Event Channel", 80)),
        required(text("SelectedEntity", "Selected Entity", 80)),
        *audit(),
    ]
    name, label = "PlatformEventChannelMember", "Platform Event Channel Member"
    return object_type(name, label, f"{label}s", "0v8", fields)
