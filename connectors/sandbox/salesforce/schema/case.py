"""Cases and their comments, with the standard fields of the recorded describe; and the queues that may own them."""

from __future__ import annotations

from dataclasses import replace

from connectors.sandbox.salesforce import ids
from connectors.sandbox.salesforce.schema.compounds import audit, identity, master_record
from connectors.sandbox.salesforce.schema.fields import (
    Field,
    auto_number,
    boolean,
    custom,
    email,
    long_area,
    moment,
    number,
    phone,
    picklist,
    read_only,
    reference,
    required,
    system,
    text,
)
from connectors.sandbox.salesforce.schema.objects import ObjectType, RecordType, master, object_type

CLOSED = frozenset({"Closed"})  # the values of Status that close a case
SUPPORT, COMPLAINT = (ids.make("012", n) for n in (21, 22))
TYPES = "Mechanical|Electrical|Electronic|Structural|Other"
REASONS = "Installation|Equipment Complexity|Performance|Breakdown|Equipment Design|Feedback|Other"


def case() -> ObjectType:
    ticket = text("Zendesk_Ticket_Id__c", "Zendesk Ticket Id", 40, unique=True, external_id=True, id_lookup=True)
    own = (ticket, picklist("Product_Area__c", "Product Area", "Billing|App|API"), number("Refund__c", "Refund", 16, 2))
    fields = [*_people(), *_progress(), *audit(), *_viewed(), *map(custom, own)]
    names = {"Case.ParentId": "Cases"}
    record_types = [
        master(),
        RecordType(SUPPORT, "Support", "Support", default=True),
        RecordType(COMPLAINT, "Complaint", "Complaint"),
    ]
    return object_type("Case", "Case", "Cases", "500", fields, record_types=record_types, child_names=names)


def case_comment() -> ObjectType:
    fields = [
        *identity("Case Comment"),
        replace(required(reference("ParentId", "Parent ID", "Case")), updateable=False),
        boolean("IsPublished", "Published"),
        replace(long_area("CommentBody", "Body", 4000), sortable=True),
        *audit(),
    ]
    return object_type("CaseComment", "Case Comment", "Case Comments", "00a", fields)


def group() -> ObjectType:
    """Of the kinds of groups, only queues are here."""
    fields = [
        identity("Group")[0],
        required(text("Name", "Name", 40, name_field=True)),
        text("DeveloperName", "Developer Name", 80),
        picklist("Type", "Type", "Queue|Regular|Role", 40),
        email("Email", "Email"),
        *audit(),
    ]
    return object_type("Group", "Group", "Group", "00G", fields)


def queue_object() -> ObjectType:
    """Which objects a queue may own."""
    fields = [
        identity("Queue Sobject")[0],
        required(reference("QueueId", "Group ID", "Group", "Queue")),
        required(picklist("SobjectType", "Sobject Type", "Case|Lead", 40)),
        *audit(),
    ]
    return object_type("QueueSobject", "Queue Sobject", "Queue Sobject", "03g", fields, updateable=False)


def _people() -> list[Field]:
    owner = reference("OwnerId", "Owner ID", "Group|User", permissionable=False)
    numbered = auto_number("CaseNumber", "Case Number", "{:08d}")
    return [
        *identity("Case"),
        master_record("Case"),
        replace(numbered, id_lookup=True, name_field=True, permissionable=False),
        reference("ContactId", "Contact ID", "Contact"),
        reference("AccountId", "Account ID", "Account"),
        reference("AssetId", "Asset ID", "Asset"),
        reference("ParentId", "Parent Case ID", "Case"),
        reference("RecordTypeId", "Record Type ID", "RecordType", permissionable=False),
        text("SuppliedName", "Name", 80),
        email("SuppliedEmail", "Email Address"),
        text("SuppliedPhone", "Phone", 40),
        text("SuppliedCompany", "Company", 80),
        replace(owner, nillable=False, defaulted=True),
        of_contact(phone("ContactPhone", "Contact Phone"), "Phone"),
        of_contact(phone("ContactMobile", "Contact Mobile"), "MobilePhone"),
        of_contact(email("ContactEmail", "Contact Email"), "Email"),
        of_contact(phone("ContactFax", "Contact Fax"), "Fax"),
    ]


def of_contact(shown: Field, name: str) -> Field:
    """A field that shows another one of the case's contact."""
    return replace(read_only(shown), through=("ContactId", "Contact", name))


def _progress() -> list[Field]:
    status = picklist("Status", "Status", "New!|Working|Escalated|Closed", 40, default="New", defaulted=True)
    priority = picklist("Priority", "Priority", "High|Medium!|Low", 40, default="Medium", defaulted=True)
    comments = replace(long_area("Comments", "Internal Comments", 4000), sortable=True, permissionable=False)
    closed = replace(boolean("IsClosed", "Closed"), compute=lambda row: row.get("Status") in CLOSED)
    return [
        picklist("Type", "Case Type", TYPES, 40),
        replace(status, permissionable=False),
        picklist("Reason", "Case Reason", REASONS, 40),
        picklist("Origin", "Case Origin", "Phone|Email|Web", 40),
        text("Subject", "Subject", 255),
        priority,
        long_area("Description", "Description"),
        system(closed),
        replace(read_only(moment("ClosedDate", "Closed Date")), permissionable=True),
        boolean("IsEscalated", "Escalated"),
        comments,
    ]


def _viewed() -> list[Field]:
    return [
        read_only(moment("LastViewedDate", "Last Viewed Date")),
        read_only(moment("LastReferencedDate", "Last Referenced Date")),
    ]
