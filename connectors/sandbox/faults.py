"""Fault rules: which request shall go wrong, how, and how often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

MOMENTS = ("before", "after")


class BadRule(ValueError):
    """A fault rule that cannot be understood; the message names the part."""


@dataclass(slots=True)
class Rule:
    """Lets `skip` matching requests pass, then spoils the next `times`.

    method: an HTTP method or "*". path: a path template or a shell pattern of the raw path.
    answer: {status, headers, body} instead of the vendor's. timeout, reset: before|after the write took
    effect; a timeout holds the connection for `seconds` or until the rules are replaced, a reset closes it
    abruptly. malformed: the vendor's answer with a body cut in half. delay_ms: an additional delay.
    job: handed to the vendor, which applies it to the background job that the request starts.
    """

    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    answer: Mapping[str, Any] | None = None
    timeout: str | None = None
    reset: str | None = None
    malformed: bool = False
    delay_ms: float = 0
    job: Mapping[str, Any] | None = None
    seconds: float = 30
    seen: int = field(default=0)
    fired: int = field(default=0)

    def matches(self, method: str, template: str, path: str) -> bool:
        if self.method not in ("*", method):
            return False
        return self.path == template or fnmatchcase(path, self.path)

    def described(self) -> dict[str, Any]:
        """The rule as JSON, with how many requests matched (`seen`) and were spoiled (`fired`)."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def parse(rules: object) -> list[Rule]:
    """Rules from JSON: a list, one object, or {"rules": [...]}. Raises BadRule."""
    if isinstance(rules, Mapping):
        rules = rules.get("rules", [rules])
    if not isinstance(rules, list):
        raise BadRule("expected a list of rules")
    return [_rule(given) for given in rules]


def _rule(given: object) -> Rule:
    if not isinstance(given, Mapping):
        raise BadRule("a rule must be an object")
    allowed = {*Rule.__dataclass_fields__} - {"seen", "fired"}
    unknown = set(given) - allowed
    if unknown:
        raise BadRule(f"unknown {sorted(unknown)}; a rule knows {sorted(allowed)}")
    rule = Rule(**given)
    _check_types(rule)
    for name in ("timeout", "reset"):
        if getattr(rule, name) not in (None, *MOMENTS):
            raise BadRule(f"{name} must be before or after")
    kinds = ("answer", "timeout", "reset", "malformed", "delay_ms", "job")
    if not any(getattr(rule, name) for name in kinds):
        raise BadRule(f"a rule needs one of {', '.join(kinds)}")
    rule.method = rule.method.upper()
    return rule


def _check_types(rule: Rule) -> None:
    """Raises BadRule for a part of another type than the rule needs."""
    kinds: dict[str, Any] = {"method": str, "path": str, "times": int, "skip": int, "malformed": bool}
    kinds |= {"delay_ms": int | float, "seconds": int | float}
    kinds |= {"answer": dict | None, "job": dict | None, "timeout": str | None, "reset": str | None}
    for name, kind in kinds.items():
        if not isinstance(getattr(rule, name), kind):
            raise BadRule(f"{name} cannot be {getattr(rule, name)!r}")
    answer, job = rule.answer or {}, rule.job or {}
    if not (type(answer.get("status", 500)) is int and 200 <= answer.get("status", 500) <= 599):
        raise BadRule("the status of an answer is a number from 200 to 599")
    if not isinstance(answer.get("headers", {}), dict):
        raise BadRule("the headers of an answer are an object")
    rows, after = job.get("fail_rows", []), job.get("after_rows", 0)
    if type(after) is not int or not isinstance(rows, list) or not all(type(row) is int for row in rows):
        raise BadRule("after_rows is a number, fail_rows a list of numbers")


def pick(rules: Iterable[Rule], method: str, template: str, path: str) -> Rule | None:
    """The first rule that spoils this request. Side effect: every rule up to it counts the request."""
    for rule in rules:
        if rule.fired >= rule.times or not rule.matches(method, template, path):
            continue
        rule.seen += 1
        if rule.seen > rule.skip:
            rule.fired += 1
            return rule
    return None
