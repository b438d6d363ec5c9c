"""Which claims are proven: by a case in which the rule speaks, and by one in which it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from azsandbox.arm.catalogue import Types
from azsandbox.cases.derived import derived
from azsandbox.cases.judge import judge
from azsandbox.cases.model import Case, Expectation


@dataclass(frozen=True)
class Proofs:
    """The claims that cases prove, as `network:Subnet: text`, and what failed."""

    proven: frozenset[str]
    failed: tuple[str, ...]  # names of cases
    judged: int


def prove(cases: Iterable[Case], types: Types) -> Proofs:
    """Judge all cases, and those derived from them.

    A claim about what the service answers is proven by one case that gives the answer.
    """
    listed = list(cases)
    listed += derived(listed, types)
    speaks: set[str] = set()
    silent: set[str] = set()
    broken: set[str] = set()
    failed: list[str] = []
    for number, case in enumerate(listed, 1):
        if judge(case, types, number).agrees(case):
            (silent if case.expect is Expectation.ACCEPTED else speaks).update(case.claims)
            if case.gives:
                speaks.update(case.claims)
        else:
            failed.append(case.name)
            broken.update(case.claims)
    return Proofs(frozenset((speaks & silent) - broken), tuple(failed), len(listed))
