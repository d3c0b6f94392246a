"""The default field mappings between Salesforce contacts and Outlook contacts (S2.2, S2.17)."""

from mappings.rules.configuration import Conflict, Direction, FieldRule

# Field of the contact, field in Outlook. Both ways; where both changed, the newest edit stays.
BOTH_WAYS = (
    ("FirstName", "givenName"),
    ("LastName", "surname"),
    ("Salutation", "title"),
    ("Title", "jobTitle"),
    ("Department", "department"),
    ("AssistantName", "assistantName"),
    ("Phone", "businessPhone"),
    ("OtherPhone", "businessPhone2"),
    ("HomePhone", "homePhone"),
    ("MobilePhone", "mobilePhone"),
    ("Birthdate", "birthday"),
    ("MailingStreet", "businessAddress.street"),
    ("MailingCity", "businessAddress.city"),
    ("MailingState", "businessAddress.state"),
    ("MailingPostalCode", "businessAddress.postalCode"),
    ("MailingCountry", "businessAddress.countryOrRegion"),
    ("OtherStreet", "otherAddress.street"),
    ("OtherCity", "otherAddress.city"),
    ("OtherState", "otherAddress.state"),
    ("OtherPostalCode", "otherAddress.postalCode"),
    ("OtherCountry", "otherAddress.countryOrRegion"),
)
DEFAULT_FIELDS = tuple(
    FieldRule(left, right, direction=Direction.BOTH, conflict=Conflict.NEWEST) for left, right in BOTH_WAYS
)
