"""Checks of what is set up: both connections, and a configuration that fits them. Asks nobody; facts in, checks out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from syncadmin.engine.checks.assessment import Check, Mark, Place, many

# A test says less about today the older it is.
STALE_TEST_DAYS = 30
# The part of a daily allocation that may be used before it deserves a look.
NEARLY_USED_UP = 0.8
# S3.10: where the vendor's own package needs preparation, and does not offer filters.
SMALL_EDITIONS = ("Group", "Professional", "Team")


@dataclass(frozen=True, slots=True)
class System:
    """One connection as it was last tested. ``passed`` is None while it never was; ``age_days`` is that test's age.

    ``limit`` and ``used`` are API requests a day, ``a_minute`` requests a minute, where the system says so;
    ``used_when`` is when it said how many are used.
    """

    name: str
    place: Place
    enabled: bool = True
    passed: bool | None = None
    age_days: float = 0.0
    failure: str = ""
    failure_hint: str = ""
    edition: str = ""
    is_sandbox: bool = False
    used: int | None = None
    used_when: str = "at the last test"
    limit: int | None = None
    a_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A mapped list of values, and those among them that have no target on the other side.

    ``back``: it is Zendesk's tags that the restricted picklist in Salesforce does not take.
    """

    pair: str
    missing: tuple[str, ...]
    total: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Making:
    """Records of an object that may be made in Salesforce, and the required fields that nothing would fill.

    ``lacking`` is None while the fields of that object were never read.
    """

    many: str
    lacking: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Setup:
    """The configuration beside the remote systems. ``problem`` is empty where it fits.

    ``cautions`` are sentences about mapped fields of which something is left out. ``built_in`` are the fields that are
    synced without being mapped. ``prepared`` is the object of the ``preparation`` fields; ``making`` is None while
    nothing is made in Salesforce. ``needed`` maps systems to the calls that the waiting plan takes; it is empty while
    no plan waits.
    """

    schemas_read: bool = True
    problem: str = ""
    mapped: int = 0
    built_in: str = "names"
    gaps: tuple[Gap, ...] = ()
    cautions: tuple[str, ...] = ()
    preparation: Mapping[str, bool] | None = None
    prepared: str = ""
    making: Making | None = None
    needed: Mapping[Place, int] | None = None


def connection_checks(systems: Sequence[System], needed: Mapping[Place, int] | None = None) -> list[Check]:
    """Whether each system can be talked to (S3.3), what its edition means (S3.10), and what may be asked of it."""
    found = []
    for system in systems:
        found.append(_connection(system))
        found += [check for check in (_edition(system), _sandbox(system)) if check]
        found += _budget(system, (needed or {}).get(system.place))
    return found


def configuration_checks(setup: Setup) -> list[Check]:
    """Whether the mapping fits the fields as they were last read."""
    if not setup.schemas_read:
        text = "The fields of at least one system were never read, so nothing can be said of the mapping."
        return [Check(Mark.LOOK, "Mapping", text, "Read the fields.", Place.MAPPING, "Open the mapping")]
    if setup.problem:
        hint = "Nothing is read or written until it fits again."
        fit = Check(Mark.BLOCKS, "Mapping", setup.problem, hint, Place.MAPPING, "Mend the mapping")
    else:
        text = f"{many(setup.mapped, 'mapped field')}, every filter and every tag fit the fields of both systems."
        fit = Check(
            Mark.FINE, "Mapping", text if setup.mapped else f"No field is mapped yet; {setup.built_in} are synced."
        )
    making = [_making(setup.making)] if setup.making else []
    prepared = _preparation(setup.preparation or {}, setup.prepared)
    cautions = [_caution(setup.cautions)] if setup.cautions else []
    return [fit, *making, *(_gap(gap) for gap in setup.gaps), *cautions, *prepared]


def _connection(system: System) -> Check:
    title = f"Connection to {system.name}"
    open_it = f"Open {system.name}"
    if not system.enabled:
        return Check(Mark.BLOCKS, title, "It is switched off.", "Switch it on.", system.place, open_it)
    if system.passed is None:
        return Check(Mark.LOOK, title, "It was never tested.", "Test both connections.", system.place, open_it)
    if not system.passed:
        text = system.failure or "Its last test failed."
        return Check(Mark.BLOCKS, title, text, system.failure_hint or "Mend it, then test.", system.place, open_it)
    text = f"Switched on; it passed its test {_age(system.age_days)}."
    if system.age_days > STALE_TEST_DAYS:
        return Check(Mark.LOOK, title, text, "Test both connections.", system.place, open_it)
    return Check(Mark.FINE, title, text)


def _age(days: float) -> str:
    if days < 1:
        return "within the last 24 hours"
    return f"{many(int(days), 'day')} ago"


def _edition(system: System) -> Check | None:
    if not system.edition:
        return None
    text = f"{system.edition}. Record types and picklist filters work with every edition here."
    hint = ""
    if system.edition.startswith(SMALL_EDITIONS):
        hint = "Zendesk's own package would need its preparation fields, and would offer no filters."
    return Check(Mark.NOTE, f"Edition of {system.name}", text, hint)


def _sandbox(system: System) -> Check | None:
    """S3.47."""
    if not system.is_sandbox:
        return None
    text = (
        "This org is a sandbox. Salesforce sends only system mail from there unless its deliverability is set to "
        '"All email".'
    )
    hint = (
        'Set it to "All email" in Setup, under Deliverability, if you count on mail from Salesforce. SyncAdmin sends '
        "its own, and the result of a run is always on its page."
    )
    return Check(Mark.LOOK, f"Mail from {system.name}", text, hint)


def _budget(system: System, needed: int | None) -> list[Check]:
    found = []
    if system.limit is not None and system.used is not None:
        found.append(_allocation(system, system.used, system.limit, needed))
    if system.a_minute is not None:
        text = f"Its plan allows {many(system.a_minute, 'request')} a minute. SyncAdmin keeps below it."
        if needed is not None:
            text += f" The waiting plan takes about {many(needed, 'request')}."
        found.append(Check(Mark.FINE, f"Rate limit of {system.name}", text))
    return found


def _allocation(system: System, used: int, limit: int, needed: int | None) -> Check:
    title, left = f"API requests of {system.name}", limit - used
    text = f"{used:,} of {limit:,} requests of 24 hours were used {system.used_when}."
    if needed is not None:
        text += f" The waiting plan takes about {many(needed, 'request')}."
    if needed is not None and needed > left:
        return Check(Mark.LOOK, title, text, "The run will pause at the limit and go on when requests are free again.")
    if left < limit * (1 - NEARLY_USED_UP):
        return Check(Mark.LOOK, title, text, "See which app uses them: Setup > System Overview in Salesforce.")
    return Check(Mark.FINE, title, text)


def _gap(gap: Gap) -> Check:
    text = f"{len(gap.missing):,} of {many(gap.total, 'value')} {'has' if len(gap.missing) == 1 else 'have'} no target."
    hint = "Give each a target, or their records are held back or lose this field, as the mapping says."
    if gap.back:
        text = f"{many(len(gap.missing), 'tag')} of {gap.total:,} {'is' if len(gap.missing) == 1 else 'are'} no value."
        hint = "Salesforce takes only the values of this picklist. Give each tag one, or add the value in Salesforce."
    return Check(Mark.LOOK, gap.pair, text, hint, Place.FIELDS, "Open the mapped fields", gap.missing, complete=True)


def _caution(cautions: tuple[str, ...]) -> Check:
    text = f"Of {many(len(cautions), 'mapped field')} something is left out."
    hint = "Read what each of them leaves out, and whether that is what you want."
    title, open_it = "Values that are left out", "Open the mapped fields"
    return Check(Mark.LOOK, title, text, hint, Place.FIELDS, open_it, cautions, complete=True)


def _making(making: Making) -> Check:
    """Salesforce refuses a new record whose required fields nobody fills."""
    title = f"New {making.many} in Salesforce"
    if making.lacking is None:
        text = f"The fields of {making.many} were never read, so nobody knows which ones Salesforce requires."
        return Check(Mark.UNKNOWN, title, text, "Read the fields.", Place.MAPPING, "Open the mapping")
    if not making.lacking:
        return Check(Mark.FINE, title, "Every field that Salesforce requires of them is filled.")
    text = f"Salesforce requires {many(len(making.lacking), 'field')} of them that nothing fills. It would refuse each."
    hint = "Map a field of Zendesk to each, or give it a default value in Salesforce."
    return Check(Mark.LOOK, title, text, hint, Place.FIELDS, "Open the mapped fields", making.lacking, complete=True)


def _preparation(fields: Mapping[str, bool], prepared: str) -> list[Check]:
    """S3.8 and S3.9: good to know, never in the way."""
    if not fields:
        return []
    there = sum(fields.values())
    text = f"{there} of {len(fields)} of Zendesk's own preparation fields are on the {prepared} object."
    hint = "SyncAdmin keeps this state itself; you need them only if Zendesk's package stays in use."
    listed = tuple(f"{name}: {'present' if is_there else 'missing'}" for name, is_there in fields.items())
    return [Check(Mark.NOTE, "Preparation fields", text, hint, examples=listed, complete=True)]
