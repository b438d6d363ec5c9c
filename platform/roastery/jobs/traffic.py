"""How an endpoint's traffic is shared between blue and green: pure rules over the shares."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from roastery.jobs.errors import JobsError, UsageError

ALL_TRAFFIC = 100


@dataclass(frozen=True, kw_only=True)
class BlueGreen:
    """The deployment to change, and the one in service, if there is one."""

    idle: str
    live: str | None


def choose_deployments(endpoint: str, deployments: Collection[str], traffic: Mapping[str, int]) -> BlueGreen:
    """The idle deployment of an endpoint, and the one in service.

    Raises:
        JobsError: it has no deployment, none is idle, or its shares add to neither 0 nor 100.
    """
    if not deployments:
        raise JobsError(
            f"endpoint {endpoint} has no deployment",
            "declare them first: pulumi up with cluster.reachable: true",
        )
    shares = {name: int(share) for name, share in traffic.items() if share}
    _check_total(endpoint, shares)
    if len(shares) > 1:
        raise JobsError(
            f"the traffic of endpoint {endpoint} is shared: {format_traffic(shares)}; "
            "a promotion was not finished",
            "end it with roast model rollback",
        )
    live = next(iter(shares), None)
    rest = sorted(name for name in deployments if name != live)
    if not rest:
        raise JobsError(f"endpoint {endpoint} has {live} only", "a promotion needs a second deployment")
    return BlueGreen(idle=rest[0], live=live)


def _check_total(endpoint: str, shares: Mapping[str, int]) -> None:
    total = sum(shares.values())
    if total not in {0, ALL_TRAFFIC}:
        raise JobsError(
            f"the traffic of endpoint {endpoint} adds to {total}, not to {ALL_TRAFFIC}: "
            f"{format_traffic(shares)}",
            "Azure ML takes shares that add to 0 or 100",
        )


def parse_steps(text: str) -> tuple[int, ...]:
    """Shares that the new deployment gets one after the other: `10,50,100`.

    Raises:
        UsageError: they don't rise, or don't end at 100.
    """
    try:
        steps = tuple(int(word) for word in text.split(","))
    except ValueError:
        raise UsageError(f"--steps {text}: should be whole numbers such as 10,50,100") from None
    if list(steps) != sorted(set(steps)) or steps[0] < 1 or steps[-1] != ALL_TRAFFIC:
        raise UsageError(
            f"--steps {text}: should rise from 1 or more to {ALL_TRAFFIC}, or traffic would be lost"
        )
    return steps


def split_traffic(pair: BlueGreen, share: int, deployments: Collection[str]) -> dict[str, int]:
    """The traffic in which the idle deployment gets `share` percent and the one in service the rest.

    Raises:
        ValueError: there is no deployment for the rest.
    """
    if pair.live is None and share not in {0, ALL_TRAFFIC}:
        raise ValueError(f"{ALL_TRAFFIC - share} % of the traffic would go nowhere")
    shares = dict.fromkeys(deployments, 0) | {pair.idle: share}
    if pair.live is not None:
        shares[pair.live] = ALL_TRAFFIC - share
    return shares


def rollback_target(deployments: Mapping[str, str], traffic: Mapping[str, int], to: str | None) -> str:
    """The deployment that a rollback gives all traffic to.

    Args:
        deployments: by name, when each was promoted (ISO 8601); empty if never.
        traffic: the shares now.
        to: the deployment that the user named.

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
        raise JobsError(f"{newest} is the only deployment, so there is none to go back to")
    return others[0]


def format_traffic(shares: Mapping[str, int]) -> str:
    """`blue 90 %, green 10 %`."""
    return ", ".join(f"{name} {share} %" for name, share in sorted(shares.items())) or "none"
