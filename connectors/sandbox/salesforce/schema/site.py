"""Objects of the organisation's own: they stand for any object that somebody has added."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce.schema.compounds import audit, identity
from connectors.sandbox.salesforce.schema.fields import (
    boolean,
    custom,
    date,
    long_area,
    number,
    phone,
    picklist,
    reference,
    required,
    text,
)
from connectors.sandbox.salesforce.schema.objects import ObjectType, object_type


def site() -> ObjectType:
    owner = replace(reference("OwnerId", "Owner ID", "Group|User", permissionable=False), nillable=False)
    own = [
        text("Code__c", "Code", 40, unique=True, external_id=True, id_lookup=True),
        text("City__c", "City", 80),
        picklist("Kind__c", "Kind", "Office|Plant|Store", restricted=True),
        phone("Phone__c", "Phone"),
        number("Seats__c", "Seats", 8, 0),
        date("Opened__c", "Opened"),
        boolean("Active__c", "Active"),
        long_area("Notes__c", "Notes"),
        reference("Account__c", "Account", "Account", "Account__r"),
    ]
    name = required(text("Name", "Site Name", 80, name_field=True, id_lookup=True))
    fields = [*identity("Site"), replace(owner, defaulted=True), name, *audit(), *(custom(field) for field in own)]
    return object_type("Site__c", "Site", "Sites", "a01", fields)


def support_request() -> ObjectType:
    """What tickets may become instead of cases."""
    owner = replace(reference("OwnerId", "Owner ID", "Group|User", permissionable=False), nillable=False)
    own = [
        text("Zendesk_Ticket_Id__c", "Zendesk Ticket Id", 40, unique=True, external_id=True, id_lookup=True),
        reference("Company__c", "Company", "Account", "Company__r"),
        reference("Person__c", "Person", "Contact", "Person__r"),
        picklist("State__c", "State", "New|In Progress|Done", restricted=True),
        picklist("Urgency__c", "Urgency", "Low|Normal|High"),
        long_area("Details__c", "Details"),
    ]
    name = required(text("Name", "Support Request Name", 80, name_field=True, id_lookup=True))
    fields = [*identity("Support Request"), replace(owner, defaulted=True), name, *audit(), *map(custom, own)]
    return object_type("Support_Request__c", "Support Request", "Support Requests", "a02", fields)
