"""`azsandbox …`: the offline subscription on the command line.

What a command needs is imported inside it, so that `--help` shows the commands without loading the model.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from azsandbox.command_table import HELP
from azsandbox.errors import SandboxError
from azsandbox.options import Api, As, Diff, ExpectNothing, Json, Kubernetes, OfStack, Provider, Stack, flags
from azsandbox.paths import Project

if TYPE_CHECKING:
    from azsandbox.arm.subscription import Subscription

DEFECT = 70
INTERRUPTED = 130

app = typer.Typer(
    name="sandbox",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help: rendering it with Rich takes longer than everything else
)


def main() -> None:
    """Runs one command; a failure is one line on standard error, and an exit code."""
    try:
        code = typer.main.get_command(app).main(
            sys.argv[1:] or ["--help"], prog_name="azsandbox", standalone_mode=False
        )
    except KeyboardInterrupt:
        code = INTERRUPTED
    except (SandboxError, typer.TyperException) as error:
        message = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        typer.echo(f"error: {' '.join(message.split())}", err=True)
        code = error.exit_code
    except Exception as error:  # noqa: BLE001 - a defect has an exit code of its own
        traceback.print_exception(error)
        code = DEFECT
    sys.exit(code if isinstance(code, int) else 0)


@app.command()
def tools(*, kubernetes: Kubernetes = None) -> None:
    """Install the pinned Pulumi CLI, and with --kubernetes apiserver the API server of Kubernetes.

    Downloads the official release; where that can't be reached, builds the published Go module.
    """
    from azsandbox.kubernetes import backends  # noqa: PLC0415 - --help stays fast
    from azsandbox.kubernetes.apiserver import install as apiserver  # noqa: PLC0415
    from azsandbox.pulumi.toolchain.__main__ import main as install  # noqa: PLC0415

    code = install()
    if code == 0 and backends.chosen(kubernetes) == backends.APISERVER:
        code = apiserver.main()
    raise typer.Exit(code)


@app.command(name="exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def execute(
    context: typer.Context,
    *,
    api: Api = False,
    kubernetes: Kubernetes = None,
    account: As = "",
    stack: OfStack = "",
    provider: Provider = "sandbox",
    formerly_api: Annotated[bool, typer.Option("--face", hidden=True)] = False,
) -> None:
    """Run a command inside the sandbox.

    For example: azsandbox exec -- pulumi preview --stack dev
    """
    from azsandbox import commands  # noqa: PLC0415 - --help stays fast

    if not context.args:
        raise typer.BadParameter("give the command to run after --")
    project, who = Project.find(), commands.Caller(account=account, stack=stack)
    api, official = api or formerly_api, provider == "official"
    code = commands.execute(
        project, context.args, api=api, kubernetes=kubernetes, caller=who, official=official
    )
    raise typer.Exit(code)


@app.command()
def up(
    stack: Stack,
    *,
    as_json: Json = False,
    diff: Diff = False,
    expect_no_changes: ExpectNothing = False,
    kubernetes: Kubernetes = None,
) -> None:
    """Deploy a stack into the sandbox."""
    extra = flags(diff=diff, expect_no_changes=expect_no_changes)
    _operate("up", stack, as_json=as_json, extra=extra, kubernetes=kubernetes)


@app.command()
def preview(
    stack: Stack,
    *,
    as_json: Json = False,
    diff: Diff = False,
    expect_no_changes: ExpectNothing = False,
    kubernetes: Kubernetes = None,
) -> None:
    """Show what `up` would change."""
    extra = flags(diff=diff, expect_no_changes=expect_no_changes)
    _operate("preview", stack, as_json=as_json, extra=extra, kubernetes=kubernetes)


@app.command()
def refresh(
    stack: Stack,
    *,
    as_json: Json = False,
    diff: Diff = False,
    expect_no_changes: ExpectNothing = False,
) -> None:
    """Update a stack's state from the sandbox.

    Compares the state with the sandbox's resources, and changes the state where they differ.
    """
    extra = flags(diff=diff, expect_no_changes=expect_no_changes)
    _operate("refresh", stack, as_json=as_json, extra=extra)


@app.command()
def destroy(
    stack: Stack,
    *,
    unprotect: Annotated[
        bool, typer.Option("--unprotect", help="Also delete the resources that the program protects.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Delete all resources of a stack."""
    _operate("destroy", stack, as_json=as_json, extra=[], unprotect=unprotect)


@app.command()
def reset(stack: Stack, *, as_json: Json = False) -> None:
    """Forget a stack, without asking.

    Deletes its state, its resources and its soft-deleted names from the sandbox.
    """
    from azsandbox import commands  # noqa: PLC0415 - --help stays fast

    removed = commands.reset(Project.find(), stack)
    text = f"forgot stack {stack} and {removed} resources"
    _report({"stack": stack, "forgotten": removed}, text, as_json=as_json)


@app.command(name="recover")
def recover_stack(stack: Stack, *, as_json: Json = False) -> None:
    """Repair a stack's state after Pulumi was killed.

    Removes the lock and resolves the operations that were pending, then refreshes.
    """
    from azsandbox import recover  # noqa: PLC0415 - --help stays fast

    result = recover.recover(Project.find(), stack)
    refreshed = "refreshed" if result.refreshed else "nothing was pending"
    text = f"{len(result.adopted)} adopted, {len(result.dropped)} dropped, {refreshed}"
    _report(dataclasses.asdict(result), text, as_json=as_json)


@app.command(name="drift")
def change_resource(
    *,
    resource: Annotated[
        str | None,
        typer.Option(help="Id of the resource, or the end of its id; default: one that the sandbox chooses."),
    ] = None,
    setting: Annotated[
        str | None,
        typer.Option("--set", help="The change, as path=value; for example publicNetworkAccess=Enabled."),
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the resource instead.")] = False,
    as_json: Json = False,
) -> None:
    """Change a resource without Pulumi.

    As a person does in the portal: the next refresh detects the drift.
    """
    from azsandbox import drift  # noqa: PLC0415 - --help stays fast

    change = drift.drift(_subscription(), resource, setting, delete=delete)
    text = f"{change.what} of {change.id}: {change.before} → {change.after}"
    _report(dataclasses.asdict(change), text, as_json=as_json)


@app.command()
def fault(
    kind: Annotated[
        str,
        typer.Argument(
            help="409, 429, 500, timeout, slow[:SECONDS], fail or propagation:SECONDS; `clear` removes all."
        ),
    ],
    *,
    on: Annotated[
        str, typer.Option(help="Part of a resource's id, of its type, or of its name in the program.")
    ] = "",
    operation: Annotated[str, typer.Option(help="One of create, read, update, delete, any.")] = "any",
    times: Annotated[int, typer.Option(min=1, help="The number of matching operations that get it.")] = 1,
) -> None:
    """Inject a fault into the next operations.

    Those that match get an error response (409, 429, 500, timeout), take longer (slow), end in state
    Failed (fail), or are role assignments or identities that take effect later (propagation).
    """
    from azsandbox.arm import faults  # noqa: PLC0415 - --help stays fast

    subscription = _subscription()
    if kind == "clear":
        subscription.clear_faults()
        typer.echo("no faults are pending")
        return
    faults.add(subscription, kind, on, operation, times)
    typer.echo(f"the next {times} {operation} operation(s) on {on or 'anything'}: {kind}")


@app.command(name="list")
def list_resources(*, as_json: Json = False) -> None:
    """List the resources in the subscription."""
    from rich.console import Console  # noqa: PLC0415 - --help stays fast
    from rich.table import Table  # noqa: PLC0415 - --help stays fast

    resources = _subscription().all()
    if as_json:
        typer.echo(json.dumps([{"id": resource.id, "type": resource.token} for resource in resources]))
        return
    table = Table("type", "id", box=None)
    for resource in resources:
        table.add_row(resource.token.removeprefix("azure-native:"), resource.id)
    Console().print(table)


@app.command()
def export(
    stack: Stack,
    *,
    kind: Annotated[str, typer.Option("--format", help="One of arm, kubernetes.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A new folder, or the folder of an earlier export.")
    ],
    as_json: Json = False,
) -> None:
    """Write a stack's resources for other tools.

    Either as an ARM template or as Kubernetes manifests, without secrets.
    """
    from azsandbox.export import run  # noqa: PLC0415 - --help stays fast

    result = run.export(Project.find(), stack, kind, out)
    secrets = f", {len(result.redacted)} secrets left out" if result.redacted else ""
    text = f"{result.resources} resources of {stack} in {out}{secrets}" if result.out else result.note
    _report(dataclasses.asdict(result), text, as_json=as_json)


def _operate(
    operation: str,
    stack: str,
    *,
    as_json: bool,
    extra: list[str],
    unprotect: bool = False,
    kubernetes: str | None = None,
) -> None:
    from azsandbox import commands  # noqa: PLC0415 - --help stays fast

    outcome = commands.operate(
        Project.find(), operation, stack, extra, quiet=as_json, unprotect=unprotect, kubernetes=kubernetes
    )
    changes = ", ".join(f"{number} {name}" for name, number in sorted(outcome.changes.items())) or "nothing"
    text = f"sandbox {operation} of {stack} by {outcome.deployer}: {changes} in {outcome.seconds} s"
    _report(dataclasses.asdict(outcome), text, as_json=as_json)
    raise typer.Exit(outcome.exit_code)


def _subscription() -> Subscription:
    from azsandbox.arm.subscription import Subscription  # noqa: PLC0415 - --help stays fast

    return Subscription.open(Project.find().model)


def _report(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(values) if as_json else text)
