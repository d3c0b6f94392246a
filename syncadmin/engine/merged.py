"""Records that were merged into another record, on either side (S1.39)."""

from dataclasses import dataclass

from mappings.kinds.declaration import Names


@dataclass(frozen=True, slots=True)
class Merged:
    """The loser of a merge on the left. ``right_id`` is its counterpart, ``counterpart`` that of the winner, "" without
    one.
    """

    master: str
    label: str
    right_id: str
    counterpart: str

    @property
    def transfers(self) -> bool:
        """Whether the winner has, or will get, the loser's counterpart."""
        return self.counterpart == self.right_id

    def reason(self, names: Names) -> str:
        """What happened to the loser."""
        return f"Merged into {self.label} ({self.master}) in {names.left_system}"

    def advice(self, names: Names) -> str:
        """What happened to the loser, and what to do about its counterpart."""
        one = names.right_one
        if not self.counterpart:
            return f"{self.reason(names)}, which is not synced; its {one} is left alone"
        if names.second_right:
            there = f"which has {one} {self.counterpart}"
            return f"{self.reason(names)}, {there}: {names.second_right.format(id=self.right_id)}"
        return (
            f"{self.reason(names)}, which has {one} {self.counterpart}: merge {one} {self.right_id} into that one in "
            f"{names.right_system}, so that tickets and memberships move with it"
        )


@dataclass(frozen=True, slots=True)
class MergedCounterpart:
    """The merge of a link's right record into ``winner``; "" with only a ``label`` if the winner is not known here.

    ``holder`` is the left record that is linked to the winner, "" without one.
    """

    winner: str
    label: str
    holder: str
    holder_label: str

    def advice(self, names: Names) -> str:
        """Why the link does not follow the merge, and what to do."""
        one, system = names.right_one, names.right_system
        into = f"{self.label} ({self.winner})" if self.label else f"{one} {self.winner}"
        merged = f"Its {one} was merged into {into} in {system}"
        if not self.holder:
            return f"{merged}, which is not synced: link this record with that {one} or another one"
        return (
            f"{merged}, which {self.holder_label} ({self.holder}) has: merge the two {names.left_many} in "
            f"{names.left_system}, or link this one with another {one}"
        )
