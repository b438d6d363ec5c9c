"""`roast stack demo`: the platform, a pipeline job on it, a promotion, an answer and a report."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

STACK = "dev"
_WATCH = 4.0  # seconds at each share of the traffic: short, for a demonstration
_REQUESTS = 20


def demo(*, out: Annotated[Path, typer.Option(help="Folder of the demo.")] = Path("out/demo")) -> None:
    """Show the whole platform in the sandbox: deploy, sample sales, job, promotion, one request, report."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.text import Text

    from roastery import targets
    from roastery.jobs import invocation, job_outputs, promotion, submission
    from roastery.jobs.client import open_workspace
    from roastery.jobs.model_interface import load_model_interface
    from roastery.jobs.reference import WorkspaceReference

    console = Console(highlight=False)
    started = time.perf_counter()

    def print_line(line: str) -> None:
        console.print(Text(line, "dim"), soft_wrap=True)

    targets.find()  # a sandbox that is not installed is reported before anything is made
    interface = load_model_interface()
    with _stage(console, f"1/6 platform: Pulumi's own engine deploys stack {STACK} into the sandbox"):
        resources = _up(console)
    with _stage(console, "2/6 sales: into an embedded Snowflake"):
        print_line(interface.sample(out / "warehouse"))
    with (
        interface.warehouse(None, out / "warehouse") as sales,
        open_workspace(targets.SANDBOX, STACK, WorkspaceReference(), sales) as workspace,
    ):
        with _stage(console, "3/6 pipeline: the registered one, as a job through the Azure ML SDK"):
            job = submission.submit(workspace, submission.PIPELINE)
            print_line(f"submitted as {job.name}")
            result = job_outputs.wait_for_result(workspace, job, print_line)
        with _stage(console, "4/6 promote: the champion into service, step by step"):
            plan = promotion.PromotionPlan(watch=_WATCH, requests=_REQUESTS)
            promoted = promotion.promote(workspace, None, plan, print_line)
        with _stage(console, "5/6 ask: the endpoint, for the month to come"):
            answer = invocation.invoke(workspace)
            row, prediction = answer.request["rows"][0], answer.answer["predictions"][0]
            print_line(f"asked:    {json.dumps(row)}")
            print_line(f"answered: {json.dumps(prediction)}")
        with _stage(console, "6/6 report: what the job has written"):
            report = job_outputs.download_output(workspace, job, "report", out / "report.html")
            print_line(f"{report.stat().st_size:,} bytes")
    facts = {
        "platform": f"{resources} resources of stack {STACK}; docs/sandbox-coverage.md says what was checked",
        "job": f"{job.name}: {result.state}",
        "model": f"{promoted.model} in service as {promoted.deployment}"
        + ("" if result.model else ", as before: no new one passed the gate"),
        "request": f"{row['StoreID']} in {row['Month']}: {prediction['QuantitySold']:,.0f}",
        "report": str(report.resolve()),
        "next": f"roast job status --target sandbox --stack {STACK}; roast stack graph --stack {STACK}",
    }
    title = f"done in {time.perf_counter() - started:.0f} s"
    console.print(Panel(_table(facts), title=title, border_style="green"))


@contextmanager
def _stage(console: Console, title: str) -> Generator[None]:
    from rich.text import Text

    console.print()
    console.rule(Text(title, "bold"), align="left", characters="─")
    started = time.perf_counter()
    yield
    console.print(Text(f"{time.perf_counter() - started:.1f} s", "dim"), justify="right")


def _up(console: Console) -> int:
    """Deploys the stack; how many resources it has."""
    from rich.text import Text

    from roastery import targets

    with console.status("about a minute"):
        outcome = targets.find(targets.SANDBOX).operate("up", STACK)
    if outcome.exit_code:
        raise targets.TargetError(f"stack {STACK} can't be deployed: {'; '.join(outcome.errors)}")
    counts = ", ".join(f"{number} {name}" for name, number in sorted(outcome.changes.items()))
    console.print(Text(counts, "dim"))
    return sum(
        number for name, number in outcome.changes.items() if name not in {"delete", "delete-replaced"}
    )


def _table(facts: dict[str, Any]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in facts.items():
        table.add_row(name, Text(str(text)))
    return table
