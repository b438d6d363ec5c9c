"""What kind of subscription the sandbox stands for: a fresh one, one with little quota, one of a mere reader.

The stack file declares it under `azsandbox:subscription`, for the subscription of
`azure-native:subscriptionId`; without it everything is registered, in stock and allowed.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from azsandbox.errors import ProjectError

SETTING = "azsandbox:subscription"
FRESH = "fresh"


class Conditions(BaseModel):
    """The declared conditions of one subscription; the keys of the setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fresh: bool = Field(default=False, description="Nothing has been registered: providers, features.")
    features: tuple[str, ...] | None = Field(
        default=None, description="Features that are registered already; by default all, in a fresh one none."
    )
    tenant: str = Field(default="", description="Tenant that trusts it: a session's token is of another.")
    roles: tuple[str, ...] = Field(
        default=("Owner",), description="Names of the built-in roles of whoever signs in, on all of it."
    )
    group_roles: tuple[str, ...] = Field(default=(), description="The same, on each of its groups only.")
    quota: dict[str, int] = Field(
        default_factory=dict[str, int], description="vCPUs by family, such as standardDSv5Family, or `cores`."
    )
    restricted_sizes: tuple[str, ...] = Field(default=(), description="VM sizes that it may not use.")
    restricted_zones: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]], description="Zones in which it may not use a VM size."
    )
    kubernetes_versions: tuple[str, ...] = Field(
        default=(), description="Minor versions that AKS creates clusters with, instead of the calendar's."
    )
    taken_names: tuple[str, ...] = Field(default=(), description="Global names that somebody else has.")
    deleted_vaults: tuple[str, ...] = Field(default=(), description="Names of soft-deleted vaults.")
    agents: dict[str, dict[str, str]] = Field(
        default_factory=dict[str, dict[str, str]],
        description="Agent pools of Azure DevOps: `online` or `offline` by agent by pool.",
    )
    unreachable: tuple[str, ...] = Field(default=(), description="Hosts that do not answer.")
    forbidden: tuple[str, ...] = Field(default=(), description="Hosts that refuse the caller: HTTP 403.")


NONE = Conditions()


def parse(setting: Any, file: str) -> Conditions:
    """The conditions that a stack file declares: `fresh`, or an object of conditions.

    Raises:
        ProjectError: it is neither, or a key or value in it is wrong.
    """
    if setting is None:
        return NONE
    if setting == FRESH:
        return Conditions(fresh=True)
    if not isinstance(setting, dict):
        keys = ", ".join(Conditions.model_fields)
        raise ProjectError(
            f"{SETTING} in {file} is {setting!r:.60}: it is {FRESH}, or an object with keys of {keys}"
        )
    try:
        return Conditions.model_validate(setting)
    except ValidationError as error:
        finding = error.errors()[0]
        where = ".".join(str(part) for part in finding["loc"])
        raise ProjectError(
            f"{SETTING}.{where} in {file}: {finding['msg']}; "
            f"the keys are {', '.join(Conditions.model_fields)}"
        ) from None
