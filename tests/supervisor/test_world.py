import yaml

from connectors.models import Connection
from mappings.config import store as config_store
from syncadmin.runs.services import removal
from syncadmin.supervisor import world

CREDENTIALS = {
    "salesforce": {
        "base_url": "http://127.0.0.1:1",
        "client_id": "a",
        "client_secret": "b",
        "access_token": "c",
        "pubsub": "127.0.0.1:5",
        "users": [{"id": "005000000000002AAA", "email": "o@x.example"}],
    },
    "zendesk": {"base_url": "http://127.0.0.1:2", "client_id": "d", "client_secret": "e", "access_token": "f"},
    "graph": {
        "base_url": "http://127.0.0.1:4/v1.0",
        "tenant_id": "j",
        "client_id": "k",
        "client_secret": "l",
        "mailboxes": ["o@x.example", "p@x.example"],
    },
    "didomi": {"base_url": "http://127.0.0.1:3", "organization_id": "g", "key_id": "h", "secret": "i"},
}


def test_a_first_start_gets_connections_and_the_syncs_between_them():
    configuration = yaml.safe_load(world.first_configuration(CREDENTIALS))
    slugs = {connection["slug"] for connection in configuration["connections"]}
    sides = {(sync["left"], sync["right"]) for sync in configuration["syncs"]}
    assert sides == {("sf", "zd"), ("sf", "sf"), ("zd", "sf"), ("didomi", "sf"), ("sf", "mail")}
    assert slugs == {"sf", "zd", "didomi", "mail"}
    assert configuration["connections"][0]["pubsub"] == "127.0.0.1:5"
    assert configuration["syncs"][-1]["mailboxes"] == [
        {"address": "o@x.example", "salesforce_user": "005000000000002AAA"},
        {"address": "p@x.example", "salesforce_user": ""},
    ]


def test_creating_records_in_salesforce_is_off_until_somebody_wants_it():
    """S3.C16: unwanted accounts in bulk are the worst first impression."""
    configuration = yaml.safe_load(world.first_configuration(CREDENTIALS))
    created = {sync.get("create_in_salesforce") for sync in configuration["syncs"]}
    assert created == {False, "nothing", None}
    assert {sync["upsert"] for sync in configuration["syncs"] if "upsert" in sync} == {False}


def test_other_ports_change_the_addresses_and_nothing_that_a_person_set(db: None):
    config_store.apply(world.first_configuration(CREDENTIALS))
    moved = yaml.safe_load(world.moved_configuration(CREDENTIALS))
    assert [connection["slug"] for connection in moved["connections"]] == ["sf", "zd", "didomi", "mail"]
    assert set(moved) == {"connections"}


def test_a_removed_demo_does_not_come_back_on_other_ports(db: None):
    config_store.apply(world.first_configuration(CREDENTIALS))
    removal.remove_demo(by="ada")
    assert not Connection.objects.exists()
    assert yaml.safe_load(world.moved_configuration(CREDENTIALS)) == {"connections": []}


def test_other_ports_are_taken_also_where_somebody_signs_in_another_way(db: None):
    config_store.apply(world.first_configuration(CREDENTIALS))
    Connection.objects.filter(slug="zd").update(auth="api_token", settings={"email": "a@b.example"}, secrets="")
    moved = {kind: {**keys, "base_url": f"{keys['base_url']}9"} for kind, keys in CREDENTIALS.items()}
    config_store.apply(world.moved_configuration(moved))
    assert Connection.objects.get(slug="zd").base_url == "http://127.0.0.1:29"
