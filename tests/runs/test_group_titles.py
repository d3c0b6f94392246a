"""The headings of the groups of a plan: each says what its steps do, and no two are the same."""

from __future__ import annotations

from mappings.kinds.registry import kind_of
from syncadmin.engine.group_key import GroupKey
from syncadmin.engine.reason_codes import ReasonCode
from syncadmin.engine.steps import SKIP, Side, Verb
from syncadmin.runs.status import step_groups

ACCOUNTS = kind_of("accounts_organizations")
UPDATE, LINK = Verb.UPDATE.on(Side.RIGHT), Verb.LINK.on(Side.RIGHT)


def titles(*keys: GroupKey, **labels: str) -> list[str]:
    return step_groups.titles(keys, ACCOUNTS, labels)


def test_fields_with_one_label_are_told_apart_by_their_names() -> None:
    found = titles(GroupKey(UPDATE, fields=("phone",)), GroupKey(UPDATE, fields=("fields.phone",)))
    assert found == ["Only Phone changes in Zendesk (also phone)", "Only Phone changes in Zendesk (also fields.phone)"]


def test_no_two_headings_are_the_same_whatever_tells_the_groups_apart() -> None:
    many = tuple(f"fields.f{number:02}" for number in range(20))
    keys = (
        GroupKey(LINK, fields=("notes",)),
        GroupKey(LINK, fields=("notes",), replaces=True),
        GroupKey(UPDATE, fields=many, more=3, digest="a"),
        GroupKey(UPDATE, fields=many, more=3, digest="b"),
        GroupKey(UPDATE, fields=(*many[:19], "z"), more=3, digest="c"),
        *(GroupKey(SKIP, code) for code in ReasonCode),
        *(GroupKey(Verb.CONFLICT.on(Side.RIGHT), code) for code in (ReasonCode.BOTH_CHANGED, ReasonCode.VALUE)),
    )
    found = titles(*keys)
    assert len(set(found)) == len(keys)


def test_headings_that_differ_anyway_stay_short() -> None:
    assert titles(GroupKey(UPDATE, fields=("notes",)), GroupKey(UPDATE, fields=("name",))) == [
        "Only Notes changes in Zendesk",
        "Only Name changes in Zendesk",
    ]
