"""Answers of the sandbox fit the vendor's published OpenAPI document, where a copy of it is at hand.

SYNCADMIN_SPECS names the folder that holds zendesk/zendesk-support-oas-src.yaml; by default it is looked
for beside the checkout.
"""

import os
from pathlib import Path

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.timeouts import HANG_SECONDS

ROOT = Path(__file__).parents[3]
SPECS = Path(os.environ.get("SYNCADMIN_SPECS") or ROOT.parent / "shared" / "specs")
DOCUMENT = SPECS / "zendesk" / "zendesk-support-oas-src.yaml"

NO_DOCUMENT = f"no copy of the specification at {DOCUMENT} (SYNCADMIN_SPECS)"

# the vendor's document is not part of the project; the run names what it leaves out
pytestmark = pytest.mark.skipif(not DOCUMENT.exists(), reason=NO_DOCUMENT)

# The document says these may not be null; every recorded answer of the vendor shows that they are.
NULL_AFTER_ALL = {
    *("alias", "signature", "details", "notes", "shared_phone_number", "last_login_at", "role_type"),
    *("custom_role_id", "default_group_id", "ticket_restriction", "email", "organization_id", "name"),
    *("phone", "type", "priority", "assignee_id", "group_id", "problem_id", "due_at", "recipient"),
    *("external_id", "custom_status_id", "satisfaction_rating", "forum_topic_id", "relationship_target_type"),
}

# It asks for these, which recorded results of jobs do not have: a place with what was made, an id with what was not.
MISSING_AFTER_ALL = {"CreateResourceResult": {"index"}, "FailedResult": {"id"}}


class Loader(yaml.CSafeLoader):
    """Plain values only: the document holds a bare `=`, and its dates are meant as text."""


Loader.add_constructor("tag:yaml.org,2002:value", lambda loader, node: node.value)
Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)


def loaded():
    return yaml.load(DOCUMENT.read_text(), Loader)


@pytest.fixture(scope="module")
def document():
    return loaded()


@pytest.fixture(scope="module")
def registry(document):
    return Registry().with_resource("urn:vendor", Resource(document, DRAFT202012))


def pointer(path, method, status):
    escaped = path.replace("/", "~1").replace("{", "%7B").replace("}", "%7D")
    return f"urn:vendor#/paths/{escaped}/{method}/responses/{status}/content/application~1json/schema"


def problems(registry, path, answer, method="get", status=None):
    reference = {"$ref": pointer(path, method, status or answer.status_code)}
    validator = OAS30Validator(reference, registry=registry)
    return [text for error in validator.iter_errors(answer.json()) for text in explained(error)]


def explained(error):
    """The reasons behind an error, without those the document is wrong about; of a choice, the nearest."""
    inside = set(map(str, error.absolute_path))
    if "results" in inside and inside & {"job_status", "job_statuses"}:
        return []  # a row fits two of the document's choices, or none: see row_problems
    if error.context:
        branches = {}
        for inner in error.context:
            branches.setdefault(inner.schema_path[0], []).extend(explained(inner))
        return min(branches.values(), key=len)
    leaf = str(error.absolute_path[-1]) if error.absolute_path else ""
    if error.instance is None and leaf in NULL_AFTER_ALL:
        return []
    if {"user_fields", "organization_fields", "custom_fields"} & inside:
        return []  # the document forgets booleans, lists and nulls as values of custom fields
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"]


def row_problems(document, row):
    """The reasons why a row of a job's results is none of those that the document knows."""
    name = "UpdateResourceResult" if "action" in row else "CreateResourceResult"
    name = "FailedResult" if row.get("success") is False else name
    schema = document["components"]["schemas"][name]
    required = [field for field in schema["required"] if field not in MISSING_AFTER_ALL.get(name, ())]
    return [error.message for error in OAS30Validator({**schema, "required": required}).iter_errors(row)]


READS = [
    ("/api/v2/organizations", "organizations"),
    ("/api/v2/organizations", "organizations?page[size]=5"),
    ("/api/v2/organizations/count", "organizations/count"),
    ("/api/v2/organizations/search", "organizations/search?name=x"),
    ("/api/v2/organizations/{organization_id}", "organizations/{organization}"),
    ("/api/v2/organizations/{organization_id}/related", "organizations/{organization}/related"),
    ("/api/v2/organizations/{organization_id}/merges", "organizations/{organization}/merges?page[size]=5"),
    ("/api/v2/organizations/show_many", "organizations/show_many?ids={organization}"),
    ("/api/v2/users", "users"),
    ("/api/v2/users/me", "users/me"),
    ("/api/v2/users/{user_id}", "users/{user}"),
    ("/api/v2/users/{user_id}/related", "users/{user}/related"),
    ("/api/v2/users/show_many", "users/show_many?ids={user}"),
    ("/api/v2/users/search", "users/search?query=a"),
    ("/api/v2/users/count", "users/count"),
    ("/api/v2/users/autocomplete", "users/autocomplete?name=ada"),
    ("/api/v2/deleted_users", "deleted_users"),
    ("/api/v2/users/{user_id}/identities", "users/{user}/identities"),
    ("/api/v2/users/{user_id}/identities/{user_identity_id}", "users/{user}/identities/{identity}"),
    ("/api/v2/organization_memberships", "organization_memberships"),
    ("/api/v2/organization_memberships", "organization_memberships?page[size]=5"),
    ("/api/v2/organization_memberships/{organization_membership_id}", "organization_memberships/{membership}"),
    ("/api/v2/user_fields", "user_fields"),
    ("/api/v2/user_fields/{user_field_id}", "user_fields/title"),
    ("/api/v2/organization_fields", "organization_fields"),
    ("/api/v2/organization_fields/{organization_field_id}", "organization_fields/tier"),
    ("/api/v2/organizations/autocomplete", "organizations/autocomplete?name=acme"),
    ("/api/v2/account/settings", "account/settings"),
    ("/api/v2/job_statuses", "job_statuses"),
    ("/api/v2/job_statuses/{job_status_id}", "job_statuses/{job}"),
    ("/api/v2/job_statuses/show_many", "job_statuses/show_many?ids={job}"),
    ("/api/v2/incremental/users", "incremental/users?start_time=0"),
    ("/api/v2/incremental/tickets", "incremental/tickets?start_time=0"),
    ("/api/v2/incremental/organizations", "incremental/organizations?start_time=0"),
    ("/api/v2/incremental/users/cursor", "incremental/users/cursor?start_time=0"),
    ("/api/v2/incremental/tickets/cursor", "incremental/tickets/cursor?start_time=0"),
    ("/api/v2/tickets", "tickets"),
    ("/api/v2/tickets/{ticket_id}", "tickets/1"),
    ("/api/v2/tickets/{ticket_id}/comments", "tickets/1/comments"),
    ("/api/v2/tickets/{ticket_id}/audits", "tickets/1/audits"),
    ("/api/v2/deleted_tickets", "deleted_tickets"),
    ("/api/v2/custom_statuses", "custom_statuses"),
    ("/api/v2/brands", "brands"),
    ("/api/v2/groups", "groups"),
    ("/api/v2/ticket_forms", "ticket_forms"),
    ("/api/v2/ticket_fields", "ticket_fields"),
    ("/api/v2/search", "search?query=type:ticket"),
    ("/api/v2/tickets/count", "tickets/count"),
    ("/api/v2/tickets/show_many", "tickets/show_many?ids=1"),
    ("/api/v2/search/count", "search/count?query=type:user"),
    ("/api/v2/search", "search?query=type:organization"),
    ("/api/v2/search/export", "search/export?query=*&filter[type]=user"),
    ("/api/v2/custom_objects", "custom_objects"),
    ("/api/v2/custom_objects/{custom_object_key}", "custom_objects/site"),
    ("/api/v2/custom_objects/{custom_object_key}/fields", "custom_objects/site/fields"),
    ("/api/v2/custom_objects/{custom_object_key}/records", "custom_objects/site/records?page[size]=5"),
    ("/api/v2/custom_objects/{custom_object_key}/records/count", "custom_objects/site/records/count"),
]


@pytest.mark.parametrize("path, address", READS, ids=[address for _, address in READS])
def test_a_read_fits_the_schema_of_its_path(desk, registry, path, address):
    answer = desk.get(address.format(**known_ids(desk)))
    assert answer.status_code == 200
    assert problems(registry, path, answer) == []


def known_ids(desk):
    """Something of each kind to ask for: a member with its identity, a job that has ended with a refused row."""
    membership = desk.get("organization_memberships").json()["organization_memberships"][0]
    user, organization = membership["user_id"], membership["organization_id"]
    identity = desk.get(f"users/{user}/identities").json()["identities"][0]["id"]
    job = desk.done(desk.post("organizations/create_many", {"organizations": [{"name": "New"}, {"name": ""}]}))
    found = {"user": user, "organization": organization, "identity": identity, "membership": membership["id"]}
    return {**found, "job": job["id"]}


NEW_USER = {"name": "Jo", "email": "jo@x.example"}
FIELD = {"key": "shoe_size", "title": "Shoe size", "type": "integer"}
WRITES = [
    ("post", "/api/v2/organizations", "organizations", {"organization": {"name": "Acme"}}),
    ("put", "/api/v2/organizations/{organization_id}", "organizations/{organization}",
     {"organization": {"notes": "new"}}),
    ("post", "/api/v2/organizations/create_or_update", "organizations/create_or_update",
     {"organization": {"name": "Acme", "external_id": "a"}}),
    ("post", "/api/v2/organizations/{organization_id}/merge", "organizations/{organization}/merge",
     {"organization_merge": {"winner_id": "{other}"}}),
    ("post", "/api/v2/users", "users", {"user": NEW_USER}),
    ("put", "/api/v2/users/{user_id}", "users/{user}", {"user": {"notes": "new"}}),
    ("post", "/api/v2/users/create_or_update", "users/create_or_update", {"user": NEW_USER}),
    ("delete", "/api/v2/users/{user_id}", "users/{loner}", None),
    ("put", "/api/v2/users/{user_id}/merge", "users/{loner}/merge", {"user": {"id": "{user}"}}),
    ("post", "/api/v2/users/{user_id}/identities", "users/{user}/identities",
     {"identity": {"type": "email", "value": "other@x.example"}}),
    ("put", "/api/v2/users/{user_id}/identities/{user_identity_id}", "users/{user}/identities/{identity}",
     {"identity": {"verified": True}}),
    ("put", "/api/v2/users/{user_id}/identities/{user_identity_id}/make_primary",
     "users/{user}/identities/{identity}/make_primary", None),
    ("put", "/api/v2/users/{user_id}/identities/{user_identity_id}/verify",
     "users/{user}/identities/{identity}/verify", None),
    ("post", "/api/v2/organization_memberships", "organization_memberships",
     {"organization_membership": {"user_id": "{loner}", "organization_id": "{other}"}}),
    ("put", "/api/v2/users/{user_id}/organization_memberships/{organization_membership_id}/make_default",
     "users/{user}/organization_memberships/{membership}/make_default", None),
    ("put", "/api/v2/users/{user_id}/organizations/{organization_id}/make_default",
     "users/{user}/organizations/{organization}/make_default", None),
    ("post", "/api/v2/user_fields", "user_fields", {"user_field": FIELD}),
    ("put", "/api/v2/user_fields/{user_field_id}", "user_fields/title", {"user_field": {"title": "Job"}}),
    ("post", "/api/v2/organization_fields", "organization_fields", {"organization_field": FIELD}),
    ("put", "/api/v2/organization_fields/{organization_field_id}", "organization_fields/tier",
     {"organization_field": {"title": "Level"}}),
    ("post", "/api/v2/tickets", "tickets", {"ticket": {"subject": "Help", "comment": {"body": "It is broken."}}}),
    ("put", "/api/v2/tickets/{ticket_id}", "tickets/1", {"ticket": {"status": "solved"}}),
    ("post", "/api/v2/ticket_fields", "ticket_fields", {"ticket_field": {"type": "text", "title": "Serial number"}}),
    ("post", "/api/v2/custom_statuses", "custom_statuses",
     {"custom_status": {"status_category": "open", "agent_label": "Called back"}}),
    ("post", "/api/v2/brands", "brands", {"brand": {"name": "Other", "subdomain": "other"}}),
    ("post", "/api/v2/groups", "groups", {"group": {"name": "Night shift"}}),
    ("post", "/api/v2/custom_objects/{custom_object_key}/records", "custom_objects/site/records",
     {"custom_object_record": {"name": "Plant", "custom_object_fields": {"city": "Kiel"}}}),
    ("post", "/api/v2/custom_objects/{custom_object_key}/jobs", "custom_objects/site/jobs",
     {"job": {"action": "create", "items": [{"name": "Plant"}]}}),
]  # fmt: skip
JOBS = [
    ("post", "organizations/create_many", {"organizations": [{"name": "B"}, {"name": ""}]}),
    ("put", "organizations/update_many", {"organizations": [{"id": "{organization}", "notes": "b"}, {"id": 7}]}),
    ("delete", "organizations/destroy_many?ids={other},7", None),
    ("post", "users/create_many", {"users": [NEW_USER, {"name": ""}]}),
    ("post", "users/create_or_update_many", {"users": [NEW_USER, {"name": ""}]}),
    ("put", "users/update_many", {"users": [{"id": "{user}", "notes": "b"}, {"id": 7}]}),
    ("delete", "users/destroy_many?ids={loner},7", None),
    ("post", "organization_memberships/create_many", {"organization_memberships": [
        {"user_id": "{loner}", "organization_id": "{other}"}, {"user_id": 7, "organization_id": "{other}"}]}),
    ("post", "tickets/create_many", {"tickets": [{"comment": {"body": "a"}}, {"subject": "nothing said"}]}),
    ("put", "tickets/update_many", {"tickets": [{"id": 1, "priority": "low"}, {"id": 987654}]}),
    ("delete", "tickets/destroy_many?ids=1,987654", None),
    ("delete", "organization_memberships/destroy_many?ids={membership},7", None),
]  # fmt: skip


def filled(given, ids):
    """The body or address with ids in place of their names."""
    match given:
        case dict():
            return {name: filled(value, ids) for name, value in given.items()}
        case list():
            return [filled(value, ids) for value in given]
        case str() if given.startswith("{"):
            return ids[given.strip("{}")]
        case _:
            return given


def more_ids(desk):
    """Beside what is known: another organization, and somebody in none."""
    other, loner = desk.organization(name="Other"), desk.user(name="Loner", email="loner@x.example")
    return {**known_ids(desk), "other": other["id"], "loner": loner["id"]}


@pytest.mark.parametrize(
    "method, path, address, body", WRITES, ids=[f"{method} {address}" for method, _, address, _ in WRITES]
)
def test_a_write_fits_the_schema_of_its_path(desk, registry, method, path, address, body):
    ids = more_ids(desk)
    answer = desk.call(method.upper(), address.format(**ids), filled(body, ids))
    assert answer.ok, answer.text
    assert problems(registry, path, answer, method) == []


@pytest.mark.parametrize("method, address, body", JOBS, ids=[address for _, address, _ in JOBS])
def test_a_job_fits_its_schema_when_it_starts_and_when_it_has_ended(desk, document, registry, method, address, body):
    """One row of each is refused, or is not there."""
    ids = more_ids(desk)
    started = desk.call(method.upper(), address.format(**ids), filled(body, ids))
    assert problems(registry, f"/api/v2/{address.partition('?')[0]}", started, method) == []
    rows = desk.done(started)["results"]
    assert len(rows) == 2
    assert [problem for row in rows for problem in row_problems(document, row)] == []
    ended = desk.get(f"job_statuses/{started.json()['job_status']['id']}")
    assert problems(registry, "/api/v2/job_statuses/{job_status_id}", ended) == []


def test_the_token_endpoint_answers_with_the_documented_status_and_body(desk, registry):
    credentials = desk.endpoint.credentials
    body = {"grant_type": "client_credentials", "scope": "read"}
    body |= {name: credentials[name] for name in ("client_id", "client_secret")}
    answer = desk.session.post(f"{desk.endpoint.base_url}/oauth/tokens", json=body, timeout=HANG_SECONDS)
    assert problems(registry, "/oauth/tokens", answer, "post") == []


def test_every_path_of_the_sandbox_is_one_of_the_vendors(document, desk):
    from connectors.sandbox.zendesk.app import routes

    def shape(path):
        return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))

    known = {shape(path) for path in document["paths"]}
    # not in this document: nested lists, counts, webhooks and the pages for people
    prose = ("/tags", "/users/{}/", "/organizations/{}/", "/count", "_fields/{}/options", "/oauth/authorizations")
    prose += ("/agent/", "/incremental/custom_objects/", "/api/v2/webhooks")
    own = {shape(route.path) for route in routes() if not route.path.startswith("/_sandbox")}
    strange = {path for path in own - known if not any(part in path for part in prose)}
    assert strange == {"/{}"}
