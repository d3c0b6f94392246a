"""Answers of the Graph sandbox fit the vendor's published CSDL, where a copy of it is at hand.

SYNCADMIN_SPECS names the folder that holds graph/contacts-v1.0.csdl.xml; by default it is looked for beside the
checkout.
"""

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.connectors.sandbox.graph.test_contacts import ANN

ROOT = Path(__file__).parents[4]
SPECS = Path(os.environ.get("SYNCADMIN_SPECS") or ROOT.parent / "shared" / "specs")
DOCUMENT = SPECS / "graph" / "contacts-v1.0.csdl.xml"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason=f"no copy of the CSDL at {DOCUMENT} (SYNCADMIN_SPECS)")

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture(scope="module")
def types():
    """Properties of each type, those of its base type included."""
    schema = ElementTree.parse(DOCUMENT).getroot()
    declared = {node.get("Name"): node for tag in ("EntityType", "ComplexType") for node in schema.iter(tag)}

    def properties(name):
        node = declared[name]
        base = node.get("BaseType")
        inherited = properties(base.removeprefix("graph.")) if base else {}
        return inherited | {one.get("Name"): one.get("Type") for one in node.iter("Property")}

    return {name: properties(name) for name in declared}


def problems(types, type, value):
    """What of a value does not fit its type."""
    if value is None:
        return []
    if found := re.fullmatch(r"Collection\((.+)\)", type):
        if not isinstance(value, list):
            return [f"{value!r} is no collection"]
        return [line for entry in value for line in problems(types, found.group(1), entry)]
    if type == "Edm.String":
        return [] if isinstance(value, str) else [f"{value!r} is no string"]
    if type == "Edm.DateTimeOffset":
        return [] if MOMENT.fullmatch(value) else [f"{value!r} is no moment"]
    name = type.removeprefix("graph.")
    if name not in types:
        return []
    known = types[name]
    unknown = [f"{name} has no {part}" for part in value if part not in known and not part.startswith("@odata.")]
    return unknown + [line for part in set(value) & set(known) for line in problems(types, known[part], value[part])]


def test_contacts_folders_and_categories_fit_the_schema(graph, box, types):
    made = graph.made(f"{box}/contacts", **ANN)
    assert problems(types, "graph.contact", made) == []
    left_out = set(types["contact"]) - set(made)
    assert left_out == set(), "every property of the type is read"
    assert problems(types, "Collection(graph.contact)", graph.get(f"{box}/contacts")["value"]) == []
    delta = graph.get(f"{box}/contactFolders/contacts/contacts/delta")
    assert problems(types, "Collection(graph.contact)", delta["value"]) == []
    assert problems(types, "Collection(graph.contactFolder)", graph.get(f"{box}/contactFolders")["value"]) == []
    categories = graph.get(f"{box}/outlook/masterCategories")["value"]
    assert problems(types, "Collection(graph.outlookCategory)", categories) == []
    assert problems(types, "graph.contact", {"surname": 1, "x": 1}) != []
