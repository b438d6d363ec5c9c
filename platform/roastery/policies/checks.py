"""Building blocks for checks: most policies are about one property of one resource type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from roastery.policies.model import DeclaredResource, PolicySettings, ResourceCheck, Violation
from roastery.policies.values import PropertyNode, UnprovenError


def format_value(value: Any) -> str:
    """A value as it is written in a message."""
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)


def is_allowed(value: Any, allowed: tuple[Any, ...]) -> bool:
    """Whether a value is one of the allowed ones; text is compared without case, as Azure does."""
    if isinstance(value, str):
        return value.lower() in {option.lower() for option in allowed if isinstance(option, str)}
    return any(value is option or (value == option and type(value) is type(option)) for option in allowed)


def require_allowed(
    node: PropertyNode, path: str, allowed: tuple[Any, ...], default: Any = None
) -> Iterator[Violation]:
    """A violation unless the value, or the default that Azure uses where it is absent, is allowed."""
    actual = node.at(path)
    value = default if actual.value is None else actual.value
    if not is_allowed(value, allowed):
        wanted = " or ".join(format_value(option) for option in allowed)
        yield Violation(actual.path, f"is {format_value(actual.value)}, must be {wanted}")


def must_be(path: str, *allowed: Any, default: Any = None) -> ResourceCheck:
    """The property has one of these values; `default` is what Azure uses where it is absent."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        del settings
        yield from require_allowed(resource.properties, path, allowed, default)

    return check


def must_be_set(path: str, what: str = "must be set") -> ResourceCheck:
    """The property is set and not empty."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        del settings
        actual = resource.at(path)
        if actual.value in (None, "", [], {}):
            yield Violation(actual.path, f"is not set; {what}")

    return check


def at_least(path: str, setting: str, default: int = 0) -> ResourceCheck:
    """The number is at least the value of a setting."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        value = resource.get(path, default)
        if value < settings[setting]:
            yield Violation(path, f"is {value}, must be at least {settings[setting]}")

    return check


def refers_to(resource: DeclaredResource, path: str, target: DeclaredResource) -> bool:
    """Whether a property takes its value from another resource, or equals the same property of it."""
    if target.urn in resource.sources_of(path):
        return True
    try:
        return resource.lower_text(path) == target.lower_text(path) != ""
    except UnprovenError:
        return False


def all_of(*checks: ResourceCheck) -> ResourceCheck:
    """Runs several checks."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        for part in checks:
            yield from part(resource, settings)

    return check


def by_type(checks: Mapping[str, ResourceCheck]) -> ResourceCheck:
    """The check for the resource's type."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        yield from checks[resource.type](resource, settings)

    return check


def in_each(
    parts: Mapping[str, Callable[[DeclaredResource], Iterator[PropertyNode]]],
    test: Callable[[PropertyNode, PolicySettings], Iterator[Violation]],
) -> ResourceCheck:
    """The same test for every part of a resource, such as each subnet of a network."""

    def check(resource: DeclaredResource, settings: PolicySettings) -> Iterator[Violation]:
        for node in parts[resource.type](resource):
            yield from test(node, settings)

    return check


def whole_resource(resource: DeclaredResource) -> Iterator[PropertyNode]:
    yield resource.properties


def elements(path: str) -> Callable[[DeclaredResource], Iterator[PropertyNode]]:
    return lambda resource: resource.each(path)


def across(
    resources: Iterable[DeclaredResource], test: Callable[[DeclaredResource], Iterator[Violation]]
) -> Iterator[Violation]:
    """A test of several resources; what is unknown in one does not hide what is wrong in the others.

    Raises:
        UnprovenError: a value is unknown; after all that is known was tested.
    """
    missing: UnprovenError | None = None
    for resource in resources:
        try:
            for violation in test(resource):
                yield Violation(violation.path, violation.message, violation.urn or resource.urn)
        except UnprovenError as unknown:
            missing = missing or UnprovenError(f"{resource.name}: {unknown.path}")
    if missing is not None:
        raise missing
