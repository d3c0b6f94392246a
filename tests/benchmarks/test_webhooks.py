"""The burst of webhooks measures what it says. Times are looked at by people, never here."""

from __future__ import annotations

from pathlib import Path

from benchmarks import webhooks
from benchmarks.profiles import ZERO
from benchmarks.world import running


def test_a_burst_loses_no_event_and_is_written_in_batches(tmp_path: Path) -> None:
    with running(ZERO, 1, 400) as world:
        found = webhooks.measure(tmp_path, world, 300, 500)
    assert (found["stored"], found["written"], found["answers"]) == (300, 300, {"202": 300})
    assert found["calls"]["salesforce"] <= webhooks.most_calls(300) == 12
    assert webhooks.is_right(found)
    assert not webhooks.is_right({**found, "written": 299})
