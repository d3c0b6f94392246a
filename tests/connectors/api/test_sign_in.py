"""Access tokens are asked for once, kept by the thread that may, and never shown."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import requests

from connectors.api.registry import CONNECTORS, connector_specs
from connectors.api.sign_in import BearerSignIn, Grant
from tests.connectors.api.contract import ConnectorContract
from tests.connectors.api.didomi.test_contract import TestDidomi as DidomiContract
from tests.connectors.api.outlook.test_contract import TestOutlook as OutlookContract
from tests.connectors.api.salesforce.test_contract import TestSalesforce as SalesforceContract
from tests.connectors.api.subjects import SUBJECTS, MemoryTokens
from tests.connectors.api.zendesk.test_contract import TestZendesk as ZendeskContract


class Desk:
    """Gives numbered tokens."""

    def __init__(self) -> None:
        self.given = 0

    def ask(self) -> Grant:
        self.given += 1
        return Grant(f"token-{self.given}", 600)


def refused(sign_in: BearerSignIn) -> requests.Response:
    """An answer that refused the token that is current now."""
    response = requests.Response()
    response.request = sign_in(requests.Request("GET", "https://example.com").prepare())
    return response


def in_another_thread(work: object) -> object:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()  # type: ignore[arg-type]


def test_a_token_is_asked_for_when_it_is_first_needed() -> None:
    desk = Desk()
    sign_in = BearerSignIn(desk.ask, None)
    assert desk.given == 0
    assert sign_in.grant().token == sign_in.grant().token == "token-1"


def test_only_the_first_of_several_refusals_of_one_token_asks_for_a_new_one() -> None:
    desk = Desk()
    sign_in = BearerSignIn(desk.ask, None)
    answers = [refused(sign_in) for _ in range(5)]
    assert all(sign_in.renew(answer) for answer in answers)
    assert desk.given == 2


def test_a_token_that_another_process_renewed_is_taken() -> None:
    desk, store = Desk(), MemoryTokens()
    sign_in = BearerSignIn(desk.ask, store)
    answer = refused(sign_in)
    store.set(orjson.dumps({"token": "theirs", "lifetime_seconds": 60, "origin": ""}).decode(), 60)
    assert sign_in.renew(answer)
    assert sign_in.grant().token == "theirs"
    assert desk.given == 1


def test_the_store_is_touched_by_the_thread_that_opened_the_connector_alone() -> None:
    """A database connection belongs to a thread."""
    desk, store = Desk(), MemoryTokens()
    sign_in = BearerSignIn(desk.ask, store)
    answer = refused(sign_in)
    kept = store.token
    in_another_thread(lambda: sign_in.renew(answer))
    assert store.token == kept
    sign_in.grant()
    assert store.token is not None
    assert "token-2" in store.token


def test_what_an_older_release_kept_is_ignored() -> None:
    store = MemoryTokens()
    store.set("just-a-token", 60)
    assert BearerSignIn(Desk().ask, store).grant().token == "token-1"


def test_a_grant_does_not_show_its_token() -> None:
    assert "token-1" not in repr(Desk().ask())


def test_every_vendor_is_held_to_the_contract() -> None:
    tested = {
        SalesforceContract: "salesforce",
        ZendeskContract: "zendesk",
        OutlookContract: "outlook",
        DidomiContract: "didomi",
    }
    assert all(issubclass(case, ConnectorContract) for case in tested if case is not DidomiContract)
    assert set(tested.values()) == set(SUBJECTS) == set(CONNECTORS)


def test_every_secret_of_a_vendor_is_declared_as_one() -> None:
    secrets = {s.key for spec in connector_specs() for m in spec.auth_methods for s in m.settings if s.secret}
    assert secrets == {"client_secret", "private_key", "api_token", "secret"}


def test_the_way_to_sign_in_that_ends_says_when() -> None:
    legacy = [m.legacy for spec in connector_specs() for m in spec.auth_methods if m.legacy]
    assert legacy == ["API tokens stop working on 30 April 2027; new ones can no longer be created."]
    assert all(not spec.auth_methods[0].legacy for spec in connector_specs())
