"""What Compute refuses about stored SSH keys."""

from __future__ import annotations

from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem
from azsandbox.services.compute.keys import key_problem


def public_key_is_valid(inputs: Values) -> Iterator[Problem]:
    problem = key_problem(inputs.get("publicKey"))
    if problem:
        yield Problem("publicKey", problem)
