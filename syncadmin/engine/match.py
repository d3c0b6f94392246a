"""Matches records: by stored link, then by the id kept in the right record, then by key (S3.39, S3.5)."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mappings.kinds.declaration import Names
from mappings.rules.texts import plural


class How(StrEnum):
    """How two records were matched. Stored with the link and shown on the record's page."""

    DECISION = "decision"
    EXTERNAL_ID = "external_id"
    KEY = "key"
    CRITERION = "criterion"
    GROUP = "group"
    CREATED = "created"
    MERGED = "merged"


class MatchStatus(StrEnum):
    MATCHED = "matched"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the other side that may be the counterpart.

    ``linked_to`` is the left id that it is linked to, ``external_id`` the id stored in it, which may not be one of
    ours. ``left_alone``: a person decided that it stays without a counterpart.
    """

    id: str
    linked_to: str = ""
    external_id: str = ""
    left_alone: bool = False
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    status: MatchStatus
    right_id: str = ""
    how: How | None = None
    reason: str = ""


def find(
    left_id: str,
    key: str,
    *,
    by_external_id: Sequence[Candidate],
    by_key: Sequence[Candidate],
    rivals: Sequence[str],
    decision: str | None = None,
    lefts: Container[str] = (),
    takes_first: bool = False,
    names: Names,
) -> Match:
    """Match one left record that has no link.

    - ``by_external_id``, ``by_key``: the right records that store its id, or have its key.
    - ``rivals``: the other left records in scope with the same key.
    - ``decision``: a person's decision: a right id, "" to ignore the record, None without one.
    - ``lefts``: ids of existing left records. A right record that stores another one's id is not matched by key.
    - ``takes_first``: of several right records with the key, take the first by id, which is the oldest.

    Of several right records with the key, a single ``preferred`` one is taken.
    """
    left, right = names.left_system, names.right_system
    if decision is not None:
        if not decision:
            return Match(MatchStatus.IGNORED, reason="Somebody decided to leave this record alone")
        return Match(MatchStatus.MATCHED, decision, How.DECISION, "Linked by hand")
    if len(by_external_id) > 1:
        return _ambiguous(f"{len(by_external_id)} {right} records hold its {left} id")
    if by_external_id:
        found = by_external_id[0]
        if found.linked_to and found.linked_to != left_id:
            return _ambiguous(f"The {right} record with its {left} id is linked to another {left} record")
        if found.left_alone:
            return Match(
                MatchStatus.IGNORED,
                reason=f"Somebody decided to leave the {right} record with its id alone",
            )
        return Match(MatchStatus.MATCHED, found.id, How.EXTERNAL_ID, f"{right} holds its {left} id")
    if not key:
        return Match(MatchStatus.UNMATCHED)
    return _by_key(left_id, _first(left_id, by_key) if takes_first else by_key, rivals, lefts, names)


def _first(left_id: str, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """The first candidate that is free, if several are; else all of them."""
    free = [one for one in candidates if one.linked_to in ("", left_id) and not one.left_alone]
    return [min(free, key=lambda one: one.id)] if len(free) > 1 else candidates


def _by_key(
    left_id: str, by_key: Sequence[Candidate], rivals: Sequence[str], lefts: Container[str], names: Names
) -> Match:
    left, right = names.left_system, names.right_system
    if rivals:
        others = plural(len(rivals), f"other {left} record in scope has", f"other {left} records in scope have")
        return _ambiguous(f"{others} the same {names.key}")
    if by_key and all(one.left_alone for one in by_key):
        return Match(
            MatchStatus.IGNORED,
            reason=f"Somebody decided to leave the {right} record with this {names.key} alone",
        )
    by_key = [one for one in by_key if not one.left_alone]
    by_key = preferred if len(preferred := [one for one in by_key if one.preferred]) == 1 else by_key
    if len(by_key) > 1:
        return _ambiguous(f"{len(by_key)} {right} records have this {names.key}")
    if not by_key:
        return Match(MatchStatus.UNMATCHED)
    found = by_key[0]
    if found.linked_to and found.linked_to != left_id:
        return _ambiguous(f"The {right} record with this {names.key} is linked to another {left} record")
    if found.external_id and found.external_id != left_id and found.external_id in lefts:
        return _ambiguous(f"The {right} record with this {names.key} holds the id of another {left} record")
    return Match(MatchStatus.MATCHED, found.id, How.KEY, f"The {names.key} is the same")


def _ambiguous(reason: str) -> Match:
    return Match(MatchStatus.AMBIGUOUS, reason=reason)


def by_criterion(field: str, candidates: Sequence[Candidate], rivals: int, names: Names) -> Match:
    """Match by a further criterion (S1.21). ``candidates`` are free: no link or key connects them to another record.

    ``rivals`` is the number of other unmatched left records with the same value.
    """
    left, right = names.left_system, names.right_system
    if not candidates:
        return Match(MatchStatus.UNMATCHED)
    if len(candidates) > 1:
        return _ambiguous(f"{len(candidates)} {right} records have its {field}, and none its email")
    if rivals:
        return _ambiguous(f"{plural(rivals, f'other {left} record')} with its {field} could be the same one")
    return Match(MatchStatus.MATCHED, candidates[0].id, How.CRITERION, f"{field} is the same")
