"""The workspace that runs go to: subscription, group, workspace, endpoint and pipeline of one stack."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from roastery.jobs.errors import JobsError, ProgramMissingError, TransientError, UsageError
from roastery.targets import Target

_COMPONENT = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/"
    r"Microsoft\.MachineLearningServices/workspaces/(?P<workspace>[^/]+)/components/[^/]+/versions/[^/]+",
    re.IGNORECASE,
)
_SECONDS = 180


@dataclass(frozen=True, kw_only=True)
class WorkspaceReference:
    """One workspace; what is None is not known, and is an error only when it is needed."""

    subscription: str | None = None
    group: str | None = None
    workspace: str | None = None
    endpoint: str | None = None
    pipeline: str | None = None
    """ARM id of the pipeline component's version."""

    @classmethod
    def from_outputs(cls, outputs: Mapping[str, Any]) -> Self:
        """From a stack's outputs: `pipeline`, an id that names the workspace too, and `endpoint`.

        Raises:
            JobsError: the outputs are not those of this program.
        """
        pipeline = outputs.get("pipeline")
        match = _COMPONENT.fullmatch(str(pipeline))
        if match is None:
            raise JobsError(
                "the stack has no output `pipeline` that is the id of a component",
                "deploy it first: pulumi up, or roast sandbox up",
            )
        return cls(**match.groupdict(), endpoint=outputs.get("endpoint"), pipeline=str(pipeline))

    def or_else(self, other: WorkspaceReference) -> WorkspaceReference:
        """The fields of this reference, and those of `other` where this one has none."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return replace(other, **{name: value for name, value in values.items() if value})

    @property
    def complete(self) -> bool:
        """Whether subscription, group and workspace are known."""
        return bool(self.subscription and self.group and self.workspace)

    def require_endpoint(self) -> str:
        """The endpoint's name.

        Raises:
            JobsError: the stack has none.
        """
        if not self.endpoint:
            raise JobsError(
                "the stack declares no endpoint",
                "it does with cluster.reachable: true; --endpoint names another one",
            )
        return self.endpoint

    def require_pipeline(self) -> str:
        """The pipeline component's id.

        Raises:
            UsageError: it is not known.
        """
        if not self.pipeline:
            raise UsageError(
                "no pipeline is named", "name a stack with --stack, or a component with --pipeline"
            )
        return self.pipeline


def target_outputs(target: Target, stack: str) -> dict[str, Any]:
    """The outputs of a stack, from the target's own state.

    Raises:
        JobsError: it was never deployed there.
    """
    for resource in target.resources(stack):
        if resource.get("type") == "pulumi:pulumi:Stack":
            return dict(resource.get("outputs") or {})
    raise JobsError(f"stack {stack} is not deployed in the sandbox", f"roast sandbox up --stack {stack}")


def pulumi_outputs(stack: str) -> dict[str, Any]:
    """The outputs of a stack, as `pulumi stack output` prints them; secrets stay masked.

    Raises:
        ProgramMissingError: the Pulumi CLI is not installed.
        JobsError: there is no such stack, or no sign-in to its backend.
        TransientError: Pulumi does not answer in time.
    """
    command = ["pulumi", "stack", "output", "--json", "--non-interactive", "--stack", stack]
    alternative = "or name the workspace with --subscription, --group and --workspace"
    try:
        process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    except FileNotFoundError:
        raise ProgramMissingError(
            "there is no pulumi on the PATH to read the stack's outputs", f"install it, {alternative}"
        ) from None
    except subprocess.TimeoutExpired:
        raise TransientError(
            f"pulumi did not print the outputs of stack {stack} in {_SECONDS} s",
            f"try again later, {alternative}",
        ) from None
    if process.returncode:
        lines = process.stderr.strip().splitlines()
        message = lines[-1].removeprefix("error: ") if lines else "no output"
        raise JobsError(
            f"the outputs of stack {stack} can't be read: {message}", alternative.removeprefix("or ")
        )
    return json.loads(process.stdout)
