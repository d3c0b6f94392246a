"""How a state looks on pages, for runs, steps and records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Status:
    """A label, a tone and an icon; ``advice`` says what to do next, "" if nothing.

    ``{n}`` in an advice stands for the names of a kind.
    """

    label: str
    tone: str = "secondary"
    icon: str = "circle-minus"
    advice: str = ""

    @property
    def word(self) -> str:
        """The label inside a sentence."""
        return self.label[:1].lower() + self.label[1:]
