"""Badges for states: word, icon and tone. Colours are set in the style sheet."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """The colours of the style sheet, each with a light and a dark variant."""

    GREEN = "green"
    ORANGE = "orange"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"
    PURPLE = "purple"
    SECONDARY = "secondary"


@dataclass(frozen=True, slots=True)
class Badge:
    """What the badge component accepts: any object with these attributes."""

    label: str
    tone: str = Tone.SECONDARY
    icon: str = ""


DEFAULT_ICONS = {
    Tone.GREEN: "circle-check",
    Tone.ORANGE: "alert-triangle",
    Tone.YELLOW: "player-pause",
    Tone.RED: "alert-octagon",
    Tone.BLUE: "info-circle",
    Tone.PURPLE: "eye",
    Tone.SECONDARY: "circle-dashed",
}
