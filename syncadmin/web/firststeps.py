"""The first-run path: Connect, Check, Scope, Map, Plan, Go live. Pure: facts in, steps out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncadmin.web.badges import Tone


class StepProgress(StrEnum):
    """Where a step stands. WAITING: an earlier step comes first."""

    DONE = "done"
    NEXT = "next"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        return {StepProgress.DONE: "Done", StepProgress.NEXT: "Next", StepProgress.WAITING: "Later"}[self]

    @property
    def tone(self) -> str:
        return {StepProgress.DONE: Tone.GREEN, StepProgress.NEXT: Tone.BLUE, StepProgress.WAITING: Tone.SECONDARY}[self]

    @property
    def icon(self) -> str:
        return {
            StepProgress.DONE: "circle-check",
            StepProgress.NEXT: "arrow-right",
            StepProgress.WAITING: "circle-dashed",
        }[self]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of this installation. Numbers are counts of rows.

    ``sides_needed`` are the systems that the syncs join; ``many`` is what the first sync to add is about. The
    addresses are those of the sync that goes the way, its check and its runs, "" while there is none.
    """

    sides_connected: int
    sides_needed: int
    checked: int
    scoped: int
    mapped: int
    planned: int
    live: int
    many: str = "records"
    connections_url: str = ""
    list_url: str = ""
    add_url: str = ""
    sync_url: str = ""
    check_url: str = ""
    runs_url: str = ""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step. ``text`` says what is true now, ``url`` where it is done."""

    name: str
    state: StepProgress
    text: str
    action: str
    url: str


def first_steps(facts: Facts) -> list[FirstStep]:
    """The six steps in order. Exactly one is NEXT until all are DONE."""
    steps: list[FirstStep] = []
    for name, done, text, action, url in _path(facts):
        earlier_open = any(step.state is not StepProgress.DONE for step in steps)
        state = StepProgress.WAITING if earlier_open else StepProgress.DONE if done else StepProgress.NEXT
        steps.append(FirstStep(name, state, text, action, url))
    return steps


def _path(facts: Facts) -> list[tuple[str, bool, str, str, str]]:
    """Name, whether it is done, what is true now, the action, and where it happens."""
    connected = facts.sides_connected >= facts.sides_needed
    checked = connected and facts.checked >= facts.sides_connected
    connect = f"{facts.sides_connected} of {facts.sides_needed} systems connected."
    check = f"{facts.checked} of {facts.sides_connected} connections passed their last test."
    scope = f"Syncs set up: {facts.scoped:,}." if facts.scoped else "No sync connects the two systems yet."
    mapping = f"Fields mapped: {facts.mapped:,}." if facts.mapped else "No field is mapped yet. Names are synced."
    plan = f"Plans made: {facts.planned:,}." if facts.planned else "No plan was made yet. A plan writes nothing."
    live = f"Plans applied: {facts.live:,}." if facts.live else "Nothing was written to either system yet."
    sync = facts.sync_url or facts.list_url
    add = sync if facts.scoped else facts.add_url
    scoping = "Choose the records" if facts.scoped else f"Add a sync of {facts.many}"
    return [
        ("Connect", connected, connect, "Add a connection", facts.connections_url),
        ("Check", checked, check, "Test the connections", facts.check_url or facts.connections_url),
        ("Scope", facts.scoped > 0, scope, scoping, add),
        ("Map", facts.mapped > 0 or facts.planned > 0, mapping, "Map the fields", sync),
        ("Plan", facts.planned > 0, plan, "Make a plan", sync),
        ("Go live", facts.live > 0, live, "Read the plan and apply it", facts.runs_url),
    ]
