"""Names of things: DNS labels, label keys and values, ports, keys of config maps, environment variables.

Sources: k8s.io/apimachinery pkg/util/validation/validation.go and pkg/api/validate/content/*.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_UNDERSCORED = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_DNS_LABEL_LENGTH, _SUBDOMAIN_LENGTH, _PORT_LENGTH = 63, 253, 15
_KEY_PARTS = 2


def _bounded(value: str, limit: int, unit: str = "bytes") -> Iterator[str]:
    if len(value.encode()) > limit:
        yield f"must be no more than {limit} {unit}"


def _example(text: str, pattern: str, *examples: str) -> str:
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{text} (e.g. {listed}regex used for validation is '{pattern}')"


def dns_label(value: str) -> Iterator[str]:
    yield from _bounded(value, _DNS_LABEL_LENGTH)
    if not re.fullmatch(_LABEL, value):
        if re.fullmatch(_SUBDOMAIN, value):
            yield "must not contain dots"
        else:
            yield _example(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
                "'-', and must "
                "start and end with an alphanumeric character", _LABEL, "my-name", "123-abc",
            )  # fmt: skip


def dns_subdomain(value: str) -> Iterator[str]:
    yield from _bounded(value, _SUBDOMAIN_LENGTH)
    if not re.fullmatch(_SUBDOMAIN, value):
        yield _example(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "
            "or '.', and "
            "must start and end with an alphanumeric character", _SUBDOMAIN, "example.com",
        )  # fmt: skip


def dns_label_1035(value: str) -> Iterator[str]:
    yield from _bounded(value, _DNS_LABEL_LENGTH)
    if not re.fullmatch(_LABEL_1035, value):
        yield _example(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "
            "an alphabetic "
            "character, and end with an alphanumeric character", _LABEL_1035, "my-name", "abc-123",
        )  # fmt: skip


def underscored_subdomain(value: str) -> Iterator[str]:
    """The domains of a resolver's search list may contain underscores."""
    pattern = rf"{_UNDERSCORED}(\.{_UNDERSCORED})*"
    yield from _bounded(value, _SUBDOMAIN_LENGTH)
    if not re.fullmatch(pattern, value):
        yield _example(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
            "'_', '-' or '.', "
            "and must start and end with an alphanumeric character", pattern, "example.com",
        )  # fmt: skip


def wildcard_subdomain(value: str) -> Iterator[str]:
    yield from _bounded(value, _SUBDOMAIN_LENGTH)
    if not re.fullmatch(rf"\*\.{_SUBDOMAIN}", value):
        yield _example(
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, "
            "which must "
            "consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric "
            "character",
            rf"\*\.{_SUBDOMAIN}", "*.example.com",
        )  # fmt: skip


def qualified_name(value: str) -> Iterator[str]:
    """The key of a label: an optional DNS prefix, a slash and a name."""
    parts = value.split("/")
    text = _example(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        "alphanumeric "
        "character", _KEY, "MyName", "my.name", "123-abc",
    )  # fmt: skip
    if len(parts) > _KEY_PARTS:
        yield (
            f"a valid label key {text} with an optional DNS subdomain prefix and '/' (e.g. "
            f"'example.com/MyName')"
        )
        return
    if len(parts) == _KEY_PARTS:
        if not parts[0]:
            yield "prefix part must be non-empty"
        else:
            yield from (f"prefix part {complaint}" for complaint in dns_subdomain(parts[0]))
    name = parts[-1]
    if not name:
        yield "name part must be non-empty"
    yield from (f"name part {complaint}" for complaint in _bounded(name, _DNS_LABEL_LENGTH))
    if not re.fullmatch(_KEY, name):
        yield f"name part {text}"


def label_value(value: str) -> Iterator[str]:
    yield from _bounded(value, _DNS_LABEL_LENGTH)
    if not re.fullmatch(f"({_KEY})?", value):
        yield _example(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' "
            "or '.', and must "
            "start and end with an alphanumeric character", f"({_KEY})?", "MyValue", "my_value", "12345",
        )  # fmt: skip


def path_segment(value: str) -> Iterator[str]:
    """What can stand in a URL's path; names of RBAC's objects may have colons and capitals."""
    if value in {".", ".."}:
        yield f"may not be '{value}'"
    else:
        yield from (f"may not contain '{character}'" for character in "/%" if character in value)


def port_name(value: str) -> Iterator[str]:
    yield from _bounded(value, _PORT_LENGTH, "characters")
    if not re.fullmatch("[-a-z0-9]+", value):
        yield "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search("[a-z]", value):
        yield "must contain at least one letter (a-z)"
    if "--" in value:
        yield "must not contain consecutive hyphens"
    if value.startswith("-") or value.endswith("-"):
        yield "must not begin or end with a hyphen"


def config_key(value: str) -> Iterator[str]:
    yield from _bounded(value, _SUBDOMAIN_LENGTH, "characters")
    if not re.fullmatch("[-._a-zA-Z0-9]+", value):
        yield _example(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", "[-._a-zA-Z0-9]+",
            "key.name", "KEY_NAME", "key-name",
        )  # fmt: skip
    if value in {".", ".."}:
        yield f"must not be '{value}'"
    elif value.startswith(".."):
        yield "must not start with '..'"


def environment_name(value: str) -> Iterator[str]:
    """Since Kubernetes 1.32 everything printable in ASCII except `=`."""
    if not value:
        yield "environment variable name must be non-empty"
    if not re.fullmatch(r"[ -<>-~]*", value):
        yield (
            "a valid environment variable name must consist only of printable ASCII characters other than '='"
        )


def header_name(value: str) -> Iterator[str]:
    if not re.fullmatch("[-A-Za-z0-9]+", value):
        yield _example(
            "a valid HTTP header must consist of alphanumeric characters or '-'",
            "[-A-Za-z0-9]+",
            "X-Header-Name",
        )


def percent(value: str) -> Iterator[str]:
    if not re.fullmatch("[0-9]+%", value):
        yield _example(
            "a valid percent string must be a numeric string followed by an ending '%'",
            "[0-9]+%",
            "1%",
            "93%",
        )


def domain_path(value: str) -> Iterator[str]:
    """`example.com/controller`, as ingress classes and the managers of jobs are called."""
    host, _, path = value.partition("/")
    if not host or not path:
        yield 'must be a domain-prefixed path (such as "acme.io/foo")'
        return
    yield from dns_subdomain(host)
    if not re.fullmatch(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", path):
        yield "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"


def local_path(value: str) -> Iterator[str]:
    """A relative path that stays below its root."""
    if value.startswith("/"):
        yield "must be a relative path"
    yield from without_backsteps(value)


def reserved_path(value: str) -> Iterator[str]:
    yield from local_path(value)
    if value.startswith("..") and not value.startswith("../"):
        yield "must not start with '..'"


def without_backsteps(value: str) -> Iterator[str]:
    if ".." in value.split("/"):
        yield "must not contain '..'"
