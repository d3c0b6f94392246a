"""What a mapping takes its value from, on the page: suggested pairs, texts, templates; only if empty (S3.22)."""

from __future__ import annotations

import re

from django.test import Client

from mappings.models import FieldMapping, Sync
from mappings.schemas import Schemas
from tests.mappings.test_section_pages import PAGE, Post, pairs, send, text

__all__ = ["send"]


def test_suggested_pairs_are_added_by_one_click_and_not_suggested_again(send: Post, as_ada: Client, sync: Sync) -> None:
    page = text(as_ada.get(PAGE))
    value = re.findall(r'value="(pair:[^"|]+\|[^"]+)"', page)[0]
    left, _, right = value.removeprefix("pair:").partition("|")
    added = text(send("fields", action=value))
    assert f'name="left-0" value="{left}"' in added
    assert re.search(rf'<option value="{re.escape(right)}" selected', added)
    assert f'value="{value}"' not in added
    everything = text(send("fields", action="pair:"))
    assert everything.count('name="row"') > 1
    assert not FieldMapping.objects.filter(sync=sync), "nothing is saved by it"


def test_a_text_or_a_template_is_mapped_in_place_of_a_field(
    send: Post, as_ada: Client, sync: Sync, known: Schemas
) -> None:
    asked = text(send("fields", new_left="=", action="refresh"))
    assert 'name="new_text"' in asked
    typed = {"new_left": "=", "new_text": "{Name}, {Owner.Name}", "new_right": "fields.industry"}
    added = text(send("fields", action="add", **typed))
    assert "“{Name}, {Owner.Name}”" in added
    assert send("fields", **pairs(("={Name}, {Owner.Name}", "fields.industry"), action="save")).status_code == 302
    assert FieldMapping.objects.get(sync=sync).left == "={Name}, {Owner.Name}"
    shown = text(as_ada.get(f"{PAGE}try/"))
    assert re.search(r"<td>[^<]+, [^<]+</td> <td class=\"text-secondary\">“{Name}", shown)
    for source, right, problem in [
        ("={Nobody__c}", "fields.industry", "{Nobody__c} is no field of Salesforce"),
        ("=soon", "fields.contract_start", "soon"),
        ("=maybe", "fields.active_customer", "neither true nor false"),
        ("=", "fields.industry", "Type the text"),
    ]:
        refused = send("fields", **pairs((source, right), action="save"))
        assert refused.status_code == 422
        assert problem in text(refused)


def test_what_is_written_only_if_empty_goes_one_way(send: Post, sync: Sync, known: Schemas) -> None:
    only = pairs(("Site", "fields.industry"), action="save") | {"only_if_empty-0": "yes"}
    refused = send("fields", **{**only, "direction-0": "both"})
    assert "only if empty goes one way" in text(refused)
    send("fields", **only)
    assert FieldMapping.objects.get(sync=sync).only_if_empty
