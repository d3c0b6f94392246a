"""The first-run path: Connect, Check, Scope, Map, Plan, Go live. Calculates its steps from facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from syncadmin.web.badges import Tone


class StepProgress(StrEnum):
    """The progress of a step. WAITING: an earlier step comes first."""

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
class Action:
    """An action of a step: a link, or with ``post`` a button for people with the ``ability``.

    ``part``: the response replaces the steps. ``asks``: title and text of a confirmation.
    """

    label: str
    url: str
    post: bool = False
    ability: str = "view"
    part: bool = False
    asks: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that prevents a step, and the page about it."""

    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts about this installation. Numbers count rows.

    - ``sides_needed``: the systems that the syncs connect; ``many``: the records of the first sync to add.
    - ``failed``: connections whose last test failed.
    - ``applied``: names of the syncs with a written plan; ``upcoming``: the sync to plan next with its state and
      advice, "" if all were written.
    - ``live``: number of syncs with automatic updates. Addresses are "" if there is none.
    """

    sides_connected: int
    sides_needed: int
    connections: int
    checked: int
    scoped: int
    mapped: int
    live: int
    applied: tuple[str, ...] = ()
    many: str = "records"
    failed: tuple[Note, ...] = ()
    upcoming: str = ""
    upcoming_text: str = ""
    upcoming_action: Action | None = None
    go_live_text: str = ""
    connections_url: str = ""
    test_url: str = ""
    list_url: str = ""
    add_url: str = ""
    sync_url: str = ""
    go_live_url: str = ""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step. ``text`` says what is true now; the first of the ``actions`` is the recommended one."""

    name: str
    state: StepProgress
    text: str
    actions: tuple[Action, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class _StepFacts:
    name: str
    done: bool
    text: str
    actions: tuple[Action, ...]
    notes: tuple[Note, ...] = ()


def first_steps(facts: Facts) -> list[FirstStep]:
    """The six steps in order. Exactly one is NEXT until all are DONE."""
    steps: list[FirstStep] = []
    for part in (_connect(facts), _check(facts), _scope(facts), _map(facts), _plan(facts), _go_live(facts)):
        earlier_open = any(step.state is not StepProgress.DONE for step in steps)
        state = StepProgress.WAITING if earlier_open else StepProgress.DONE if part.done else StepProgress.NEXT
        steps.append(FirstStep(part.name, state, part.text, part.actions, part.notes))
    return steps


def _connect(facts: Facts) -> _StepFacts:
    done = facts.sides_connected >= facts.sides_needed
    text = f"{facts.sides_connected} of {facts.sides_needed} systems connected."
    add = Action("Add a connection", facts.connections_url, ability="administer")
    return _StepFacts("Connect", done, text, (add,))


def _check(facts: Facts) -> _StepFacts:
    done = 0 < facts.connections <= facts.checked
    text = f"{facts.checked} of {facts.connections} connections passed their last test."
    which = "both connections" if facts.connections == 2 else f"all {facts.connections} connections"
    label = f"Test {which}" if facts.connections > 1 else "Test the connection"
    test = Action(label, facts.test_url, post=True, ability="operate", part=True)
    return _StepFacts("Check", done, text, (test,), () if done else facts.failed)


def _scope(facts: Facts) -> _StepFacts:
    if not facts.scoped:
        add = Action(f"Add a sync of {facts.many}", facts.add_url, ability="administer")
        return _StepFacts("Scope", False, "No sync connects the two systems yet.", (add,))
    return _StepFacts(
        "Scope", True, f"Syncs set up: {facts.scoped:,}.", (Action("Choose the records", facts.sync_url),)
    )


def _map(facts: Facts) -> _StepFacts:
    text = f"Fields mapped: {facts.mapped:,}." if facts.mapped else "No field is mapped yet. Names are synced."
    mapping = Action("Map the fields", facts.sync_url or facts.list_url)
    begun = bool(facts.mapped or facts.applied)
    return _StepFacts("Map", begun, text, (mapping,))


def _plan(facts: Facts) -> _StepFacts:
    if facts.applied:
        return _StepFacts("Plan", True, f"Written: {', '.join(facts.applied)}.", ())
    return _StepFacts("Plan", False, facts.upcoming_text, (facts.upcoming_action,) if facts.upcoming_action else ())


def _go_live(facts: Facts) -> _StepFacts:
    if not facts.applied:
        return _StepFacts("Go live", False, "Automatic updates are off. The first run is always manual.", ())
    asks = ("Write changes automatically?", facts.go_live_text)
    go = Action("Go live", facts.go_live_url, post=True, ability="administer", asks=asks)
    if facts.upcoming and facts.upcoming_action:
        text = f"Next: {facts.upcoming}. {facts.upcoming_text}"
        return _StepFacts("Go live", facts.live > 0, text, (facts.upcoming_action, go))
    return _StepFacts("Go live", facts.live > 0, "Changes can be written automatically from now on.", (go,))
