"""The `roast` command: gathers the commands of every room, and turns whatever goes wrong into one line."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import metadata

import typer

from roastery.errors import RoasteryError

GROUP = "roast.commands"
"""Entry points `register(app: typer.Typer) -> None`: a room hangs its commands here."""

DEBUG = "ROAST_DEBUG"
DEFECT = 70
INTERRUPTED = 130

_EXIT_CODES = {
    "0": "done",
    "1": "it could not be finished",
    "2": "the data, a file, an option or a setting is wrong",
    "3": "a gate was not passed: the model of --require did not win",
    "4": "a service did not answer, or refused us",
    "10": "it is done, and recent sales have drifted from the training data",
    "70": "a defect of roast",
    "75": "a service is busy or unreachable: the same command may succeed later",
    "130": "stopped by Ctrl-C",
    "143": "told to end",
}
_EPILOG = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in _EXIT_CODES.items()) + "."


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command and exits with a code that means something."""
    sys.exit(_run(sys.argv[1:] if argv is None else argv))


def build() -> typer.Typer:
    """The application with the commands of every room; a room that is not installed says so when asked."""
    app = typer.Typer(
        name="roast",
        help="From daily sales in Snowflake to a served monthly demand forecast.",
        epilog=_EPILOG,
        no_args_is_help=False,
        add_completion=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_options)
    for point in metadata.entry_points(group=GROUP):
        try:
            register = point.load()
        except ImportError as error:
            _hang_absent(app, point.name, str(error))
        else:
            register(app)
    return app


def _hang_absent(app: typer.Typer, room: str, reason: str) -> None:
    """A command in the place of a room whose packages are not installed."""

    def absent(context: typer.Context) -> None:
        del context
        raise RoasteryError(
            f"the commands of {room} cannot be loaded: {reason}", "make setup installs what they need"
        )

    settings = {"allow_extra_args": True, "ignore_unknown_options": True}
    app.command(room, help="Not installed here: make setup.", context_settings=settings)(absent)


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


def _run(argv: Sequence[str]) -> int:
    try:
        # Not `app()`: that prints what goes wrong in frames of many lines.
        code = typer.main.get_command(build()).main(list(argv), prog_name="roast", standalone_mode=False)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last one who can tell the user
        return _explain(error)
    if code == INTERRUPTED:
        _say("interrupted")
    return code if isinstance(code, int) else 0


def _explain(error: Exception) -> int:
    """Says what went wrong and gives the exit code for it."""
    code = getattr(error, "exit_code", None)
    if os.environ.get(DEBUG, "") not in {"", "0"}:
        traceback.print_exception(error)
    if isinstance(code, int):
        _say(f"error: {_message(error)}")
        return code
    _say(f"error: {type(error).__name__}: {error} (a defect: report this; run with {DEBUG}=1 to see where)")
    return DEFECT


def _message(error: Exception) -> str:
    """Its text; after a wrong option, which option it was and where the right ones are told."""
    if not isinstance(error, typer.TyperException):
        return str(error)
    context = getattr(error, "ctx", None)
    return f"{error.format_message().rstrip('.')}{f' (see {context.command_path} --help)' if context else ''}"


def _say(line: str) -> None:
    typer.echo(" ".join(line.split()), err=True)
