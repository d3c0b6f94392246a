"""Measurements as Markdown tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.comparison import Comparison
from benchmarks.measure import Spent
from benchmarks.profiles import Profile
from benchmarks.scenarios import FIRST_LOAD, Measurement, Series
from benchmarks.subjects import Subject

HUNDRED_THOUSAND = 100_000
# Below this many records a tenth of a second of noise would pass for ten in 100,000.
ENOUGH_FOR_CPU = 10_000
NONE = "–"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything one call of the harness measured.

    ``start_ups`` is by profile name and subject, ``engine`` decisions a second by subject and kind of decision,
    ``pages`` how pages answered with a million rows behind them, if they were asked.
    """

    profiles: Sequence[Profile]
    start_ups: Mapping[tuple[str, Subject], Spent]
    series: Sequence[Series]
    comparisons: Sequence[Comparison]
    engine: Mapping[str, Mapping[str, int]]
    facts: Sequence[str]
    pages: Sequence[Mapping[str, Any]] = ()

    @property
    def wrong(self) -> list[str]:
        broken = [f"The page {page['page']} answered {page['status']}." for page in self.pages if page["status"] != 200]
        return [sentence for one in self.series for sentence in one.wrong] + broken


def document(found: Findings) -> str:
    """All tables, with the sentences that say what is wrong, if anything is."""
    parts = [_facts(found.facts)]
    for profile in found.profiles:
        parts += [f"### {profile.title}", profile.terms]
        for subject in Subject:
            series = [one for one in found.series if one.profile is profile and one.subject is subject]
            if series:
                parts += [f"#### {subject.heading}", *_of_subject(series, found.start_ups[profile.name, subject])]
        loads = [one for each in found.series for one in each.measurements if one.profile is profile]
        peers = [one for one in found.comparisons if one.profile is profile]
        parts += ["#### Against plain scripts", _peers(loads, peers)] if peers else []
    parts += ["### Deciding alone", _engine(found.engine)]
    parts += ["### Pages with a million rows behind them", _pages(found.pages)] if found.pages else []
    parts += ["### Checked", _verdict(found)]
    return "\n\n".join(parts) + "\n"


def _of_subject(series: Sequence[Series], empty: Spent) -> list[str]:
    own = [one for each in series for one in each.measurements]
    start_up = (
        f"A first run over two empty systems (start, sign-in, fields) takes {empty.seconds:.1f} s, "
        f"{empty.cpu_seconds:.1f} s of CPU and {_mb(empty)} MB."
    )
    waiting = [_waiting(own, empty)] if series[0].profile.waits else []
    return [start_up, *waiting, _cost(own, empty), _stages(own), _held(series)]


def _waiting(measurements: Sequence[Measurement], empty: Spent) -> str:
    """The start is taken off as CPU only: what an empty run waits for, the others wait for too."""
    head = ("Records", "Run", "Seconds", "Floor", "Seconds / floor", "without start")
    return _table(
        head,
        [
            (
                f"{one.records:,}",
                one.scenario,
                f"{one.spent.seconds:.1f}",
                f"{one.floor.seconds:.2f}",
                _ratio(one.spent.seconds, one.floor.seconds),
                _ratio(one.spent.seconds - empty.cpu_seconds, one.floor.seconds),
            )
            for one in measurements
        ],
    )


def _cost(measurements: Sequence[Measurement], empty: Spent) -> str:
    head = (
        "Records", "Run", "Written", "Calls", "Floor", "Calls / floor", "Calls per 100", "Own count", "429",
        "Seconds", "CPU s", "CPU s per 100,000", "Peak MB",
    )  # fmt: skip
    return _table(
        head,
        [
            (
                f"{one.records:,}",
                one.scenario,
                f"{one.written:,}",
                f"{one.calls.total:,}",
                f"{one.floor.calls:,}",
                _ratio(one.calls.total, one.floor.calls),
                f"{100 * one.calls.total / one.records:.2f}",
                f"{one.reported:,}",
                str(one.calls.rate_limited),
                f"{one.spent.seconds:.1f}",
                f"{one.spent.cpu_seconds:.1f}",
                _cpu_per_100k(one, empty),
                _mb(one.spent),
            )
            for one in measurements
        ],
    )


def _cpu_per_100k(one: Measurement, empty: Spent) -> str:
    if one.records < ENOUGH_FOR_CPU:
        return NONE
    own = max(0.0, one.spent.cpu_seconds - empty.cpu_seconds)
    return f"{own / one.records * HUNDRED_THOUSAND:.1f}"


def _stages(measurements: Sequence[Measurement]) -> str:
    """By the product's own clock; the rest is its start, its end, and what lies between the stages."""
    names = list(dict.fromkeys(name for one in measurements for name in one.stages))
    return _table(
        ("Records", "Run", *(f"{name}, s" for name in names), "rest, s"),
        [
            (
                f"{one.records:,}",
                one.scenario,
                *(f"{one.stages.get(name, 0.0):.1f}" for name in names),
                f"{one.spent.seconds - sum(one.stages.values()):.1f}",
            )
            for one in measurements
        ],
    )


def _held(series: Sequence[Series]) -> str:
    """What the sandbox itself says there is after the last run."""
    names = list(dict.fromkeys(name for one in series for name in one.held))
    head = ("Held in the end", *(f"{one.records:,} {one.subject}" for one in series))
    return _table(head, [(name, *(f"{one.held[name]:,}" for one in series)) for name in names])


def _peers(measurements: Sequence[Measurement], comparisons: Sequence[Comparison]) -> str:
    loads = {one.records: one for one in measurements if one.scenario == FIRST_LOAD and one.subject is Subject.ACCOUNTS}
    rows: list[tuple[str, ...]] = []
    for size, load in loads.items():
        others = [one for one in comparisons if one.records == size]
        if others:
            cells = (
                _number(load.calls.total),
                f"{load.spent.seconds:.1f}",
                _ratio(load.spent.seconds, load.floor.seconds),
            )
            rows.append((f"{size:,}", "SyncAdmin, first load", f"{load.written:,}", *cells, _mb(load.spent)))
            rows += [_peer_row(one, load) for one in others]
    return _table(("Accounts", "Program", "Written", "Calls", "Seconds", "Seconds / floor", "Peak MB"), rows)


def _peer_row(one: Comparison, load: Measurement) -> tuple[str, ...]:
    """A script that was given only a part is scaled up, and the row says so."""
    scale = one.records / one.tried
    about = "" if one.tried == one.records else "≈ "
    title = one.title if one.tried == one.records else f"{one.title} ({one.tried:,} tried, scaled up)"
    seconds = one.spent.seconds * scale
    return (
        f"{one.records:,}",
        title,
        f"{one.written:,}",
        about + _number(one.calls.total * scale),
        f"{about}{seconds:.1f}",
        about + _ratio(seconds, load.floor.seconds),
        _mb(one.spent),
    )


def _engine(found: Mapping[str, Mapping[str, int]]) -> str:
    words = list(dict.fromkeys(word for speeds in found.values() for word in speeds))
    head = ("Records a second, one core", *words)
    return _table(head, [(name, *(f"{speeds[word]:,}" for word in words)) for name, speeds in found.items()])


def _pages(answers: Sequence[Mapping[str, Any]]) -> str:
    rows = [(one["page"], f"{one['milliseconds']:.0f}", str(one["queries"])) for one in answers]
    return _table(("Page", "Milliseconds", "Queries"), rows)


def _verdict(found: Findings) -> str:
    if found.wrong:
        return "**Not everything is right:**\n\n" + "\n".join(f"- {sentence}" for sentence in found.wrong)
    runs = sum(len(one.measurements) for one in found.series)
    return (
        f"All {runs} runs were checked: every account in scope has its organization, every email its one user with the "
        "right organizations, every changed field arrived, there is none too many, and runs with nothing to write sent "
        "no write."
    )


def _facts(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    words = {"Run", "Program", "Records a second, one core", "Held in the end", "Page"}
    ruler = ["---" if name in words else "---:" for name in head]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, ruler, *rows))


def _ratio(value: float, lowest: float | None) -> str:
    return NONE if not lowest else f"{value / lowest:.2f}"


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _mb(spent: Spent) -> str:
    return f"{spent.peak_bytes / 1_000_000:.0f}"
