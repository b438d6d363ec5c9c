"""Targets other than Azure: stacks are deployed there, and jobs run, without a cloud account.

This package knows no such target. A package that offers one registers a factory on the entry-point group
`roast.targets`, under the name that `--target` takes; the offline subscription is registered as `sandbox`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol, cast

from roastery.errors import RoasteryError

GROUP = "roast.targets"
SANDBOX = "sandbox"
AZURE = "azure"


class TargetError(RoasteryError):
    """The target is not installed, or it can't do what was asked."""


class NoTargetError(TargetError):
    """No installed package offers this target."""

    exit_code = 2


class OperationResult(Protocol):
    """What an operation on a stack did."""

    @property
    def exit_code(self) -> int:
        """Pulumi's own; 0 if everything succeeded."""
        ...

    @property
    def changes(self) -> Mapping[str, int]:
        """Number of resources by operation: create, update, same, delete, ..."""
        ...

    @property
    def errors(self) -> Sequence[str]:
        """Error messages, one line each."""
        ...


class ExportResult(Protocol):
    """What the export of a stack wrote."""

    @property
    def out(self) -> str:
        """The folder; empty if there was nothing to write, and `note` says why."""
        ...

    @property
    def note(self) -> str: ...


class ManifestProblem(Protocol):
    """What is wrong at one path of a Kubernetes manifest."""

    @property
    def path(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def code(self) -> str: ...


class Target(Protocol):
    """One project's deployments at a target; a failure for the user has an `exit_code`."""

    @property
    def root(self) -> Path:
        """The folder that holds Pulumi.yaml."""
        ...

    def operate(
        self,
        operation: str,
        stack: str,
        *,
        unprotect: bool = False,
        events: list[dict[str, Any]] | None = None,
    ) -> OperationResult:
        """Runs `preview`, `up`, `refresh` or `destroy` without showing its progress.

        Args:
            operation: as Pulumi names it.
            stack: its short name.
            unprotect: lift the program's `protect` in the state first.
            events: the engine's events are appended here.
        """
        ...

    def resources(self, stack: str) -> list[dict[str, Any]]:
        """The resources of the stack's state, as Pulumi writes them; empty before the first `up`."""
        ...

    def export_state(self, stack: str) -> dict[str, Any]:
        """The state, as `pulumi stack export --show-secrets` writes it; secrets in it are placeholders."""
        ...

    def export_files(self, stack: str, kind: str, out: Path) -> ExportResult:
        """The stack as an ARM template (`arm`) or as manifests (`kubernetes`) in a folder."""
        ...

    def manifest_problems(
        self, manifest: Mapping[str, Any], version: str | None = None
    ) -> Sequence[ManifestProblem]:
        """What a Kubernetes API server of that minor version would refuse; by default the newest known.

        A kind that the target does not know is one problem, of code `unknown-type`.
        """
        ...

    def workloads(self, manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The workloads, with pod templates, that controllers create from this object."""
        ...

    def session(
        self, jobs: Mapping[str, str] | None = None, *, account: str = "", stack: str = ""
    ) -> AbstractContextManager[Mapping[str, str]]:
        """The environment of a process that reaches the target through the Azure SDKs, while the block lasts.

        It is complete, and holds nothing that leads to a real account. Jobs run in the block only.

        Args:
            jobs: variables for the jobs, such as the settings of a local warehouse.
            account: whom the process signs in as: a service account of the stack's cluster,
                `namespace/name`; by default the person who deploys.
            stack: of the service account.
        """
        ...

    def isolated(self, folder: Path) -> AbstractContextManager[Target]:
        """The same project with all state in that folder."""
        ...

    def deploy_checkout(self, checkout: Path, stack: str) -> str:
        """Deploys another checkout of the project, by its own code, into this target's state.

        Returns:
            Why it could not be deployed; empty if it was.
        """
        ...


class TargetFactory(Protocol):
    """What a package registers on the group."""

    def __call__(self, start: Path | None = None) -> Target:
        """The target for the project around `start`, by default around the working directory."""
        ...


def find(name: str = SANDBOX, start: Path | None = None) -> Target:
    """The target of that name.

    Raises:
        NoTargetError: no installed package registers it, or the one that does can't be imported.
    """
    for point in metadata.entry_points(group=GROUP, name=name):
        try:
            factory = cast(TargetFactory, point.load())
        except ImportError as error:
            raise NoTargetError(
                f"the target {name!r} can't be loaded: {error}", "make setup installs what it needs"
            ) from error
        return factory(start)
    raise not_installed(name)


def not_installed(name: str) -> NoTargetError:
    """The error for a target that no package registers; it says how to get the offline subscription."""
    return NoTargetError(
        f"the target {name!r} is not installed",
        "install the offline subscription: pip install 'roastery[sandbox]', or make setup in a checkout",
    )
