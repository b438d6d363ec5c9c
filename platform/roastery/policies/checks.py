"""Validators made from what they say: most rules are about one property of one type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from roastery.policies.model import Check, Problem, Resource, Settings
from roastery.policies.values import Node, Unproven


def shown(value: Any) -> str:
    """A value as a message shows it."""
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)


def fits(value: Any, allowed: tuple[Any, ...]) -> bool:
    """Equal to one of them; text without case, since Azure compares so."""
    if isinstance(value, str):
        return value.lower() in {one.lower() for one in allowed if isinstance(one, str)}
    return any(value is one or (value == one and type(value) is type(one)) for one in allowed)


def differs(node: Node, path: str, allowed: tuple[Any, ...], default: Any = None) -> Iterator[Problem]:
    """A problem unless the value, or what Azure takes in its place, is allowed."""
    found = node.at(path)
    value = default if found.value is None else found.value
    if not fits(value, allowed):
        wanted = " or ".join(shown(one) for one in allowed)
        yield Problem(found.path, f"is {shown(found.value)}, must be {wanted}")


def must_be(path: str, *allowed: Any, default: Any = None) -> Check:
    """The property has one of these values; `default` is what Azure takes where it is absent."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        del settings
        yield from differs(resource.properties, path, allowed, default)

    return check


def must_be_set(path: str, what: str = "must be set") -> Check:
    """The property is there and not empty."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        del settings
        found = resource.at(path)
        if found.value in (None, "", [], {}):
            yield Problem(found.path, f"is not set; {what}")

    return check


def at_least(path: str, setting: str, default: int = 0) -> Check:
    """The number is not below a setting."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        value = resource.get(path, default)
        if value < settings[setting]:
            yield Problem(path, f"is {value}, must be at least {settings[setting]}")

    return check


def refers(one: Resource, path: str, to: Resource) -> bool:
    """Whether a property was taken from another resource, or holds the same name as that one's."""
    if to.urn in one.leans_on(path):
        return True
    try:
        return one.word(path) == to.word(path) != ""
    except Unproven:
        return False


def every(*checks: Check) -> Check:
    """All of them."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        for one in checks:
            yield from one(resource, settings)

    return check


def by_type(checks: Mapping[str, Check]) -> Check:
    """The check of the resource's type."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        yield from checks[resource.type](resource, settings)

    return check


def in_each(
    parts: Mapping[str, Callable[[Resource], Iterator[Node]]],
    test: Callable[[Node, Settings], Iterator[Problem]],
) -> Check:
    """The same test on every part of a resource, such as each subnet of a network."""

    def check(resource: Resource, settings: Settings) -> Iterator[Problem]:
        for node in parts[resource.type](resource):
            yield from test(node, settings)

    return check


def itself(resource: Resource) -> Iterator[Node]:
    yield resource.properties


def elements(path: str) -> Callable[[Resource], Iterator[Node]]:
    return lambda resource: resource.each(path)
