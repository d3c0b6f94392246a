"""The "Why?" part of a record's page: each decision about the record, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncadmin.engine.people.groups import LinkRole
from syncadmin.engine.steps import Side
from syncadmin.runs.models import Run
from syncadmin.runs.pages.records.selectors import RecordFacts
from syncadmin.runs.pages.runs.step_rows import match_label
from syncadmin.runs.pipeline.shared.rests import GIVES_UP_AFTER
from syncadmin.runs.services import decisions
from syncadmin.runs.status.labels import names_of, systems
from syncadmin.runs.status.record_status import WITHOUT_COUNTERPART, RecordStatus, advice_of, record_status
from syncadmin.runs.status.run_status import waits_for_approval
from syncadmin.web.badges import Badge, Tone


@dataclass(frozen=True, slots=True)
class Explanation:
    """A question with its answer; ``at`` is when that was determined."""

    question: str
    badge: Badge
    text: str
    at: datetime | None = None
    run: int | None = None


def explanations(known: RecordFacts, advice: str = "") -> list[Explanation]:
    """The explanations in the order in which a run decides. ``advice`` replaces the usual one for unmatched records."""
    return [_read(known), _in_scope(known), _matched(known), _agreed(known), _next(known, advice)]


def _read(known: RecordFacts) -> Explanation:
    record, system = known.record, systems(names_of(known.sync))[Side(known.record.side)]
    if record.deleted:
        return Explanation(f"Is it in {system}?", Badge("Deleted", Tone.ORANGE, "trash"), "It was deleted there.")
    text = "As it was last read. It was last edited there"
    return Explanation(f"Is it in {system}?", Badge("Yes", Tone.GREEN), text, record.modified_at)


def _in_scope(known: RecordFacts) -> Explanation:
    question, names = "Is it in this sync?", names_of(known.sync)
    if known.record.side == Side.RIGHT and not known.left:
        return Explanation(
            question, Badge("Yes", Tone.GREEN), f"Every {names.right_one} of {names.right_system} is included."
        )
    left = known.left or known.record
    if left.in_scope:
        return Explanation(question, Badge("Yes", Tone.GREEN), f"The {names.left_one} is inside the filter.")
    return Explanation(
        question, Badge("No", Tone.SECONDARY, "filter-off"), left.reason or record_status(left.status).label
    )


def _matched(known: RecordFacts) -> Explanation:
    question, link = "Which record is its counterpart?", known.link
    if link is None:
        if known.decision and decisions.is_about_its_counterpart(known.decision):
            return Explanation(question, _decided(known), decisions.describe(known.decision), known.decision.at)
        status = record_status(known.record.status) if known.record.status in WITHOUT_COUNTERPART else None
        badge = Badge(status.label, status.tone, status.icon) if status else Badge("None yet", Tone.SECONDARY)
        return Explanation(
            question, badge, _sentence(known.record.reason) if status else "None was found or created yet."
        )
    name = str(known.other) if known.other else (link.right_id if known.record.side == Side.LEFT else link.left_id)
    text = f"{name}. {_sentence(link.reason or match_label(link.how, names_of(known.sync)))}"
    if known.other and known.other.deleted:
        system = systems(names_of(known.sync))[Side(known.other.side)]
        gone = Badge("Counterpart deleted", Tone.ORANGE, "trash")
        return Explanation(question, gone, f"{known.other} was deleted in {system}.")
    if not link.active:
        return Explanation(question, Badge("Proposed", Tone.PURPLE, "link"), f"{text} Linked when the plan is written.")
    return Explanation(question, Badge("Linked", Tone.GREEN, "link"), text)


def _agreed(known: RecordFacts) -> Explanation:
    question, link = "Do both sides agree?", known.link
    if known.other and known.other.deleted:
        return Explanation(question, Badge("Not compared", Tone.SECONDARY), "The other record is gone.")
    if link is None or not link.active:
        return Explanation(question, Badge("Not yet", Tone.SECONDARY), "They were never synced.")
    if link.role == LinkRole.DUPLICATE:
        names = names_of(known.sync)
        text = f"Another record of its {names.key} fills the {names.right_one}; none of its own fields is synced."
        return Explanation(question, Badge("Not compared", Tone.SECONDARY, "copy"), text)
    differing = [pair.label for pair in known.pairs if pair.differs]
    unfit = [pair.label for pair in known.pairs if pair.problem]
    if unfit and not differing:
        text = f"Values that do not fit: {', '.join(unfit)}. The rest was synced"
        return Explanation(question, Badge("No", Tone.ORANGE, "alert-triangle"), text, link.synced_at, link.run_id)
    if not differing:
        return Explanation(question, Badge("Yes", Tone.GREEN), "Last synced", link.synced_at, link.run_id)
    text = f"These differ: {', '.join(differing)}. They were last synced"
    return Explanation(question, Badge("No", Tone.BLUE, "arrows-diff"), text, link.synced_at, link.run_id)


def _next(known: RecordFacts, advice: str) -> Explanation:
    record, names = known.record, names_of(known.sync)
    status = record_status(record.status)
    badge = Badge(status.label, status.tone, status.icon)
    reason = _sentence(record.reason)
    if record.status == RecordStatus.REJECTED and record.failures >= GIVES_UP_AFTER:
        when = "it, the mapping, a field or the result of the connection's test has changed, and once a day"
        text = f"{reason} It was refused {record.failures} times in a row. It is tried again when {when}."
        return Explanation("What is next?", badge, text)
    if record.needs_planning and (run := _waiting_plan(known)):
        text = "The plan that waits for approval shows what would be written. It was made"
        return Explanation("What is next?", Badge("Planned", Tone.PURPLE, "eye-check"), text, run.planned_at, run.pk)
    if known.is_decided:
        text = "The value to keep was chosen. The next plan writes it to the other side."
        return Explanation("What is next?", Badge("Decided", Tone.PURPLE, "gavel"), text)
    if record.needs_planning and record.status in (RecordStatus.PENDING, RecordStatus.IN_SYNC):
        return Explanation(
            "What is next?", Badge("To be planned", Tone.BLUE, "clock"), advice_of(RecordStatus.PENDING, names)
        )
    advice = (record.status in WITHOUT_COUNTERPART and advice) or advice_of(record.status, names)
    text = f"{reason} {advice}".strip()
    return Explanation("What is next?", badge, text or "Nothing until it changes.")


def _waiting_plan(known: RecordFacts) -> Run | None:
    """The waiting plan that has a step for the record."""
    runs = (line.step.run for line in known.steps)
    return next((run for run in runs if waits_for_approval(run)), None)


def _decided(known: RecordFacts) -> Badge:
    alone = known.decision is not None and known.decision.leaves_alone
    return Badge("Left alone", Tone.SECONDARY, "hand-stop") if alone else Badge("Decided", Tone.PURPLE, "gavel")


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."
