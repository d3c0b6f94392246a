"""How a kind declares reference fields of new right records: which linked record fills each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from connectors.api.values import Condition, FieldType
from mappings.rules.configuration import FieldRule
from mappings.rules.texts import with_article

LINKED: Final = "linked"
"""What the option of ``Lookup.demanded`` says where nothing is made of what refers to no linked record."""
FOUND: Final = "@"
"""Before the name of a right field, among left values: the id of the record that it shall lead to."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A reference of the right record, filled with the counterpart of a record of the left system.

    The left record refers to that one by the id in ``by``. Its counterpart comes from syncs of ``kinds``, in which it
    is the right record. If none of them links it, ``object`` of the right system is searched for the text of the left
    field ``sought`` in the field ``among``; a single result is taken. Without a ``field`` it fills nothing, and only
    tells whether the left record refers to a linked one.
    """

    field: str
    label: str
    by: str
    kinds: tuple[str, ...]
    object: str
    sought: str
    among: str
    one: str
    many: str
    has: str
    """How records that were found are told apart from others, as in "2 accounts are named Acme"."""
    ambiguous: str
    """The code of the warning that several records could be it."""
    demanded: str = ""
    """The option that says ``linked`` where nothing is made of what names no linked record; "" where none does."""
    within: str = ""
    """The field of another look-up: a linked counterpart counts alone if it belongs to what that one's link led to,
    or if it belongs to nothing and the left record names nothing there."""

    where: tuple[Condition, ...] = ()
    """What else holds of a record that a search may find."""
    keeps: bool = False
    """It is never emptied, and what somebody chooses on the right stays until the left record names another one."""
    listed: str = ""
    """The option that says by hand where texts lead, an id for each; "" where there is none."""

    @property
    def unlinked(self) -> str:
        """Why nothing is made of a left record that refers to no linked record."""
        return f"It belongs to no record that is linked to {with_article(self.one)}"

    @property
    def value(self) -> str:
        """The left value that the reference is filled from."""
        return FOUND + self.field

    @property
    def rule(self) -> FieldRule:
        """The rule of the reference: it follows the left side; without a result the present value stays."""
        reference = FieldType.REFERENCE
        return FieldRule(
            self.value, self.field, left_type=reference, right_type=reference, label=self.label, on_change=self.keeps
        )


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A linked record and its parent, "" without one."""

    id: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The value for a reference, "" for nothing. ``warning`` says why if several records are possible."""

    id: str = ""
    linked: bool = False
    warning: str = ""


def by_links(lookup: Lookup, linked: Sequence[LinkedRecord], parent: str | None, right: str) -> Resolved | None:
    """The result of the links (S1.24, S1.25, A13, S1.36); None if they decide nothing and a search is needed.

    ``parent``: what the link of the enclosing look-up led to; "" if the left record refers to nothing there, None if
    that is not linked. ``right``: the noun for a right record.
    """
    fitting = [one for one in linked if not lookup.within or (parent is not None and one.parent == parent)]
    if len(fitting) == 1:
        return Resolved(fitting[0].id, linked=True)
    if len(linked) > 1:
        return Resolved(warning=_several(lookup, f"{len(linked)} {lookup.many} are linked to it", right))
    return None


def by_search(lookup: Lookup, sought: str, found: Sequence[str], right: str) -> Resolved:
    """The result of a search: the record found, nothing if there is none, or several."""
    if len(found) > 1:
        return Resolved(warning=_several(lookup, f"{len(found)} {lookup.many} {lookup.has} {sought}", right))
    return Resolved(found[0]) if found else Resolved()


def _several(lookup: Lookup, what: str, right: str) -> str:
    return f"Duplicate {lookup.one} records found: {what}. The {right} is linked to no {lookup.one}."
