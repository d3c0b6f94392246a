"""Buttons and sentences that name direction and consequence."""

from collections.abc import Mapping

from mappings.kinds.declaration import Names
from syncadmin.engine.steps import Action

_RIGHT = ((Action.CREATE_RIGHT, "create"), (Action.UPDATE_RIGHT, "update"), (Action.DELETE_RIGHT, "delete"))
_LEFT = ((Action.CREATE_LEFT, "create"), (Action.UPDATE_LEFT, "update"), (Action.DELETE_LEFT, "delete"))
_MEMBERSHIPS = ((Action.ADD_MEMBERSHIP, "add"), (Action.REMOVE_MEMBERSHIP, "remove"))
_ADDRESSES = ((Action.FREE_ADDRESS, "free"),)
_LINKS = ((Action.LINK, "link"), (Action.UNLINK, "put back and unlink"))


def approval(counted: Mapping[str, int], names: Names, *, made: str = "") -> str:
    """What writing a plan does: "Create 30 and update 97 organizations in Zendesk; link 12".

    ``made`` are the records that are created on the left where these are others than the kind's own: "leads".
    """
    others: dict[str, int] = (
        {Action.CREATE_LEFT: counted.get(Action.CREATE_LEFT, 0)} if made and made != names.left_many else {}
    )
    own: dict[str, int] = {action: number for action, number in counted.items() if action not in others}
    parts = [
        _side(own, _RIGHT, names.right_one, names.right_many, names.right_system),
        _side(own, _MEMBERSHIPS, "membership", "memberships", names.right_system),
        _side(own, _ADDRESSES, "address", "addresses", names.right_system),
        _primaries(own.get(Action.MAKE_PRIMARY, 0)),
        _side(own, _LEFT, names.left_one, names.left_many, names.left_system),
        _side(others, _LEFT, made.removesuffix("s"), made, names.left_system),
        _joined([f"{verb} {own[action]:,}" for action, verb in _LINKS if own.get(action)]),
    ]
    text = "; ".join(part for part in parts if part)
    return text[0].upper() + text[1:] if text else "Nothing to write"


def _side(counted: Mapping[str, int], verbs: tuple[tuple[Action, str], ...], one: str, many: str, system: str) -> str:
    found = [(verb, counted[action]) for action, verb in verbs if counted.get(action)]
    if not found:
        return ""
    noun = one if found[-1][1] == 1 else many
    return f"{_joined([f'{verb} {count:,}' for verb, count in found])} {noun} in {system}"


def _primaries(number: int) -> str:
    return f"make {number:,} {'membership' if number == 1 else 'memberships'} primary" if number else ""


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
