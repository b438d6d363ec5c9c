"""Where runs go: subscription, group, workspace, endpoint and pipeline of one stack."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from roastery.jobs.errors import JobsError, TransientError, UsageError
from roastery.targets import Target

_COMPONENT = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/"
    r"Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/]+)/components/[^/]+/versions/[^/]+",
    re.IGNORECASE,
)
_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class WorkspaceReference:
    """One workspace; what is None is not known, and asked for when it is needed."""

    subscription: str | None = None
    group: str | None = None
    workspace: str | None = None
    endpoint: str | None = None
    pipeline: str | None = None
    """ARM id of the pipeline component's version."""

    @classmethod
    def of_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """From a stack's outputs: `pipeline`, an id that names the workspace too, and `endpoint`.

        Raises:
            JobsError: they are none of this program's.
        """
        pipeline = outputs.get("pipeline")
        found = _COMPONENT.fullmatch(str(pipeline))
        if found is None:
            raise JobsError(
                "the stack has no output `pipeline` that is a component's id",
                "deploy it first: pulumi up, or roast sandbox up",
            )
        return cls(**found.groupdict(), endpoint=outputs.get("endpoint"), pipeline=str(pipeline))

    def over(self, other: WorkspaceReference) -> WorkspaceReference:
        """What this one says, and what `other` says where this is silent."""
        given = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}
        return replace(other, **given)

    @property
    def complete(self) -> bool:
        """Whether it leads to a workspace."""
        return bool(self.subscription and self.group and self.workspace)

    def require_endpoint(self) -> str:
        """The endpoint's name.

        Raises:
            JobsError: the stack has none.
        """
        if not self.endpoint:
            raise JobsError(
                "the stack declares no endpoint",
                "cluster.reachable is false where the cluster can't be reached; --endpoint names another",
            )
        return self.endpoint

    def require_pipeline(self) -> str:
        """The pipeline component's id.

        Raises:
            UsageError: it is not known.
        """
        if not self.pipeline:
            raise UsageError(
                "no pipeline is known", "name a stack with --stack, or a component with --pipeline"
            )
        return self.pipeline


def outputs_of_target(target: Target, stack: str) -> dict[str, Any]:
    """The outputs of a stack, from the target's own state.

    Raises:
        JobsError: it was never deployed there.
    """
    for resource in target.resources(stack):
        if resource.get("type") == "pulumi:pulumi:Stack":
            return dict(resource.get("outputs") or {})
    raise JobsError(f"stack {stack} is not in the sandbox", f"roast sandbox up --stack {stack}")


def outputs_of_pulumi(stack: str) -> dict[str, Any]:
    """The outputs of a stack, as `pulumi stack output` tells them; secrets stay masked.

    Raises:
        JobsError: there is no Pulumi, no such stack, or no sign-in to its backend.
        TransientError: it does not answer.
    """
    command = ["pulumi", "stack", "output", "--json", "--non-interactive", "--stack", stack]
    instead = "or say --subscription, --group and --workspace"
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except FileNotFoundError:
        raise JobsError("there is no pulumi on the PATH to read the stack's outputs", instead) from None
    except subprocess.TimeoutExpired:
        raise TransientError(f"pulumi did not tell the outputs of {stack} in {_SECONDS} s", instead) from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        said = lines[-1].removeprefix("error: ") if lines else "no output"
        raise JobsError(f"the outputs of stack {stack} can't be read: {said}", instead)
    return json.loads(done.stdout)
