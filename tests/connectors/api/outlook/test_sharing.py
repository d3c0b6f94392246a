"""What is shared of a mailbox and what is not (S2.6-S2.11, S2.26), and that nothing else is read (S2.8)."""

import json

import pytest
import requests

from connectors.api.errors import ConfigError, WatermarkExpired
from connectors.api.outlook.fields import CATEGORIES, IN_FOLDER, LINK
from connectors.api.values import Condition, Op, Outcome, Query, Write
from tests.connectors.api.subjects import by_tag
from tests.timeouts import HANG_SECONDS

FIELDS = ("displayName", "primaryEmail", CATEGORIES, LINK, IN_FOLDER)
OBJECT = "contact/ben@outlook.example"  # a mailbox without a shared folder
PRIVATE = ("displayName", "emailAddresses", "personalNotes")


@pytest.fixture
def ben(outlook):
    """The mailbox's sandbox, and calls that its user makes."""
    return Mailbox(outlook, OBJECT.partition("/")[2])


class Mailbox:
    def __init__(self, remote, address):
        self.remote, self.address = remote, address
        self.base = f"{remote.base_url}/users/{address}"

    def call(self, method, path, body=None):
        signed = {"Authorization": f"Bearer {self.remote.credentials['access_token']}"}
        headers = {**signed, "Prefer": 'IdType="ImmutableId"'}
        answer = requests.request(method, f"{self.base}/{path}", json=body, headers=headers, timeout=HANG_SECONDS)
        assert answer.ok, answer.text
        return answer.json() if answer.content else {}

    def made(self, path="contacts", **values):
        return self.call("POST", path, values)["id"]

    def move(self, id, folder):
        self.remote.control("POST", "move", {"mailbox": self.address, "id": id, "folder": folder})

    def read(self, connector, since=None):
        """Records by id, and the watermark."""
        pages = list(connector.read(Query(OBJECT, FIELDS, since=since)))
        return {record.ref.id: record for page in pages for record in page.records}, pages[-1].watermark


def create(connector, **values):
    result = by_tag(connector.write([Write(Op.CREATE, OBJECT, 1, None, values)]))[1]
    assert result.outcome is Outcome.DONE, result
    return result.id


def test_the_folder_is_made_with_the_first_contact_and_found_under_another_name(outlook, ben):
    connector = outlook.open()
    found, mark = ben.read(connector)
    assert found == {}
    first = create(connector, displayName="Ann", **{LINK: "003A"}, categories=["Salesforce"])
    found, mark = ben.read(connector, mark)
    assert found[first].values == {
        "displayName": "Ann", "primaryEmail": None, CATEGORIES: ["Salesforce"], LINK: "003A", IN_FOLDER: True
    }  # fmt: skip
    (folder,) = [row for row in ben.call("GET", "contactFolders")["value"] if row["displayName"] != "Family"]
    assert folder["displayName"] == "Salesforce Contacts"
    ben.call("PATCH", f"contactFolders/{folder['id']}", {"displayName": "Kunden"})
    second = create(outlook.open(), displayName="Bob")
    assert set(ben.read(connector, mark)[0]) == {second}
    assert set(ben.read(outlook.open())[0]) == {first, second}
    byname = Query(OBJECT, ("displayName",), where=(Condition(LINK, ("003A", "003B")),))
    assert [r.ref.id for page in connector.read(byname) for r in page.records] == [first]


def test_a_folder_that_its_user_has_made_is_ours_once_something_was_written_and_found_under_another_name(outlook, ben):
    made = ben.call("POST", "contactFolders", {"displayName": "salesforce contacts"})["id"]
    first = create(outlook.open(), displayName="Ann")
    ben.call("PATCH", f"contactFolders/{made}", {"displayName": "Kunden"})
    second = create(outlook.open(), displayName="Bob")
    found, _ = ben.read(outlook.open())
    assert {id: record.values[IN_FOLDER] for id, record in found.items()} == {first: True, second: True}


def test_a_folder_becomes_the_shared_one_by_its_name_until_it_is_marked(outlook, ben):
    """One that was renamed before anything was written is not ours; one that gets the name is, with what it holds."""
    connector = outlook.open()
    own = ben.call("POST", "contactFolders", {"displayName": "Own"})["id"]
    ann = ben.made(f"contactFolders/{own}/contacts", displayName="Ann")
    found, mark = ben.read(connector)
    assert found == {}
    for name, shared in (("Salesforce Contacts", {ann}), ("Own", set())):
        ben.call("PATCH", f"contactFolders/{own}", {"displayName": name})
        with pytest.raises(WatermarkExpired):
            ben.read(connector, mark)
        found, mark = ben.read(connector)
        assert set(found) == shared


def test_contacts_come_by_the_folder_or_by_the_category_and_leave_without_being_deleted(outlook, ben):
    connector = outlook.open()
    shared = create(connector, displayName="Ann")
    _, mark = ben.read(connector)
    moved, marked, private = ben.made(displayName="Moved"), ben.made(displayName="Marked"), ben.made(displayName="Own")
    (folder,) = [row["id"] for row in ben.call("GET", "contactFolders")["value"] if row["displayName"] != "Family"]
    ben.move(moved, folder)
    ben.call("PATCH", f"contacts/{marked}", {"categories": ["Salesforce"]})
    found, mark = ben.read(connector, mark)
    assert {id: record.values[IN_FOLDER] for id, record in found.items()} == {moved: True, marked: False}
    assert found[marked].values["displayName"] == "Marked"

    ben.move(shared, "contacts")
    ben.call("PATCH", f"contacts/{marked}", {"categories": []})
    ben.call("DELETE", f"contacts/{moved}")
    found, mark = ben.read(connector, mark)
    assert {id: record.deleted for id, record in found.items()} == {shared: False, marked: False, moved: True}
    assert found[shared].values == found[marked].values == {CATEGORIES: [], IN_FOLDER: False}
    assert private not in found
    assert ben.read(connector, mark)[0] == {}


def test_a_contact_that_has_the_category_elsewhere_is_moved_into_the_folder(outlook, ben):
    marked = ben.made(displayName="Marked", categories=["Salesforce", "Friends"])
    connector = outlook.open()
    write = Write(Op.UPDATE, OBJECT, 1, marked, {LINK: "003A"})
    assert by_tag(connector.write([write]))[1].outcome is Outcome.DONE
    found, _ = ben.read(connector)
    assert found[marked].values == {
        "displayName": "Marked", "primaryEmail": None, CATEGORIES: ["Salesforce", "Friends"], LINK: "003A",
        IN_FOLDER: True,
    }  # fmt: skip


def test_of_private_contacts_only_ids_and_categories_are_asked_for(outlook, ben, monkeypatch):
    """S2.8: every request and every answer is looked at."""
    connector = outlook.open()
    create(connector, displayName="Ann")
    names = [row["displayName"] for row in ben.call("GET", "contacts?$top=50")["value"]]
    answers = []
    session = connector._client.session
    session.hooks["response"].append(lambda response, **_: answers.append((response.request.url, response.text)))
    _, mark = ben.read(connector)
    ben.call("PATCH", f"contacts/{ben.made(displayName='Own')}", {"personalNotes": "secret"})
    ben.read(connector, mark)
    assert len(answers) > 8
    told = json.dumps([text for _, text in answers])
    assert names
    assert not [name for name in [*names, "Own", "secret"] if name in told]


def test_no_change_costs_a_call_for_each_folder_and_one_for_the_list_of_them(outlook, ben):
    connector = outlook.open()
    create(connector, displayName="Ann")
    _, mark = ben.read(connector)
    before = connector.calls
    assert ben.read(connector, mark)[0] == {}
    assert connector.calls - before == 1 + len(["shared", "default", "Family"])


def test_what_can_no_longer_be_told_is_read_as_a_whole(outlook, ben):
    connector = outlook.open()
    create(connector, displayName="Ann")
    _, mark = ben.read(connector)
    outlook.control("POST", "expire-delta-tokens")
    with pytest.raises(WatermarkExpired):
        ben.read(connector, mark)
    _, mark = ben.read(connector)
    (folder,) = [row["id"] for row in ben.call("GET", "contactFolders")["value"] if row["displayName"] != "Family"]
    ben.call("DELETE", f"contactFolders/{folder}")
    with pytest.raises(WatermarkExpired, match="deleted"):
        ben.read(connector, mark)
    with pytest.raises(WatermarkExpired):
        ben.read(connector, "2026-11-30T00:00:00Z")
    with pytest.raises(ConfigError):
        list(connector.read(Query(OBJECT, ("shoeSize",))))


def test_a_round_of_many_pages_tells_every_contact(outlook):
    outlook.control("PUT", "settings", {"delta_page": 5})
    pages = list(outlook.open().read(Query(outlook.subject.object, ("displayName",))))
    found = [record.values["displayName"] for page in pages for record in page.records]
    assert set(found) == {f"Shared {number}" for number in range(12)}


def test_links_of_many_changed_contacts_are_read_in_a_list(outlook, ben):
    connector = outlook.open()
    create(connector, displayName="First")
    _, mark = ben.read(connector)
    writes = [Write(Op.CREATE, OBJECT, n, None, {"displayName": f"N{n}", LINK: f"003{n}"}) for n in range(80)]
    assert {result.outcome for result in connector.write(writes)} == {Outcome.DONE}
    before = connector.calls
    found, _ = ben.read(connector, mark)
    assert {record.values[LINK] for record in found.values()} == {f"003{n}" for n in range(80)}
    assert connector.calls - before <= 6
