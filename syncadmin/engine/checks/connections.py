"""Checks of both connections (S3.3), their systems and their remaining API calls."""

from collections.abc import Iterator
from dataclasses import replace

from mappings.kinds.checks import Check
from mappings.kinds.findings import CheckLink, CheckSection, Destination, Finding, Severity
from mappings.kinds.subject import Subject, System
from mappings.rules.texts import plural

# A test says less about today the older it is.
STALE_TEST_DAYS = 30
# The part of a daily allocation that may be used before it deserves a look.
NEARLY_USED_UP = 0.8


def connections(subject: Subject, _: None = None) -> Iterator[Finding]:
    """Findings about each connected system."""
    for system in _systems(subject):
        yield _connection(system)
        for remark in system.remarks:
            severity = Severity.LOOK if remark.serious else Severity.NOTE
            yield Finding(severity, remark.title.format(name=system.name), remark.text, remark.hint)
        yield from _allocation(system)
        yield from _rate(system)


def _systems(subject: Subject) -> tuple[System, ...]:
    """The systems of both sides; one system with the summed cost of the plan where both sides use the same
    connection.
    """
    left, right = subject.left, subject.right
    if left.name != right.name:
        return left, right
    needed = None if left.needed is None or right.needed is None else left.needed + right.needed
    return (replace(left, needed=needed),)


def _connection(system: System) -> Finding:
    title = f"Connection to {system.name}"
    links = (CheckLink(f"Open {system.name}", Destination.CONNECTION, system.side),)
    if not system.enabled:
        return Finding(Severity.BLOCKS, title, "It is switched off.", "Switch it on.", links)
    if system.passed is None:
        return Finding(Severity.LOOK, title, "It was never tested.", "Test both connections.", links)
    if not system.passed:
        text = system.failure or "Its last test failed."
        return Finding(Severity.BLOCKS, title, text, system.failure_hint or "Correct it, then test it.", links)
    days = int(system.age_days)
    text = f"Switched on; it passed its test {plural(days, 'day', 'days') + ' ago' if days else 'within 24 hours'}."
    if system.age_days > STALE_TEST_DAYS:
        return Finding(Severity.LOOK, title, text, "Test both connections.", links)
    return Finding(Severity.FINE, title, text)


def _allocation(system: System) -> Iterator[Finding]:
    used, limit = system.facts.get("daily_used"), system.facts.get("daily_limit")
    if used is None or limit is None:
        return
    title, left = f"API requests of {system.name}", limit - used
    text = f"{used:,} of {limit:,} requests of 24 hours were used {system.used_when}.{_needed(system)}"
    if system.needed is not None and system.needed > left:
        hint = "The run will pause at the limit and go on when requests are free again."
        yield Finding(Severity.LOOK, title, text, hint)
    elif left < limit * (1 - NEARLY_USED_UP):
        yield Finding(Severity.LOOK, title, text, f"See in {system.name} which app uses them.")
    else:
        yield Finding(Severity.FINE, title, text)


def _rate(system: System) -> Iterator[Finding]:
    a_minute = system.facts.get("rate_limit")
    if a_minute is not None:
        text = f"{plural(a_minute, 'request', 'requests')} a minute are allowed. SyncAdmin keeps below it."
        yield Finding(Severity.FINE, f"Rate limit of {system.name}", f"{text}{_needed(system)}")


def _needed(system: System) -> str:
    if system.needed is None:
        return ""
    return f" The waiting plan takes about {plural(system.needed, 'request', 'requests')}."


CONNECTIONS = Check("connections", CheckSection.CONNECTIONS, connections)
