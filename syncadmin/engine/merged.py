"""A Salesforce record that was merged into another one (S1.39)."""

from dataclasses import dataclass

from syncadmin.engine.kinds.kind import Names


@dataclass(frozen=True, slots=True)
class Merged:
    """The loser of a merge: ``right_id`` is its counterpart, ``counterpart`` the winner's, "" without one."""

    master: str
    label: str
    right_id: str
    counterpart: str

    @property
    def hands_over(self) -> bool:
        """Whether the winner has the loser's counterpart, or is to have it."""
        return self.counterpart == self.right_id

    def reason(self) -> str:
        """What became of the loser."""
        return f"Merged into {self.label} ({self.master}) in Salesforce"

    def told(self, names: Names) -> str:
        """What became of the loser, and what a person does next about its counterpart."""
        one = names.right_one
        if not self.counterpart:
            return f"{self.reason()}, which is not synced; its {one} is left alone"
        return (
            f"{self.reason()}, which has {one} {self.counterpart}: merge {one} {self.right_id} into that one in "
            f"{names.right_system}, so that tickets and memberships go along"
        )
