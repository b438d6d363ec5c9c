"""Commands whose modules are imported when they are run: `roast --help` must not wait for pandas."""

from __future__ import annotations

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import typer

_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False}


def add(app: typer.Typer, name: str) -> None:
    """Adds the command of `ml.cli.<name>`: its Typer application `app`, or else its function `<name>`."""
    module = f"ml.cli.{name}"

    def proxy(context: typer.Context) -> None:
        command = typer.main.get_command(_application(module, name))
        code = command.main(context.args, prog_name=context.command_path, standalone_mode=False)
        if isinstance(code, int) and code:
            raise typer.Exit(code)

    app.command(name, help=_summary(module, name), context_settings=_PASS_ON, add_help_option=False)(proxy)


def _application(module: str, name: str) -> typer.Typer:
    found = import_module(module)
    application = getattr(found, "app", None)
    if application is None:
        application = typer.Typer(
            add_completion=False, context_settings={"help_option_names": ["-h", "--help"]}
        )
        application.command(name)(getattr(found, name))
    return application


def _summary(module: str, name: str) -> str:
    """The first line of the function's docstring, or of the module's, read without importing it."""
    spec = find_spec(module)
    tree = ast.parse(Path(spec.origin).read_bytes() if spec and spec.origin else b"")
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return (ast.get_docstring(functions.get(name, tree)) or "").partition("\n")[0]
