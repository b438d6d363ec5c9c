"""`roast sandbox demo`: the platform, a pipeline job on it, a promotion, an answer and a report."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from roastery import targets
from roastery.targets import SANDBOX, TargetError

STACK = "dev"
_WATCH = 4.0  # seconds at each share of the traffic: a stranger watches this, not an operator
_REQUESTS = 20


def register(root: typer.Typer) -> None:
    """Hang `stack demo` into the `roast` command."""
    root.command(name="stack-demo", hidden=True)(demo)


def demo(*, out: Annotated[Path, typer.Option(help="Folder of the demo.")] = Path("out/demo")) -> None:
    """Shows the whole way: platform up, sample sales, pipeline job, promotion, one request, report."""
    from roastery.jobs import ask, client, follow, model_side, promote, submit  # noqa: PLC0415 - --help is quick
    from roastery.jobs.reference import WorkspaceReference  # noqa: PLC0415

    console = Console(highlight=False)
    started = time.perf_counter()

    def tell(line: str) -> None:
        console.print(Text(line, "dim"), soft_wrap=True)

    side = model_side.model_side()
    with _stage(console, f"1/6 platform: Pulumi's own engine deploys stack {STACK} into the sandbox"):
        resources = _up(console)
    with _stage(console, "2/6 sales: into an embedded Snowflake"):
        tell(side.sample(out / "warehouse"))
    with (
        side.warehouse(None, out / "warehouse") as sales,
        client.opened(SANDBOX, STACK, WorkspaceReference(), sales) as workspace,
    ):
        with _stage(console, "3/6 pipeline: the registered one, as a job through the Azure ML SDK"):
            job = submit.submit(workspace, submit.PIPELINE)
            tell(f"submitted as {job.name}")
            result = follow.follow(workspace, job, tell)
        with _stage(console, "4/6 promote: the champion into service, step by step"):
            plan = promote.Plan(watch=_WATCH, requests=_REQUESTS)
            promoted = promote.promote(workspace, None, plan, tell)
        with _stage(console, "5/6 ask: the endpoint, for the month to come"):
            answered = ask.ask(workspace)
            row, said = answered.request["rows"][0], answered.answer["predictions"][0]
            tell(f"asked:    {json.dumps(row)}")
            tell(f"answered: {json.dumps(said)}")
        with _stage(console, "6/6 report: what the job has written"):
            report = follow.output(workspace, job, "report", out / "report.html")
            tell(f"{report.stat().st_size:,} bytes")
    facts = {
        "platform": f"{resources} resources of stack {STACK}; docs/sandbox-coverage.md says what was checked",
        "job": f"{job.name}: {result.state}",
        "model": f"{promoted.model} in service as {promoted.deployment}"
        + ("" if result.model else ", as before: the gate let no new one pass"),
        "request": f"{row['StoreID']} in {row['Month']}: {said['QuantitySold']:,.0f}",
        "report": str(report.resolve()),
        "next": f"roast status --target sandbox --stack {STACK}; roast graph --stack {STACK}",
    }
    took = f"done in {time.perf_counter() - started:.0f} s"
    console.print(Panel(_table(facts), title=took, border_style="green"))


@contextmanager
def _stage(console: Console, title: str) -> Generator[None]:
    console.print()
    console.rule(Text(title, "bold"), align="left", characters="─")
    started = time.perf_counter()
    yield
    console.print(Text(f"{time.perf_counter() - started:.1f} s", "dim"), justify="right")


def _up(console: Console) -> int:
    """Deploys the stack; how many resources it has."""
    with console.status("about a minute"):
        done = targets.find(SANDBOX).operate("up", STACK)
    if done.exit_code:
        raise TargetError(f"stack {STACK} can't be deployed: {'; '.join(done.errors)}")
    counts = ", ".join(f"{number} {name}" for name, number in sorted(done.changes.items()))
    console.print(Text(counts, "dim"))
    return sum(number for name, number in done.changes.items() if name not in {"delete", "delete-replaced"})


def _table(facts: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts.items():
        table.add_row(name, Text(str(text)))
    return table
