"""The key of a step: a hash of everything that it depends on, by names that a user understands."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from ml.code import code_hash, packages
from ml.local.records import Parts
from ml.spec import Scalar, Step

_LENGTH = 16


def parts(step: Step, params: Mapping[str, Scalar], inputs: Mapping[str, str], source: str | None) -> Parts:
    """What the step depends on.

    Args:
        step: the step.
        params: its parameters' values by name.
        inputs: content hash of its inputs by port.
        source: fingerprint of what else it reads, if it is known.
    """
    installed = json.dumps(packages(), sort_keys=True).encode()
    return {
        "the command": step.template(),
        **{name: params[name] for name in sorted(params)},
        **{_input(port): inputs[port] for port in sorted(inputs)},
        "the code": code_hash(step.module),
        "the packages": hashlib.sha256(installed).hexdigest(),
        **({} if source is None else {"the source": source}),
    }


def key(of: Parts) -> str:
    """The hash of these parts, which names the folder of the outputs."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:_LENGTH]


def differing(new: Parts, old: Parts, *, apart_from: Iterable[str] = ()) -> list[str]:
    """The parts that are not the same, leaving out those inputs."""
    left_out = {_input(port) for port in apart_from}
    return [name for name in {**old, **new} if name not in left_out and old.get(name) != new.get(name)]


def why(new: Parts, earlier: Iterable[Parts]) -> str:
    """Why the step has to run: what differs from the most similar of its earlier runs."""
    differences = [differing(new, old) for old in earlier]
    if not differences:
        return "first run"
    nearest = min(differences, key=len)
    return f"new: {', '.join(nearest)}" if nearest else "its outputs or effects have changed"


def _input(port: str) -> str:
    return f"its input {port}"
