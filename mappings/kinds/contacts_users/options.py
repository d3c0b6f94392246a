"""The options of contacts and users (S3.30-S3.35, S3.51)."""

from mappings.kinds.people import options as people

OPTIONS = (*people.SHARED, people.MEMBERSHIP_END, people.create_left("contacts", "leads"), people.FAMILY_FIRST)
