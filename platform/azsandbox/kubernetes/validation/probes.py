"""Probes and lifecycle hooks of a container.

Source: kubernetes pkg/apis/core/validation/validation.go (validateProbe, validateHandler, validateLifecycle).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import names
from azsandbox.kubernetes.validation.field import Field, Problems

_LARGEST_PORT = 65535
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
_TIMES = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_DEFAULT_GRACE = 30


def port(field: Field) -> Problems:
    """A port's number or name."""
    if field.number is not None:
        yield from field.between(1, _LARGEST_PORT)
    elif field.is_text:
        yield from field.matches(names.port_name)


def validate(container: Field, spec: Field) -> Problems:
    """The three probes and the hooks of a container that may have them."""
    grace = _grace_period(spec)
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container[name]
        if not isinstance(probe.value, dict):
            continue
        yield from _handler(probe, grace, _HANDLERS[:4])
        for time in _TIMES:
            yield from probe[time].at_least(0)
        threshold, period = probe["successThreshold"], probe["terminationGracePeriodSeconds"]
        if name == "readinessProbe":
            if period.present and not period.unknown:
                yield period.invalid("must not be set for readinessProbes")
        else:
            if threshold.number not in {None, 0, 1}:
                yield threshold.invalid("must be 1")
            yield from period.at_least(1, "must be greater than 0")
    yield from _lifecycle(container["lifecycle"], grace, spec["os"])


def _grace_period(spec: Field) -> int | None:
    period = spec["terminationGracePeriodSeconds"]
    if not period.present:
        return _DEFAULT_GRACE
    return period.number


def _lifecycle(field: Field, grace: int | None, system: Field) -> Problems:
    for name in ("postStart", "preStop"):
        if isinstance(field[name].value, dict):
            yield from _handler(field[name], grace, ("exec", "httpGet", "tcpSocket", "sleep"))
    signal = field["stopSignal"]
    if signal.present and not system.present:
        yield signal.forbidden("may not be set for containers with empty `spec.os.name`")


def _handler(field: Field, grace: int | None, known: tuple[str, ...]) -> Problems:
    present = [name for name in known if field[name].present]
    if not present:
        yield field.required("must specify a handler type")
    for name in present[1:]:
        yield field[name].forbidden("may not specify more than 1 handler type")
    for name in present[:1]:
        yield from _action(field[name], name, grace)


def _action(field: Field, name: str, grace: int | None) -> Problems:
    if not isinstance(field.value, dict):
        return
    if name == "exec":
        yield from field["command"].need()
    elif name == "httpGet":
        yield from _http(field)
    elif name == "tcpSocket":
        yield from _needed_port(field["port"])
    elif name == "grpc":
        yield from _needed_port(field["port"])
        yield from field["mode"].option(("Plaintext", "TLS"))
    elif (
        grace is not None
        and field["seconds"].number is not None
        and not 0 <= field["seconds"].number <= grace
    ):
        yield field["seconds"].invalid(
            f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        )


def _needed_port(field: Field) -> Problems:
    if not field.present:
        yield field.invalid(f"must be between 1 and {_LARGEST_PORT}, inclusive", 0)
    yield from port(field)


def _http(field: Field) -> Problems:
    yield from _needed_port(field["port"])
    yield from field["scheme"].option(("HTTP", "HTTPS"))
    for header in field["httpHeaders"].items():
        if header["name"].empty:
            yield header["name"].required()
        yield from header["name"].matches(names.header_name) if header["name"].text else ()
