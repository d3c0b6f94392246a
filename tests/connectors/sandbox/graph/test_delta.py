"""Delta queries of the Graph sandbox: rounds, removals, moves, repeated items, tokens that end."""

import pytest


@pytest.fixture
def folder(graph, box):
    return f"{box}/contactFolders/{graph.made(f'{box}/contactFolders', displayName='Salesforce Contacts')['id']}"


def ids(items):
    return [item["id"] for item in items]


def test_a_round_tells_all_and_the_next_one_what_changed(graph, box, folder):
    kept, changed, deleted = (graph.made(f"{folder}/contacts", givenName=name)["id"] for name in "abc")
    items, link, _ = graph.round(f"{folder}/contacts/delta?$select=givenName")
    assert ids(items) == [kept, changed, deleted]
    assert set(items[0]) == {"@odata.etag", "id", "givenName"}

    graph.call("PATCH", f"{box}/contacts/{changed}", {"title": "Dr"})
    graph.call("DELETE", f"{box}/contacts/{deleted}")
    made = graph.made(f"{folder}/contacts", givenName="d")["id"]
    items, later, _ = graph.round(link)
    assert {item["id"]: "@removed" in item for item in items} == {changed: False, deleted: True, made: False}
    assert graph.round(later)[0] == []
    assert ids(graph.round(link)[0]) == ids(items), "a link can be used again"


def test_a_move_leaves_one_folder_and_enters_the_other(graph, box, folder):
    made = graph.made(f"{box}/contacts", givenName="Ann")["id"]
    _, here, _ = graph.round(f"{folder}/contacts/delta")
    _, there, _ = graph.round(f"{box}/contactFolders/contacts/contacts/delta?$select=categories")
    mailbox, target = box.removeprefix("users/"), folder.rpartition("/")[2]
    graph.control("POST", "move", {"mailbox": mailbox, "id": made, "folder": target})
    items, here, _ = graph.round(here)
    assert (ids(items), "@removed" in items[0]) == ([made], False)
    items, there, _ = graph.round(there)
    assert items == [{"id": made, "@removed": {"reason": "deleted"}}]

    graph.control("POST", "move", {"mailbox": mailbox, "id": made, "folder": "contacts"})
    assert ["@removed" in item for item in graph.round(here)[0]] == [True]
    assert ["@removed" in item for item in graph.round(there)[0]] == [False]


def test_pages_lead_on_repeat_an_item_and_leave_what_changes_meanwhile_to_the_next_round(graph, box, folder):
    made = [graph.made(f"{folder}/contacts", givenName=str(n))["id"] for n in range(7)]
    sized = 'IdType="ImmutableId", odata.maxpagesize=3'
    first = graph.get(f"{folder}/contacts/delta", prefer=sized)
    assert ids(first["value"]) == made[:3]
    graph.call("PATCH", f"{box}/contacts/{made[6]}", {"title": "Dr"})
    rest, link, pages = graph.round(first["@odata.nextLink"], prefer=sized)
    assert (pages, ids(rest)) == (1, made[2:6])
    assert ids(graph.round(link)[0]) == [made[6]]


def test_tokens_end_and_a_foreign_one_is_refused(graph, box, folder):
    _, link, _ = graph.round(f"{folder}/contacts/delta")
    graph.control("POST", "expire-delta-tokens")
    answer = graph.call("GET", link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
    assert answer.headers["Location"].endswith("/contacts/delta")
    foreign = link.replace(folder.rpartition("/")[2], "contacts")
    assert graph.refused("GET", foreign) == (400, "SyncStateInvalid")
    assert graph.refused("GET", f"{folder}/contacts/delta?$deltatoken=x") == (400, "SyncStateInvalid")
    assert graph.refused("GET", f"{folder}/contacts/delta?$filter=x") == (400, "ErrorInvalidUrlQuery")


def test_folders_have_a_delta_of_their_own(graph, box):
    items, link, _ = graph.round(f"{box}/contactFolders/delta")
    assert [item["displayName"] for item in items] == ["Family"]
    graph.call("DELETE", f"{box}/contactFolders/{items[0]['id']}")
    assert graph.round(link)[0] == [{"id": items[0]["id"], "@removed": {"reason": "deleted"}}]
