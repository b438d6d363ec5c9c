"""`azsandbox …`: the offline subscription on the command line."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from azsandbox import commands
from azsandbox import drift as drifting
from azsandbox import recover as recovering
from azsandbox.arm import faults
from azsandbox.arm.subscription import Subscription
from azsandbox.errors import SandboxError
from azsandbox.export import run as exporting
from azsandbox.paths import Project

Stack = Annotated[str, typer.Option("--stack", "-s", help="The stack: one file Pulumi.<stack>.yaml.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")]

_INTERRUPTED = 130

console = Console()
app = typer.Typer(
    name="sandbox",
    help="The offline subscription: Pulumi's engine against stand-ins for Azure.",
    no_args_is_help=True,
)


def main() -> None:
    """Runs one command; a failure is one line on standard error, and an exit code."""
    try:
        code = typer.main.get_command(app).main(prog_name="azsandbox", standalone_mode=False)
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (SandboxError, typer.TyperException) as error:
        message = error.format_message() if isinstance(error, typer.TyperException) else str(error)
        typer.echo(f"error: {' '.join(message.split())}", err=True)
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


@app.command(name="exec", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def execute(
    context: typer.Context,
    *,
    api: Annotated[
        bool, typer.Option("--api", help="Answer the Azure ML SDK too; jobs end with the command.")
    ] = False,
) -> None:
    """Run any command inside the sandbox: roast sandbox exec -- pulumi preview --stack dev."""
    if not context.args:
        raise typer.BadParameter("name the command to run after --")
    raise typer.Exit(commands.execute(Project.find(), context.args, api=api))


def _operate(operation: str, stack: str, *, as_json: bool, extra: list[str], unprotect: bool = False) -> None:
    outcome = commands.operate(Project.find(), operation, stack, extra, quiet=as_json, unprotect=unprotect)
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(outcome)))
    else:
        counts = (
            ", ".join(f"{number} {name}" for name, number in sorted(outcome.changes.items())) or "nothing"
        )
        console.print(f"sandbox {operation} of {stack}: {counts} in {outcome.seconds} s", highlight=False)
    raise typer.Exit(outcome.exit_code)


Diff = Annotated[bool, typer.Option("--diff", help="Show every changed property.")]
ExpectNothing = Annotated[bool, typer.Option("--expect-no-changes", help="Fail if anything changes.")]


def _extra(*, diff: bool, expect_no_changes: bool) -> list[str]:
    return ["--diff"] * diff + ["--expect-no-changes"] * expect_no_changes


@app.command()
def up(
    stack: Stack, *, as_json: Json = False, diff: Diff = False, expect_no_changes: ExpectNothing = False
) -> None:
    """Deploy a stack into the sandbox."""
    _operate("up", stack, as_json=as_json, extra=_extra(diff=diff, expect_no_changes=expect_no_changes))


@app.command()
def preview(
    stack: Stack, *, as_json: Json = False, diff: Diff = False, expect_no_changes: ExpectNothing = False
) -> None:
    """Show what an up would do."""
    _operate("preview", stack, as_json=as_json, extra=_extra(diff=diff, expect_no_changes=expect_no_changes))


@app.command()
def refresh(
    stack: Stack, *, as_json: Json = False, diff: Diff = False, expect_no_changes: ExpectNothing = False
) -> None:
    """Compare the state with the sandbox's subscription, and take over what drifted."""
    _operate("refresh", stack, as_json=as_json, extra=_extra(diff=diff, expect_no_changes=expect_no_changes))


@app.command()
def destroy(
    stack: Stack,
    *,
    unprotect: Annotated[
        bool, typer.Option("--unprotect", help="Also what the program protects, as in production.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Delete everything of a stack from the sandbox."""
    _operate("destroy", stack, as_json=as_json, extra=[], unprotect=unprotect)


@app.command()
def reset(stack: Stack, *, as_json: Json = False) -> None:
    """Forget a stack: state, resources, soft-deleted names. Nothing is asked, nothing real is touched."""
    gone = commands.reset(Project.find(), stack)
    _say({"stack": stack, "forgotten": gone}, f"forgot stack {stack} and {gone} resources", as_json=as_json)


@app.command()
def recover(stack: Stack, *, as_json: Json = False) -> None:
    """Bring a stack back after Pulumi was killed in the middle of an operation."""
    done = recovering.recover(Project.find(), stack)
    after = "refreshed" if done.refreshed else "nothing was pending"
    text = f"{len(done.adopted)} adopted, {len(done.dropped)} dropped, {after}"
    _say(dataclasses.asdict(done), text, as_json=as_json)


@app.command()
def drift(
    *,
    resource: Annotated[
        str | None, typer.Option(help="Id, or the end of one; default: something likely.")
    ] = None,
    setting: Annotated[
        str | None, typer.Option("--set", help="path=value, such as publicNetworkAccess=Enabled.")
    ] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete the resource instead.")] = False,
    as_json: Json = False,
) -> None:
    """Change something behind Pulumi's back, for a refresh to find."""
    changed = drifting.drift(_subscription(), resource, setting, delete=delete)
    text = f"{changed.what} of {changed.id}: {changed.before} → {changed.after}"
    _say(dataclasses.asdict(changed), text, as_json=as_json)


@app.command()
def fault(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(faults.KINDS)}; `clear` takes all back.")],
    *,
    on: Annotated[str, typer.Option(help="Part of an id, a type or a name in the program.")] = "",
    operation: Annotated[str, typer.Option(help=f"One of {', '.join(faults.OPERATIONS)}.")] = "any",
    times: Annotated[int, typer.Option(min=1, help="How often.")] = 1,
) -> None:
    """Let Azure have a bad day: the next matching operations fail, or take long."""
    subscription = _subscription()
    if kind == "clear":
        subscription.clear_faults()
        typer.echo("no faults are waiting any more")
        return
    faults.order(subscription, kind, on, operation, times)
    typer.echo(f"the next {times} {operation} operation(s) on {on or 'anything'}: {kind}")


@app.command(name="list")
def list_resources(*, as_json: Json = False) -> None:
    """What the sandbox's subscription holds."""
    held = _subscription().all()
    if as_json:
        typer.echo(json.dumps([{"id": one.id, "type": one.token} for one in held]))
        return
    table = Table("type", "id", box=None)
    for one in held:
        table.add_row(one.token.removeprefix("azure-native:"), one.id)
    console.print(table)


@app.command()
def export(
    stack: Stack,
    *,
    kind: Annotated[str, typer.Option("--format", help=f"One of {', '.join(exporting.FORMATS)}.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A new folder, or one of an earlier export.")],
    as_json: Json = False,
) -> None:
    """Write what a stack holds for other tools: an ARM template, or Kubernetes manifests. No secrets."""
    done = exporting.export(Project.find(), stack, kind, out)
    secrets = f", {len(done.redacted)} secrets left out" if done.redacted else ""
    text = f"{done.resources} resources of {stack} in {out}{secrets}" if done.out else done.note
    _say(dataclasses.asdict(done), text, as_json=as_json)


def _subscription() -> Subscription:
    return Subscription.open(Project.find().model)


def _say(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(values) if as_json else text)
