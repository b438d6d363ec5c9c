"""Who gets the traffic: pure rules over the shares of an endpoint."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from roastery.jobs.errors import JobsError, UsageError

WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Colours:
    """The deployment to change, and the one in service, if there is one."""

    idle: str
    live: str | None


def colours(endpoint: str, deployments: Collection[str], traffic: Mapping[str, int]) -> Colours:
    """The idle deployment of an endpoint.

    Raises:
        JobsError: it has no deployment, none is idle, or its shares are neither 0 nor 100 in all.
    """
    if not deployments:
        raise JobsError(
            f"endpoint {endpoint} has no deployment",
            "declare them first: pulumi up with cluster.reachable: true",
        )
    shares = {name: int(share) for name, share in traffic.items() if share}
    _whole(endpoint, shares)
    if len(shares) > 1:
        raise JobsError(
            f"endpoint {endpoint} has its traffic shared: {said(shares)}; a promotion was left unfinished",
            "end it with roast rollback",
        )
    live = next(iter(shares), None)
    rest = sorted(name for name in deployments if name != live)
    if not rest:
        raise JobsError(f"endpoint {endpoint} has {live} only", "a promotion needs a second deployment")
    return Colours(idle=rest[0], live=live)


def _whole(endpoint: str, shares: Mapping[str, int]) -> None:
    total = sum(shares.values())
    if total not in {0, WHOLE}:
        raise JobsError(
            f"the traffic of endpoint {endpoint} adds to {total}, not to {WHOLE}: {said(shares)}",
            "Azure ML takes shares that add to 0 or 100",
        )


def steps(text: str) -> tuple[int, ...]:
    """Shares that the new deployment gets one after the other: `10,50,100`.

    Raises:
        UsageError: they don't rise, or don't end at 100.
    """
    try:
        found = tuple(int(one) for one in text.split(","))
    except ValueError:
        raise UsageError(f"--steps {text}: should be whole numbers such as 10,50,100") from None
    if list(found) != sorted(set(found)) or found[0] < 1 or found[-1] != WHOLE:
        raise UsageError(f"--steps {text}: should rise from 1 or more to {WHOLE}, or traffic would be lost")
    return found


def share(chosen: Colours, part: int, deployments: Collection[str]) -> dict[str, int]:
    """The traffic in which the idle deployment gets `part` and the one in service the rest.

    Raises:
        ValueError: there is nobody for the rest.
    """
    if chosen.live is None and part not in {0, WHOLE}:
        raise ValueError(f"{WHOLE - part} % of the traffic would go nowhere")
    shares = dict.fromkeys(deployments, 0) | {chosen.idle: part}
    if chosen.live is not None:
        shares[chosen.live] = WHOLE - part
    return shares


def back(deployments: Mapping[str, str], traffic: Mapping[str, int], to: str | None) -> str:
    """The deployment that a rollback gives all traffic to.

    Args:
        deployments: by name, when each was promoted (ISO 8601); empty if never.
        traffic: the shares now.
        to: the one that the user wants.

    Raises:
        UsageError: there is no such deployment.
        JobsError: there is no other one to go back to.
    """
    if to is not None:
        if to not in deployments:
            raise UsageError(f"there is no deployment {to}", f"there are: {', '.join(sorted(deployments))}")
        return to
    newest = max(
        (name for name in deployments if traffic.get(name)), key=lambda name: deployments[name], default=None
    )
    if newest is None:
        raise JobsError("no deployment has traffic, so there is nothing to go back from")
    others = sorted((name for name in deployments if name != newest), key=lambda name: -traffic.get(name, 0))
    if not others:
        raise JobsError(f"{newest} is the only deployment: there is none to go back to")
    return others[0]


def said(shares: Mapping[str, int]) -> str:
    """`blue 90 %, green 10 %`."""
    return ", ".join(f"{name} {part} %" for name, part in sorted(shares.items())) or "none"
