"""Texts of buttons and sentences that name direction and consequence."""

from collections.abc import Iterable, Mapping

from mappings.kinds.declaration import Kind
from mappings.kinds.names import SideNames
from syncadmin.engine.steps import LINK, UNLINK, Operation, Side, Verb

# What is done to the records of a side, in the order of the sentence.
_VERBS = (Verb.CREATE, Verb.UPDATE, Verb.DELETE)
_LINKS = ((LINK, "link"), (UNLINK, "put back and unlink"))


def approval(counted: Mapping[Operation, int], kind: Kind, *, made: str = "") -> str:
    """What writing a plan does: "Create 30 and update 97 organizations in Zendesk; link 12".

    ``made`` is the plural of what is created on the left if that is not the kind's own object: "leads".
    """
    names = kind.names
    others = {Verb.CREATE.on(Side.LEFT)} if made and made != names.left_many else set()
    own = {operation: number for operation, number in counted.items() if operation not in others}
    alone = {operation: number for operation, number in counted.items() if operation in others}
    parts = [
        _of_side(own, names.of(Side.RIGHT), Side.RIGHT),
        *_of_relations(own, kind),
        _of_side(own, names.of(Side.LEFT), Side.LEFT),
        _of_side(alone, names.of(Side.LEFT)._replace(one=made.removesuffix("s"), many=made), Side.LEFT),
        _joined([f"{verb} {own[operation]:,}" for operation, verb in _LINKS if own.get(operation)]),
    ]
    text = "; ".join(part for part in parts if part)
    return text[0].upper() + text[1:] if text else "Nothing to write"


def _of_side(counted: Mapping[Operation, int], words: SideNames, side: Side) -> str:
    found = [(verb.value, counted.get(verb.on(side), 0)) for verb in _VERBS]
    return _counted(found, words.one, words.many, words.place)


def _of_relations(counted: Mapping[Operation, int], kind: Kind) -> list[str]:
    """A part for each relation, and one for each of its steps with a sentence of its own."""
    parts, sentences = [], []
    for relation in kind.relations:
        found = []
        for verb, step in relation.steps.items():
            number = counted.get(Verb(verb).on(Side(relation.side), relation.name), 0)
            if "{" not in step.button:
                found.append((step.button, number))
            elif number:
                noun = relation.one if number == 1 else relation.many
                sentences.append(step.button.format(count=f"{number:,}", noun=noun))
        parts.append(_counted(found, relation.one, relation.many, kind.names.of(relation.side).place))
    return parts + sentences


def _counted(numbers: Iterable[tuple[str, int]], one: str, many: str, system: str) -> str:
    found = [(verb, number) for verb, number in numbers if number]
    if not found:
        return ""
    noun = one if found[-1][1] == 1 else many
    return f"{_joined([f'{verb} {number:,}' for verb, number in found])} {noun} in {system}"


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
