"""Whether a read that no longer finds records may be believed without a person."""

SHARE_PERCENT = 10
LEAST = 20


def too_many(known: int, lost: int, *, percent: int = SHARE_PERCENT, least: int = LEAST) -> bool:
    """Whether ``lost`` of ``known`` records is more than happens by itself: at least ``least``, and above the share."""
    return lost >= least and lost * 100 > known * percent


def sentence(system: str, known: int, lost: int) -> str:
    """Why the plan waits."""
    return (
        f"{lost:,} of {known:,} linked {system} records were not found, neither in the list nor by id. They were "
        f"deleted, or the connection's user may not see them any more: look in {system}. If they were deleted, "
        "approve this plan; else discard it and correct the permissions: records that are seen again stay synced."
    )
