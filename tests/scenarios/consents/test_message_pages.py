"""The page of messages, the credentials that it shows once, and the history of a person's consents."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from mappings.models import Sync
from syncadmin.inbox import services
from syncadmin.inbox.models import Receiver
from tests.scenarios.consents.test_webhooks import LATE, event
from tests.worlds.consents import Consents
from tests.worlds.runs import run

PAGE = "/connections/didomi/messages/"


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_page_shows_what_came_and_what_became_of_it(world: Consents, as_ada: Client, as_vera: Client) -> None:
    world.contact("Ada", "ada@acme.example")
    sync = world.store()
    run(sync)
    before = text(as_ada.get(PAGE))
    assert "No messages yet" in before
    assert "/hooks/didomi/didomi/token" in before
    assert "Last message never" in before

    spec = sync.left.spec
    for number, who in enumerate(("ada@acme.example", "nobody@acme.example")):
        services.receive(sync.left, spec.pushes, event(f"e{number}", who, LATE, newsletter=True))
    services.receive(sync.left, spec.pushes, {"type": "notice.shown", "parameters": {}})
    waiting = text(as_vera.get(PAGE))
    assert "Waiting 2, the oldest since" in waiting
    assert "Unknown types 1" in waiting
    run(sync)
    shown = text(as_vera.get(PAGE))
    assert "Received 3" in shown
    assert "Matched 1" in shown
    assert "Written 1" in shown
    assert "Skipped 1" in shown
    assert "Newsletter__c, Newsletter_Date__c" in shown
    assert "no record has its id" in shown
    assert "unknown type" in text(as_vera.get(f"{PAGE}?state=unknown"))
    only = text(as_vera.get(f"{PAGE}?record=ada@acme.example"))
    assert "nobody@acme.example" not in only.replace("Make", "")
    csv = as_vera.get(f"{PAGE}?format=csv")
    assert b"Written: Newsletter__c" in b"".join(csv.streaming_content)

    contact = world.rows()["Ada"]["Id"]
    for side, id in (("left", "ada@acme.example"), ("right", contact)):
        person = text(as_vera.get(f"/records/consents/{side}/{id}/"))
        assert "What was received about it" in person
        assert "purposes.newsletter: enabled" in person
        assert "Written: Newsletter__c, Newsletter_Date__c" in person
        assert "Do both sides agree? Yes" in person, "no choice of a language is no difference"


def test_the_secret_is_shown_once_to_administrators(world: Consents, as_ada: Client, as_olaf: Client) -> None:
    world.store()
    assert as_olaf.post(f"{PAGE}credentials/").status_code == 403
    answer = as_ada.post(f"{PAGE}credentials/")
    assert answer["Cache-Control"] == "no-store"
    secret = re.search(r'id="client-secret">([^<]+)<', answer.content.decode())
    assert secret
    assert Receiver.objects.get().client_id in answer.content.decode()
    assert secret.group(1) not in as_ada.get(PAGE).content.decode()
    assert as_ada.get("/connections/sf/messages/").status_code == 404
    assert Sync.objects.count() == 1
