"""Names of pseudo-fields: they are requested like fields, but appear in no schema."""

from typing import Final

ATTACHED: Final = "@attached"
"""A field that every record has when it is fetched by name: how many of what (Noun) hang on it. What is
counted would be lost, or lose its place, with the record. Costly: about a call a record."""

MERGED_INTO: Final = "@merged_into"
"""A field that every record has when it is fetched by name, deleted ones too: the id of the record that it was merged
into, "" where it was not, or where the vendor does not tell. Up to two calls a record."""

ANY_ADDRESS: Final = "@any_address"
"""A field to ask for by a condition: any of the addresses that a record has, not its first one alone. Up to two calls
an address."""

LIST_VIEW: Final = "@list_view"
"""A field to ask for by a condition: a list that people keep in the pages of the system, by its name, with the records
that it shows now. ConfigError where it is not there, or not shown to the user of the connection. Up to three calls."""

LIST_VIEWS: Final = "@list_views/"
"""Before the name of an object: described in place of the object, the only field has its lists as choices."""
