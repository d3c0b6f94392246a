"""What the Graph sandbox keeps across a restart, and what it makes of anything that may be sent."""

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.sandbox.options import Options
from connectors.sandbox.server import running
from tests.connectors.sandbox.graph.conftest import Graph
from tests.timeouts import HANG_SECONDS

PATHS = st.sampled_from(
    ["contacts", "contacts/x", "contacts/delta", "contactFolders", "contactFolders/contacts/contacts", "../$batch"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "surname", "x"]), inner),
    max_leaves=6,
)
BODIES = st.dictionaries(
    st.sampled_from(
        [
            "surname",
            "birthday",
            "emailAddresses",
            "homePhones",
            "homeAddress",
            "parentFolderId",
            "requests",
            "categories",
        ]
    ),
    VALUES,
    max_size=3,
)
QUERIES = st.dictionaries(
    st.sampled_from(["$select", "$top", "$skip", "$filter", "$expand", "$orderby", "$deltatoken", "$skiptoken"]),
    st.text(max_size=6) | st.sampled_from(["surname", "5", "eyJ4IjoxfQ=="]),
    max_size=2,
)


def test_a_state_file_brings_back_what_a_mailbox_held(tmp_path):
    options = Options(vendors=("graph",), state_file=str(tmp_path / "state.json"))
    with running(options) as sandbox, requests.Session() as session:
        graph = Graph(sandbox.graph, options.clock, session)
        box = f"users/{graph.endpoint.credentials['mailboxes'][0]}"
        folder = graph.made(f"{box}/contactFolders", displayName="Salesforce Contacts")
        kept, gone = (graph.made(f"{box}/contactFolders/{folder['id']}/contacts", givenName=name) for name in "ab")
        _, link, _ = graph.round(f"{box}/contactFolders/{folder['id']}/contacts/delta")
        graph.call("DELETE", f"{box}/contacts/{gone['id']}")
    with running(options) as sandbox, requests.Session() as session:
        graph = Graph(sandbox.graph, options.clock, session)
        assert graph.get(f"{box}/contacts/{kept['id']}")["givenName"] == "a"
        link = f"{graph.endpoint.base_url}/users/{link.partition('/users/')[2]}"
        assert graph.round(link)[0] == [{"id": gone["id"], "@removed": {"reason": "deleted"}}]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]), path=PATHS, body=BODIES, query=QUERIES)
def test_nothing_that_is_sent_breaks_it(graph, box, method, path, body, query):
    address = "$batch" if path == "../$batch" else f"{box}/{path}"
    signed = {"Authorization": f"Bearer {graph.endpoint.credentials['access_token']}"}
    url = f"{graph.endpoint.base_url}/{address}"
    answer = graph.session.request(method, url, params=query, json=body, headers=signed, timeout=HANG_SECONDS)
    assert answer.status_code < 500
    assert graph.control("GET", "stats")["internal_errors"] == 0
