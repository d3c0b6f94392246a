"""The relations of users: memberships of organizations, and further email addresses."""

from mappings.kinds.relation import Relation, RelationStep
from mappings.rules.guards import Guard

MEMBERSHIP = Relation(
    "membership",
    "organization_membership",
    "membership",
    "memberships",
    {
        "create": RelationStep(
            "add_membership", "Add a membership", "Added to an organization", "New memberships", "add"
        ),
        "delete": RelationStep(
            "remove_membership",
            "Remove a membership",
            "Removed from an organization",
            "Memberships removed",
            "remove",
        ),
        "update": RelationStep(
            "make_primary",
            "Make a membership primary",
            "Made an organization the primary one",
            "Another membership becomes primary",
            "make {count} {noun} primary",
        ),
    },
    guard=Guard.MEMBERSHIPS,
    parent="user_id",
)
ADDRESS = Relation(
    "address",
    "identity",
    "address",
    "addresses",
    {"delete": RelationStep("free_address", "Free an address", "Freed a former address", "Addresses freed", "free")},
    own_tile=False,
)
RELATIONS = (MEMBERSHIP, ADDRESS)
