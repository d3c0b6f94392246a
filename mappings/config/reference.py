"""The options table of the reference documentation, generated from the declarations of all kinds."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.config.options import of_any_kind
from mappings.kinds.declaration import Kind
from mappings.kinds.option import Option, OptionType
from mappings.kinds.registry import kinds
from mappings.kinds.wording import worded

HEAD = ("| Key | Kinds | Default | Meaning |", "|---|---|---|---|")


def table() -> list[str]:
    """The lines of the table, one an option: key, kinds that take it, default and meaning."""
    return [*HEAD, *(_row(option) for option in of_any_kind())]


def _row(option: Option) -> str:
    having = [kind for kind in kinds() if any(other.name == option.name for other in kind.options)]
    taken_by = "all" if len(having) == len(kinds()) else ", ".join(f"`{kind.slug}`" for kind in having)
    return f"| `{option.file_key}` | {taken_by} | {_default(option)} | {_meaning(option, having)} |"


def _default(option: Option) -> str:
    match option.initial:
        case bool(value):
            return "`true`" if value else "`false`"
        case None | "" | []:
            return "none"
        case list(names):
            return f"`[{', '.join(names)}]`"
        case value:
            return f"`{value}`"


def _meaning(option: Option, having: list[Kind]) -> str:
    text = worded(option.reference or option.help, *having).rstrip(".")
    lines = [f"{text[:1].upper()}{text[1:]}.", *(_choice(*each) for each in _choices(option.name, having))]
    return "<br>".join(line for line in lines if line)


def _choices(name: str, having: list[Kind]) -> Iterator[tuple[str, str]]:
    """The words of the option in all kinds that have it, each with what follows from it."""
    texts: dict[str, list[str]] = {}
    for kind in having:
        declared = next(option for option in kind.options if option.name == name)
        if declared.type in (OptionType.CHOICE, OptionType.TEXTS):
            for choice in declared.choices:
                line = worded(choice.consequence, *having)
                texts.setdefault(choice.value, [])
                texts[choice.value] += [] if line in texts[choice.value] else [line]
    return iter((word, " ".join(lines)) for word, lines in texts.items())


def _choice(word: str, line: str) -> str:
    return f"`{word}`: {line}"
