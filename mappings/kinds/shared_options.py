"""Options that most kinds have. A kind lists those it uses and changes details with ``replace``."""

from mappings.kinds.option import Choice, Option, OptionType, yes_no
from mappings.rules import refusals
from mappings.rules.tags import LEFT_FILTER

STANDARD, SCOPE = "standard", "scope"

TAGS = Option(
    "tags",
    OptionType.FIELDS,
    "Tags",
    "The values of these {left_one} fields become tags of the {right_one}. Tags that people add in {right_system} stay;"
    " a changed value replaces only the tag that came from it.",
    section=STANDARD,
    reference="fields whose values become tags of the {right_one}. Tags that people add in {right_system} stay; a "
    "changed value replaces only the tag that came from it",
    refusal=refusals.as_tags,
    fitting_only=True,
    none="No tags are made.",
    beside="mappings/options/beside/_tags.html",
)
NOTES = Option(
    "notes",
    OptionType.MAPPING,
    "Notes",
    "Replaces the Notes that agents see.",
    section=STANDARD,
    reference="the field that fills the Notes that agents see, or a mapping: "
    "`{{field: Title, direction: both, conflict: newest}}`",
    none="Not mapped",
)
DETAILS = Option(
    "details",
    OptionType.MAPPING,
    "Details",
    "Replaces the Details of the {right_one}.",
    section=STANDARD,
    reference="the field that fills the Details, or a mapping as of `notes`",
    none="Not mapped",
)
STORE_ID = Option(
    "store_external_id",
    OptionType.YES_NO,
    "Store the {left_system} id with the {right_one}",
    section=STANDARD,
    default=True,
    reference="whether {right_system} keeps the {left_system} id",
    choices=yes_no(
        "The pair stays together when its {key} changes. An id stored by another tool is never overwritten.",
        "Pairs are remembered in SyncAdmin only.",
    ),
)
ID_FIELD = Option(
    "id_field",
    OptionType.RIGHT_FIELD,
    "Kept in",
    "The External ID, or a text field of your own if other tools use the External ID. Needs stored ids.",
    section=STANDARD,
    reference="where the {left_system} id is kept: a custom text field that nothing else is mapped to. The external id "
    "unless said otherwise",
    none="External ID",
    beside="mappings/options/beside/_external_ids.html",
)
LEAVING = Option(
    "leaving_scope",
    OptionType.CHOICE,
    "When {a_left_one} leaves the filters",
    "Nothing is ever deleted on the other side because a filter changed.",
    section=SCOPE,
    default="stop",
    key="when_it_leaves_the_filter",
    old_keys=("leaving_scope",),
    reference="what happens to the {right_one} of {a_left_one} that leaves the filters",
    choices=(
        Choice(
            "stop",
            "Stop updating it",
            "Its {right_one} stays as it is. If the {left_one} comes back, it is updated again.",
        ),
        Choice(
            "mark",
            "Stop updating it and mark it with a tag",
            f"It gets the tag {LEFT_FILTER}, which a trigger or a view in {{right_system}} can act on. "
            "If the {left_one} comes back, the tag is removed.",
        ),
        Choice(
            "unlink",
            "Stop updating it and forget the link",
            "Its {right_one} stays as it is. If the {left_one} comes back, it is matched by {key} again.",
        ),
    ),
)
CREATE_IN_RIGHT = Option(
    "create_right",
    OptionType.YES_NO,
    "Create {right_system} {right_many} for {left_many} that have none",
    default=True,
    reference="whether to create what is missing in {right_system}",
    choices=yes_no(
        "Each {left_one} in scope that no {right_one} matches becomes {a_right_one}.",
        "{Left_many} without {a_right_one} are listed in each plan; only {right_many} that exist change.",
    ),
)
