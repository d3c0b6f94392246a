"""Answers of the sandbox fit the vendor's published OpenAPI document, where a copy of it is at hand.

SYNCADMIN_SPECS names the folder that holds didomi/didomi-platform-api-openapi.yml; by default it is looked for beside
the checkout. The document mixes two versions of OpenAPI, and forgets that most of its texts may be null.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from tests.connectors.sandbox.test_didomi import Clock, Platform

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("SYNCADMIN_SPECS") or ROOT.parent / "shared" / "specs")
DOCUMENT = SPECS / "didomi" / "didomi-platform-api-openapi.yml"
NO_DOCUMENT = f"no copy of the specification at {DOCUMENT} (SYNCADMIN_SPECS)"
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason=NO_DOCUMENT)

READS = {
    "/consents/users": "consents/users",
    "/consents/users/{id}": "consents/users/{user}",
    "/consents/events": "consents/events",
    "/consents/events/{id}": "consents/events/{event}",
    "/metadata/purposes": "metadata/purposes",
    "/metadata/vendors": "metadata/vendors",
    "/organizations/{id}": "organizations/{organization}",
}


class Loader(yaml.CSafeLoader):
    """Plain values only: dates are meant as text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


@pytest.fixture(scope="module")
def registry() -> Registry[Any]:
    document = yaml.load(DOCUMENT.read_text(), Loader)
    return Registry().with_resource("urn:vendor", Resource(document, DRAFT202012))


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running(Options(vendors=("didomi",))) as sandbox:
        yield Platform(sandbox.didomi, Clock())


@pytest.mark.parametrize("path", READS)
def test_an_answer_is_what_the_document_promises(path: str, registry: Registry[Any], platform: Platform) -> None:
    event = platform.collect("a@b.example", purposes={"newsletter": None}, preferences={"language": ["fr", "en"]})
    names = {"user": event["user"]["id"], "event": event["id"], "organization": platform.organization}
    platform.control("PUT", "settings", {"plain_lists": True})  # the document has arrays where the API gives envelopes
    query = {"organization_user_id": "a@b.example"} if path.startswith("/consents") else {}
    answer = platform.get(READS[path].format(**names), **query)
    escaped = path.replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    where = f"urn:vendor#/paths/{escaped}/get/responses/200/content/application~1json/schema"
    found = OAS30Validator({"$ref": where}, registry=registry).iter_errors(answer)
    assert [f"{error.json_path}: {error.message[:200]}" for error in found if error.instance is not None] == []
    assert answer


def test_a_session_is_one_of_the_document(registry: Registry[Any], platform: Platform) -> None:
    said = {"type": "api-key", "key": "sandbox-key", "secret": platform.endpoint.credentials["secret"]}
    answer = platform.call("POST", "sessions", said).json()
    schema = {"$ref": "urn:vendor#/components/schemas/sessions"}
    found = [error.message for error in OAS30Validator(schema, registry=registry).iter_errors(answer)]
    assert found == ["'secret' is a required property"], "it asks for the secret back, which no API gives"
