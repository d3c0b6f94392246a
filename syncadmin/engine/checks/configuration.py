"""Checks of the configuration against the fields that were last read."""

from collections.abc import Iterator

from mappings.kinds.checks import Check
from mappings.kinds.findings import CheckLink, CheckSection, Finding, Severity
from mappings.kinds.subject import Gap, Subject
from mappings.rules.texts import plural

_MAPPING = (CheckLink("Open the mapping"),)
_FIELDS = (CheckLink("Open the mapped fields", detail="fields"),)


def configuration(subject: Subject, _: None = None) -> Iterator[Finding]:
    """Findings about mappings that do not fit their fields, and values that have no target."""
    setup = subject.setup
    if not setup.schemas_read:
        text = "The fields of at least one system were never read, so the mapping cannot be checked."
        yield Finding(Severity.LOOK, "Mapping", text, "Read the fields.", _MAPPING)
        return
    yield _fit(subject)
    if subject.creates_left and not setup.problem:
        yield _new_records(subject)
    for gap in setup.gaps:
        yield _gap(subject, gap)
    if setup.cautions:
        text = f"Something is left out of {plural(len(setup.cautions), 'mapped field', 'mapped fields')}."
        hint = "Read what each of them leaves out, and check that this is what you want."
        yield Finding(Severity.LOOK, "Values that are left out", text, hint, _FIELDS, setup.cautions, True)


def _fit(subject: Subject) -> Finding:
    setup = subject.setup
    if setup.problem:
        hint, links = "Nothing is read or written until it fits again.", (CheckLink("Correct the mapping"),)
        return Finding(Severity.BLOCKS, "Mapping", setup.problem, hint, links)
    if setup.mapped:
        fields = plural(setup.mapped, "mapped field", "mapped fields")
        others = "every filter and every tag fit" if subject.has_tags else "and every filter fit"
        text = f"{fields}, {others} the fields of both systems."
    else:
        verb = "is" if len(setup.built_in) == 1 else "are"
        text = f"No field is mapped yet; {' and '.join(setup.built_in)} {verb} synced."
    return Finding(Severity.FINE, "Mapping", text)


def _new_records(subject: Subject) -> Finding:
    """Required fields of a new left record that no mapping or default fills."""
    title, lacking = subject.say("New {news} in {left_system}"), subject.setup.lacking
    if lacking is None:
        text = subject.say(
            "The fields of {news} were not read yet, so it is not known which ones {left_system} requires."
        )
        return Finding(Severity.UNKNOWN, title, text, "Read the fields.", _MAPPING)
    if not lacking:
        text = subject.say("Every field that {left_system} requires of them is filled.")
        return Finding(Severity.FINE, title, text)
    fields = plural(len(lacking), "field", "fields")
    text = subject.say(
        "{left_system} requires {fields} of them that nothing fills. It would refuse each.", fields=fields
    )
    hint = subject.say("Map a field of {right_system} to each, or give it a default value in {left_system}.")
    return Finding(Severity.LOOK, title, text, hint, _FIELDS, lacking, True)


def _gap(subject: Subject, gap: Gap) -> Finding:
    """Values without a target in the value map (S3.25)."""
    number = len(gap.missing)
    text = f"{number:,} of {plural(gap.total, 'value', 'values')} {'has' if number == 1 else 'have'} no target."
    hint = "Give each a target. Until then the mapping decides: the record is not written, or this field is left out."
    if gap.back:
        text = subject.say("{text} {left_system} takes only the values of its own list.", text=text)
        hint = subject.say("Give each a target, or add the value in {left_system}.")
    return Finding(Severity.LOOK, gap.pair, text, hint, _FIELDS, gap.missing, True)


CONFIGURATION = Check("configuration", CheckSection.CONFIGURATION, configuration)
