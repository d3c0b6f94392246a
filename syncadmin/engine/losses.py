"""Decides whether a read that no longer contains known records needs approval."""

SHARE_PERCENT = 10
LEAST = 20


def too_many(known: int, lost: int, *, percent: int = SHARE_PERCENT, least: int = LEAST) -> bool:
    """Whether ``lost`` of ``known`` records is suspicious: at least ``least`` of them and more than ``percent``."""
    return lost >= least and lost * 100 > known * percent


def sentence(system: str, known: int, lost: int) -> str:
    """Why the plan waits, and what to do."""
    return (
        f"{lost:,} of {known:,} linked {system} records were not found, neither in the list nor by id. They were "
        f"deleted, or the connection's user may not see them any more: look in {system}. If they were deleted, "
        "approve this plan; else discard it and correct the permissions: records that are seen again stay synced."
    )
