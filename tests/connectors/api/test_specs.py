"""What a vendor declares of itself: names, nouns, what to do about its refusals, where its records are."""

import pytest

from connectors.api.registry import CONNECTORS, connector_spec, remedy


@pytest.mark.parametrize("kind", CONNECTORS)
def test_a_vendor_names_itself_its_objects_and_what_to_do_about_refusals(kind: str) -> None:
    spec = connector_spec(kind)
    assert spec.label
    assert all(noun.one and noun.many != noun.one for noun in spec.objects.values())
    assert spec.noun("Site__c").many == "Site__c records"
    assert all(text.endswith(".") and remedy(code) for code, text in spec.remedies.items())


def test_a_refusal_that_nobody_explains_has_no_remedy() -> None:
    assert remedy("NOBODY_KNOWS") == ""
