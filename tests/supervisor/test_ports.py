import socket
from collections.abc import Iterator

import pytest

from syncadmin.supervisor import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind((ports.HOST, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_that_was_asked_for_by_number_is_refused_by_name(taken):
    with pytest.raises(ports.PortInUse, match=f"Port {taken} for web is in use"):
        ports.choose({"web": taken}, {})


@pytest.mark.parametrize("port, why", [(99_999, "is not a port"), (-1, "is not a port")])
def test_a_number_that_is_no_port_is_refused(port, why):
    with pytest.raises(ports.PortInUse, match=f"Port {port} for zendesk {why}.*--zendesk-port"):
        ports.choose({"web": 0, "zendesk": port}, {})


def test_one_port_for_two_parts_is_refused():
    free = ports.any_free()
    with pytest.raises(ports.PortInUse, match=f"Port {free} for salesforce is asked for twice"):
        ports.choose({"web": free, "salesforce": free}, {})


def test_a_taken_port_that_nobody_insisted_on_gives_way_to_the_next_free_one(taken):
    chosen = ports.choose({}, {"web": taken})
    assert taken < chosen["web"] < taken + ports.TRIES


def test_zero_asks_for_any_port_and_every_part_gets_its_own():
    chosen = ports.choose(dict.fromkeys(ports.PREFERRED, 0), {})
    assert all(chosen.values())
    assert len(set(chosen.values())) == len(ports.PREFERRED)


def test_two_parts_that_would_like_the_same_port_do_not_share_it():
    free = ports.any_free()
    chosen = ports.choose({}, dict.fromkeys(ports.PREFERRED, free))
    assert len(set(chosen.values())) == len(ports.PREFERRED)


def test_the_ports_of_the_last_start_are_remembered(tmp_path):
    assert ports.remembered(tmp_path) == {}
    ports.remember(tmp_path, {"web": 8123})
    assert ports.remembered(tmp_path) == {"web": 8123}
