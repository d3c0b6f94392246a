"""The options of contacts and users (S3.30-S3.35, S3.51)."""

from mappings.kinds.people import options as people

LEFT_CREATION = people.left_creation("contacts", "leads")
OPTIONS = (*people.SHARED, people.MEMBERSHIP_END, LEFT_CREATION, people.FAMILY_FIRST)
