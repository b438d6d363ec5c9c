"""The `roast` command: gathers the commands of all packages, and turns whatever goes wrong into one line."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module, metadata
from typing import Any, TextIO, cast

import typer
from typer.main import get_command

from roastery.cli.command_table import COMMANDS, GROUP, PANELS, RENAMED
from roastery.cli.lazy import HELP_OPTIONS, AnyCommand, CommandRow, LazyGroup, add_broken, add_rows
from roastery.errors import EXIT_CODES

DEBUG = "ROAST_DEBUG"
FAILED = 1
DEFECT = 70
INTERRUPTED = 130
_SANDBOX = "sandbox"
_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE}


class RoastGroup(LazyGroup):
    """The command itself; its help ends with the exit codes."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        del ctx
        with formatter.section("Exit codes"):
            formatter.write_dl([(str(code), meaning) for code, meaning in EXIT_CODES.items()])


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command and exits with a code of the table `roastery.errors.EXIT_CODES`."""
    sys.exit(run(sys.argv[1:] if argv is None else argv))


def build() -> LazyGroup:
    """The application with the commands of all installed packages; none of their modules is imported."""
    application = typer.Typer(
        name="roast",
        cls=RoastGroup,
        help="From daily sales in Snowflake to a served monthly demand forecast.",
        no_args_is_help=False,
        add_completion=False,
        rich_markup_mode=None,
        context_settings=HELP_OPTIONS,
    )
    application.callback(invoke_without_command=True)(_options)
    root = cast(LazyGroup, get_command(application))
    rows, broken = _read_tables()
    add_rows(root, rows, RENAMED)
    for name, reason in broken.items():
        add_broken(root, name, reason)
    if _SANDBOX not in root.commands:
        row = CommandRow(_SANDBOX, "Not installed here.", "Not installed", "")
        root.add(row, _SANDBOX, _absent_sandbox, hidden=True)
    return root


def _absent_sandbox() -> AnyCommand:
    from roastery import targets

    raise targets.not_installed(_SANDBOX)


def _read_tables() -> tuple[list[CommandRow], dict[str, str]]:
    """The rows of all packages in the order of the panels, and why the tables of others can't be read."""
    rows = [CommandRow(*row) for row in COMMANDS]
    broken: dict[str, str] = {}
    for point in metadata.entry_points(group=GROUP):
        try:
            rows += [CommandRow(*row) for row in import_module(point.value).COMMANDS]
        except Exception as error:  # noqa: BLE001 - a package that is broken must not take the others with it
            broken[point.name] = str(error) or type(error).__name__
    order = {panel: number for number, panel in enumerate(PANELS)}
    panels = {row.name: row.panel for row in rows}
    rows.sort(key=lambda row: order.get(panels.get(row.name.partition(" ")[0], ""), len(order)))
    return rows, broken


def _options(
    context: typer.Context,
    *,
    version: bool = typer.Option(False, "--version", help="Print the version and exit."),
    debug: bool = typer.Option(False, "--debug", envvar=DEBUG, help="Show where an error comes from."),
) -> None:
    if debug:
        os.environ[DEBUG] = "1"
    if version:
        typer.echo(f"roast {metadata.version('roastery')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


def run(argv: Sequence[str]) -> int:
    """Runs one command and returns its exit code; if standard output did not take all of it, says so."""
    code = _run(argv)
    try:
        if sys.stdout:  # None: it is closed, by `>&-`
            sys.stdout.flush()
    except OSError as error:
        return _report_unwritten(error)
    return code


def _run(argv: Sequence[str]) -> int:
    try:
        # Not `application()`: that prints an error in frames of many lines.
        code = build().main(list(argv), prog_name="roast", standalone_mode=False)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - nobody else can report it to the user
        if isinstance(error, OSError) and error.errno in _UNWRITTEN:
            return _report_unwritten(error)
        return _report(error)
    if code == INTERRUPTED:
        _print_line("interrupted")
    return code if isinstance(code, int) else 0


def _report_unwritten(error: OSError) -> int:
    """A full disk is nobody's defect, wherever it is met; and `| head` has seen enough."""
    if error.errno != errno.EPIPE:
        where = error.filename or "its output"
        _print_line(f"error: cannot write {where}: {error.strerror} (free some space, or write elsewhere)")
    for stream in (sys.stdout, sys.stderr):
        _discard_unwritten(stream)
    return FAILED


def _discard_unwritten(stream: TextIO | None) -> None:
    """What is left in a buffer would be an error once more when the interpreter ends."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _report(error: Exception) -> int:
    """Prints what went wrong and gives the exit code for it."""
    code = getattr(error, "exit_code", None)
    if os.environ.get(DEBUG, "") not in {"", "0"}:
        import traceback

        traceback.print_exception(error)
    if isinstance(code, int):
        _print_line(f"error: {_message(error)}")
        return code
    _print_line(
        f"error: {type(error).__name__}: {error} (a defect: report this; run with {DEBUG}=1 to see where)"
    )
    return DEFECT


def _message(error: Exception) -> str:
    """Its text; after a wrong option, which option it was and which help lists the right ones."""
    if not isinstance(error, typer.TyperException):
        return str(error)
    context = getattr(error, "ctx", None)
    return f"{error.format_message().rstrip('.')}{f' (see {context.command_path} --help)' if context else ''}"


def _print_line(text: str) -> None:
    with suppress(OSError):  # where standard error is full, the exit code still says it
        typer.echo(" ".join(text.split()), err=True)
        return
    _discard_unwritten(sys.stderr)
