"""Enums of the columns that say how a run was started."""

from __future__ import annotations

from enum import StrEnum

from django.db import models

from mappings.kinds.declaration import Names


class Trigger(models.TextChoices):
    """Why a run exists."""

    MANUAL = "manual", "Started by hand"
    AUTOMATIC = "automatic", "Automatic update"
    UNDO = "undo", "Undo of another run"


class RunDirection(StrEnum):
    """Which systems a run may write to, within what the mapping allows (A1)."""

    BOTH = "both"
    TO_RIGHT = "to_right"
    TO_LEFT = "to_left"


def direction_labels(names: Names) -> list[tuple[str, str]]:
    """The directions as choices of a form, with the systems of a kind."""
    return [
        (RunDirection.BOTH, "Both ways, as mapped"),
        (RunDirection.TO_RIGHT, f"Only to {names.right_system}"),
        (RunDirection.TO_LEFT, f"Only to {names.left_system}"),
    ]


def choices_of(words: type[StrEnum]) -> list[tuple[str, str]]:
    """The words of an enumeration as choices of a column."""
    return [(word.value, word.value) for word in words]
