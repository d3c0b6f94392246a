"""Webhooks of Didomi over real HTTP: signed in, stored, taken by a run in batches, whatever their order (S4.15)."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import requests
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from connectors.models import Connection
from mappings.models import Sync
from syncadmin.inbox import credentials, services
from syncadmin.inbox.models import Delivery, Message, Receiver
from syncadmin.runs.choices import Trigger
from syncadmin.runs.models import Run
from syncadmin.runs.services import automatic
from syncadmin.runs.services import runs as run_services
from tests.timeouts import HANG_SECONDS
from tests.worlds.consents import Consents, statuses
from tests.worlds.interruptions import Killed, at_statement
from tests.worlds.runs import advance, counts, run


def die() -> None:
    raise Killed


EARLY, LATE = "2026-03-01T10:00:00Z", "2026-05-01T10:00:00Z"


class Hook:
    """Our receiver, as Didomi calls it."""

    def __init__(self, server: LiveServer, world: Consents) -> None:
        self.world, self.url = world, f"{server.url}/hooks/didomi/didomi"
        self.connection = Connection.objects.get(slug="didomi")
        self.client_id, self.secret = credentials.make(self.connection, by=None)

    def connect(self, *types: str) -> None:
        """The administrator enters our addresses in Didomi."""
        said = {"url": self.url, "token_url": f"{self.url}/token", "client_id": self.client_id}
        hook = {**said, "client_secret": self.secret, "types": list(types)}
        self.world.control(self.world.didomi, "POST", "webhooks", hook)

    def settle(self) -> dict[str, Any]:
        """Everything that Didomi had to send was sent."""
        return self.world.control(self.world.didomi, "POST", "settle")

    def token(self, **otherwise: str) -> requests.Response:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        return requests.post(f"{self.url}/token", data={**form, **otherwise}, timeout=HANG_SECONDS)

    def post(self, body: Any = None, token: str | None = None, raw: bytes | None = None) -> requests.Response:
        token = self.token().json()["access_token"] if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers["Content-Type"] = "application/json"
        given = {"data": raw} if raw is not None else {"json": body}
        return requests.post(self.url, headers=headers, timeout=HANG_SECONDS, **given)


@pytest.fixture
def sync(world: Consents) -> Sync:
    world.contact("Ada", "ada@acme.example")
    world.contact("Bob", "bob@acme.example")
    made = world.store()
    run(made)
    return made


@pytest.fixture
def hook(live_server: LiveServer, world: Consents, sync: Sync) -> Hook:
    return Hook(live_server, world)


def event(id: str, who: str, moment: str, **purposes: Any) -> dict[str, Any]:
    entity = {
        "id": id,
        "created_at": moment,
        "regulation": "gdpr",
        "user": {"id": f"device-{who}", "organization_user_id": who},
        "consents": {"purposes": [{"id": name, "enabled": on} for name, on in purposes.items()]},
    }
    return {"type": "event.created", "regulation": "gdpr", "parameters": {"entity": entity}}


def outcomes() -> dict[str, str]:
    """What became of each message, by the id of its event; with the code where there is one."""
    rows = Delivery.objects.values_list("message__entity", "state", "code")
    return {entity: f"{state} {code}".strip() for entity, state, code in rows}


def test_a_consent_arrives_in_salesforce_without_reading_didomi(world: Consents, sync: Sync, hook: Hook) -> None:
    hook.connect()
    world.control(world.didomi, "PUT", "settings", {"webhook_duplicates": 2})
    ada = world.collect("ada@acme.example", purposes={"newsletter": True}, preferences={"language": ["en", "fr"]})
    nobody = world.collect("nobody@acme.example", purposes={"newsletter": True})
    visitor = world.control(world.didomi, "POST", "collect", {"user_id": "cookie", "purposes": {"newsletter": True}})
    told = hook.settle()
    assert (told["pending"], told["parked"]) == (0, [])
    assert Message.objects.filter(type="event.created").count() == 3, "copies are one message"
    assert Message.objects.get(entity=ada["id"]).copies == 2

    world.control(world.didomi, "DELETE", "stats")
    started = run_services.start(sync, write=True, trigger=Trigger.AUTOMATIC, enqueue=False)
    assert counts(advance(started))["written"] == 1
    assert world.consents()["Ada"][:2] == (True, "en;fr")
    calls = world.calls(world.didomi)
    assert not [path for path in calls if "consents/events" in path], calls
    found = outcomes()
    assert found[ada["id"]] == "written"
    assert Delivery.objects.get(message__entity=ada["id"]).fields == [
        "Newsletter__c", "Languages__c", "Newsletter_Date__c",
    ]  # fmt: skip
    assert found[nobody["id"]] == "skipped no_match"
    assert found[visitor["id"]] == "skipped nobody"


def test_only_who_has_our_token_may_send_and_only_messages(hook: Hook) -> None:
    good = event("e1", "ada@acme.example", EARLY, newsletter=True)
    assert hook.token(client_secret="wrong").status_code == 401
    assert hook.token(grant_type="password").status_code == 400
    basic = requests.post(
        f"{hook.url}/token/",
        data={"grant_type": "client_credentials"},
        auth=(hook.client_id, hook.secret),
        timeout=HANG_SECONDS,
    )
    token = basic.json()["access_token"]
    assert basic.json()["expires_in"] == 3600
    for wrong in ("", "nonsense", token[:-2]):
        assert hook.post(good, token=wrong).status_code == 401
    assert hook.post(raw=b'{"type": "event.created"', token=token).status_code == 400
    assert hook.post(raw=b"[" * 100 + b"]" * 100, token=token).status_code == 400
    for body in ([], {}, {"type": 1}, {"type": "event.created"}, {"type": "event.created", "parameters__entity": 1}):
        assert hook.post(body, token=token).status_code == 400, body
    for moment in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30"):
        assert hook.post(event("e0", "ada@acme.example", moment), token=token).status_code == 400, moment
    headers, form = {"Authorization": "Basic \xe4"}, {"grant_type": "client_credentials"}
    assert requests.post(f"{hook.url}/token", form, headers=headers, timeout=HANG_SECONDS).status_code == 401
    file = {"file": b"x" * 300_000}
    assert requests.post(f"{hook.url}/token", form, files=file, timeout=HANG_SECONDS).status_code == 413, "nobody yet"
    assert hook.post({**good, "more": "x" * 300_000}, token=token).status_code == 413
    assert hook.post({"type": "notice.shown", "parameters": {}}, token=token).status_code == 202
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "multipart/form-data; boundary=x"}
    assert requests.post(hook.url, b"--x--", headers=headers, timeout=HANG_SECONDS).status_code == 400, "it is no form"
    file = {"file": b"x" * 300_000}
    assert requests.post(hook.url, files=file, timeout=HANG_SECONDS).status_code == 413, "read for nobody"
    assert hook.token(client_id="\0").status_code == 401
    assert requests.get(hook.url, timeout=HANG_SECONDS).status_code == 405
    assert [(row.type, row.known) for row in Message.objects.all()] == [("notice.shown", False)], "stored and listed"
    assert not Delivery.objects.exists()
    receiver = Receiver.objects.get()
    assert (receiver.refused, receiver.malformed > 5) == (3, True)
    assert hook.secret not in str(Receiver.objects.values())

    credentials.make(hook.connection, by=None)
    assert hook.post(good, token=token).status_code == 401, "a new secret ends the tokens of the old one"
    assert requests.post(f"{hook.url}x", json=good, timeout=HANG_SECONDS).status_code == 404


def test_order_and_copies_make_no_difference(world: Consents, sync: Sync, hook: Hook) -> None:
    """Any order, any duplicates, split over any number of runs: the same end state."""
    told = [
        event("e1", "ada@acme.example", EARLY, newsletter=True, offers=True),
        event("e2", "ada@acme.example", LATE, newsletter=False),
        event("e3", "ada@acme.example", "2026-04-01T12:00:00+02:00", newsletter=True),
        event("e4", "ada@acme.example", LATE, newsletter=True),
        event("e5", "bob@acme.example", LATE, newsletter=True),
        event("e6", "bob@acme.example", EARLY, newsletter=None),
    ]
    chance, seen = random.Random(4), set()
    spec = hook.connection.spec
    for _ in range(6):
        Message.objects.all().delete()
        world.edit(world.rows()["Ada"]["Id"], Newsletter__c=False, Newsletter_Date__c=None)
        world.edit(world.rows()["Bob"]["Id"], Newsletter__c=False, Newsletter_Date__c=None)
        sync.mirror.all().delete()
        sync.links.all().delete()
        sent = [*told, *chance.choices(told, k=4)]
        chance.shuffle(sent)
        for place, body in enumerate(sent):
            services.receive(hook.connection, spec.pushes, body)
            if place in (3, 7):
                run(sync)
        run(sync)
        seen.add(str(sorted(world.consents().items())))
        assert Message.objects.count() == len(told)
    assert seen == {
        str(
            [
                ("Ada", (False, None, "2026-05-01T10:00:00.000+0000")),
                ("Bob", (True, None, "2026-05-01T10:00:00.000+0000")),
            ]
        )
    }, "at the same moment the answer that withholds more stands"


def test_what_was_taken_back_does_not_come_back(world: Consents, sync: Sync, hook: Hook) -> None:
    first = world.collect("ada@acme.example", purposes={"newsletter": True}, created_at=EARLY)
    second = world.collect("ada@acme.example", purposes={"newsletter": False}, created_at=LATE)
    url = f"{world.didomi.base_url}/v1/consents/events/{second['id']}"
    keys = world.didomi.credentials
    headers = {"Authorization": f"Bearer {keys['access_token']}"}
    hook.connect()
    requests.delete(url, params={"organization_id": keys["organization_id"]}, headers=headers, timeout=HANG_SECONDS)
    hook.settle()
    for one in (second, first):
        body = {"type": "event.created", "regulation": "gdpr", "parameters": {"entity": one}}
        assert hook.post(body).status_code == 202, "it was late"
    run(sync)
    assert world.consents()["Ada"][0] is True

    world.forget("ada@acme.example")
    hook.settle()
    run(sync)
    assert statuses(sync)["ada@acme.example"] == "deleted"
    assert world.consents()["Ada"][0] is True, "what stands in Salesforce is kept and listed"


def test_a_worker_that_is_killed_loses_no_message_and_takes_none_twice(world: Consents, sync: Sync, hook: Hook) -> None:
    people = [f"p{number}@acme.example" for number in range(6)]
    for who in people:
        world.contact(who.partition("@")[0], who)
    run(sync)
    for number, who in enumerate(people):
        services.receive(hook.connection, hook.connection.spec.pushes, event(f"k{number}", who, LATE, newsletter=True))
    started = run_services.start(sync, write=True, enqueue=False)
    for statement in (30, 60, 90, 120, 200, 300):
        with suppress(Killed), at_statement(statement, die, again=True):
            advance(started)
        Run.objects.filter(pk=started.pk).update(lease_until=timezone.now())
    advance(started)
    assert sorted(name for name, held in world.consents().items() if held[0]) == [f"p{n}" for n in range(6)]
    assert set(outcomes().values()) == {"written"}
    posts = [n for path, n in world.calls(world.salesforce).items() if path.startswith(("PATCH", "POST"))]
    assert sum(posts) < 12, world.calls(world.salesforce)


def test_what_waits_starts_a_run_and_its_content_goes_after_its_time(
    world: Consents, sync: Sync, hook: Hook, settings: Any
) -> None:
    Sync.objects.filter(pk=sync.pk).update(automatic_updates=True)
    Connection.objects.update(last_check_ok=True)
    assert automatic.start_pushed() == 0
    started = time.monotonic()
    assert hook.post(event("e1", "ada@acme.example", LATE, newsletter=True)).status_code == 202
    assert time.monotonic() - started < HANG_SECONDS
    assert automatic.start_pushed() == 1
    settings.MESSAGE_DAYS = 0
    assert services.empty_old_messages() == 0, "what waits is kept"
    advance(sync.runs.latest("pk"))
    assert outcomes() == {"e1": "written"}
    assert services.empty_old_messages() == 1
    assert Message.objects.get().body == ""


def test_a_field_was_written_because_of_the_last_message_about_it(world: Consents, sync: Sync, hook: Hook) -> None:
    spec = hook.connection.spec
    for id, moment, said in (("a", LATE, True), ("b", EARLY, False)):
        services.receive(hook.connection, spec.pushes, event(id, "ada@acme.example", moment, newsletter=said))
    run(sync)
    assert outcomes() == {"a": "written", "b": "unchanged overtaken"}
    assert world.consents()["Ada"][0] is True


def test_a_status_that_lags_behind_its_events_replaces_nothing_newer(world: Consents, sync: Sync, hook: Hook) -> None:
    """S4.15: messages and reading converge, whichever of them is late."""
    hook.connect()
    world.collect("ada@acme.example", purposes={"newsletter": True})
    hook.settle()
    run(sync, full=True)
    assert world.consents()["Ada"][0] is True
    world.pass_time()
    world.control(world.didomi, "PUT", "settings", {"status_lags": True})
    world.collect("ada@acme.example", purposes={"newsletter": False})
    world.collect("bob@acme.example", purposes={"newsletter": True})
    hook.settle()
    for full in (False, True, True):
        run(sync, full=full)
        assert (world.consents()["Ada"][0], world.consents()["Bob"][0]) == (False, True), full
        assert set(statuses(sync).values()) == {"in_sync"}, "who is in no list yet was not deleted"
    world.pass_time()
    world.control(world.didomi, "PUT", "settings", {"status_lags": False})
    assert counts(run(sync, full=True))["planned"] == 0
    assert statuses(sync) == {"ada@acme.example": "in_sync", "bob@acme.example": "in_sync"}


def test_messages_that_come_at_once_are_all_stored_and_each_once(world: Consents, sync: Sync, hook: Hook) -> None:
    token = hook.token().json()["access_token"]
    bodies = [event(f"m{number % 20}", "ada@acme.example", LATE, newsletter=True) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda body: hook.post(body, token=token), bodies))
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["status"] for answer in answers) == ["known"] * 20 + ["stored"] * 20
    assert Message.objects.count() == Delivery.objects.count() == 20
    assert sum(Message.objects.values_list("copies", flat=True)) == 20
