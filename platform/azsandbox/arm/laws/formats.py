"""A value has the form that its property demands: a duration, a time, an address, a range, a GUID, a URL."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from azsandbox.arm.laws import walk
from azsandbox.arm.laws.law import Law, Values
from azsandbox.schema.validate import Problem

_DURATION = re.compile(
    r"P(?!$)(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?!$)(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_SECONDS = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1)


def seconds(text: Any) -> float | None:
    """The length of an ISO 8601 duration such as PT5M; None if it is not one."""
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    return sum(float(part) * unit for part, unit in zip(match.groups(), _SECONDS, strict=True) if part)


def moment(text: Any) -> dt.datetime | None:
    """An ISO 8601 time, in UTC where it names no zone; None if it is not one."""
    if not isinstance(text, str):
        return None
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=dt.UTC)


def network(text: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A CIDR range; None if it is not one. Host bits are dropped: `bits_outside` tells of them."""
    if not isinstance(text, str) or "/" not in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def address(text: Any) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An IP address; None if it is not one."""
    try:
        return ipaddress.ip_address(text) if isinstance(text, str) else None
    except ValueError:
        return None


def is_guid(text: Any) -> bool:
    try:
        return isinstance(text, str) and len(text) == len(str(uuid.UUID(int=0))) and bool(uuid.UUID(text))
    except ValueError:
        return False


def _strict_range(text: str) -> bool:
    try:
        return "/" in text and bool(ipaddress.ip_network(text))
    except ValueError:
        return False


def _ipv4_range(text: str) -> bool:
    return isinstance(network(text), ipaddress.IPv4Network) and _strict_range(text)


def is_url(text: str, schemes: tuple[str, ...]) -> bool:
    """Whether it is a URL with a host, of one of these schemes."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme.lower() in schemes and bool(parts.netloc) and " " not in text


_FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "duration": (lambda text: seconds(text) is not None, "an ISO 8601 duration such as PT5M or P1D"),
    "time": (lambda text: moment(text) is not None, "an ISO 8601 time such as 2026-12-01T06:00:00Z"),
    "date": (lambda text: moment(text) is not None, "an ISO 8601 date such as 2026-12-01"),
    "address": (lambda text: address(text) is not None, "an IP address such as 10.0.0.4"),
    "range": (_strict_range, "an address range without host bits, such as 10.0.0.0/24"),
    "ipv4 range": (_ipv4_range, "an IPv4 address range without host bits, such as 10.0.0.0/24"),
    "address or range": (
        lambda text: address(text) is not None or network(text) is not None,
        "an IP address or an address range, such as 10.0.0.4 or 10.0.0.0/24",
    ),
    "guid": (is_guid, "a GUID such as 00000000-0000-0000-0000-000000000000"),
    "https": (lambda text: is_url(text, ("https",)), "a URL that begins with https://"),
    "url": (lambda text: is_url(text, ("http", "https")), "a URL that begins with https:// or http://"),
    "email": (
        lambda text: re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+", text) is not None,
        "an e-mail address such as team@example.com",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Format(Law):
    """The values at a path have a form; a duration may have limits, as durations too."""

    path: str
    form: str  # a key of _FORMS
    least: str | None = None
    most: str | None = None

    @property
    def text(self) -> str:
        limits = f", {self.least or 'any'} to {self.most or 'any'}" if self.least or self.most else ""
        return f"`{self.path}` is {_FORMS[self.form][1]}{limits}"

    def problems(self, inputs: Values) -> Iterator[Problem]:
        matches, description = _FORMS[self.form]
        for path, text in walk.values(inputs, self.path):
            if not isinstance(text, str):
                continue
            if not matches(text):
                yield self.problem(path, f"{text!r} is not {description}")
            elif self.form == "duration" and not self._within(text):
                limits = f"{self.least or 'any length'} to {self.most or 'any length'}"
                yield self.problem(path, f"{text!r} is outside the limits {limits}")

    def _within(self, text: str) -> bool:
        length, least, most = seconds(text), seconds(self.least), seconds(self.most)
        return length is None or not (
            (least is not None and length < least) or (most is not None and length > most)
        )
