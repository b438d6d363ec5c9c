"""Groups of commands whose modules are imported when they are used: `roast --help` must not wait for them.

Help is plain text: Typer's Rich help alone takes 0.3 s to import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from roastery.errors import RoasteryError

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}

AnyCommand = TyperCommand | TyperGroup
Loader = Callable[[], AnyCommand]


class CommandRow(NamedTuple):
    """A command of a table; see `roastery.cli.command_table`."""

    name: str
    help: str
    panel: str
    target: str


class PanelCommand(TyperCommand):
    """A command whose help shows its options by panel."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        panels: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                panel = "Arguments" if parameter.param_type_name == "argument" else "Options"
                panels.setdefault(getattr(parameter, "rich_help_panel", None) or panel, []).append(record)
        for panel, records in panels.items():
            with formatter.section(panel):
                formatter.write_dl(records)


class LazyGroup(TyperGroup):
    """A group that lists its commands by name and help, and loads a command when it is used."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._loaders: dict[str, Loader] = {}
        self._renamed: dict[str, str] = {}

    def add(self, row: CommandRow, name: str, load: Loader, *, hidden: bool = False) -> None:
        """Lists a command by that name."""
        self.commands[name] = TyperCommand(
            name, help=row.help, hidden=hidden, rich_markup_mode=None, rich_help_panel=row.panel
        )
        self._loaders[name] = load

    def add_renamed(self, old: str, row: CommandRow) -> None:
        """Keeps the old name of a command: it is hidden, works the same and says the new name."""
        self.add(row, old, partial(load_command, row), hidden=True)
        self._renamed[old] = row.name

    def get_help_option(self, ctx: Any) -> Any:
        """The help option, with a default that Typer does not convert: conversion imports pydantic."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        load = self._loaders.get(cmd_name)
        return load() if load else super().get_command(ctx, cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name in self._renamed:
            new = f"{ctx.find_root().command_path} {self._renamed[name]}"
            typer.echo(
                f"{ctx.command_path} {name} is now {new}; the old name goes in the next version", err=True
            )
        return name, command, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """By panel, in the order in which the panels were added; nothing is loaded."""
        del ctx
        listed = [command for command in self.commands.values() if not command.hidden]
        width = max((len(command.name or "") for command in listed), default=0)
        panels: dict[str, list[tuple[str, str]]] = {}
        for command in listed:
            panel = getattr(command, "rich_help_panel", None) or "Commands"
            summary = (command.help or "").partition("\n")[0]
            panels.setdefault(panel, []).append((f"{command.name or '':<{width}}", summary))
        for panel, rows in panels.items():
            with formatter.section(panel):
                formatter.write_dl(rows)


def add_rows(root: LazyGroup, rows: Sequence[CommandRow], renamed: Mapping[str, str]) -> None:
    """Adds commands and groups.

    Args:
        root: gets them.
        rows: a group comes before its commands.
        renamed: new names of commands by their old names.
    """
    by_name = {row.name: row for row in rows}
    groups = {"": root}
    for row in rows:
        parent, _, name = row.name.rpartition(" ")
        if row.target:
            old_names = {
                old.rpartition(" ")[2]: by_name[new]
                for old, new in renamed.items()
                if old.rpartition(" ")[0] == row.name
            }
            groups[parent].add(row, name, partial(load_command, row, old_names))
        else:
            group = groups[row.name] = _group(row, name)
            groups[parent].add(row, name, lambda group=group: group)
    for old, new in renamed.items():
        if " " not in old:
            root.add_renamed(old, by_name[new])


def add_broken(root: LazyGroup, name: str, reason: str) -> None:
    """Lists commands that can't be loaded; they say why when they are used."""

    def load() -> AnyCommand:
        raise RoasteryError(
            f"the commands of {name} can't be loaded: {reason}", "make setup installs what they need"
        )

    root.add(CommandRow(name, "Not installed here: make setup.", "Not installed", ""), name, load)


def load_command(row: CommandRow, old_names: Mapping[str, CommandRow] | None = None) -> AnyCommand:
    """Imports a command's module and builds the command, or the group with old names of other commands.

    Raises:
        RoasteryError: a package that it needs is not installed.
    """
    module, _, attribute = row.target.partition(":")
    try:
        value = getattr(import_module(module), attribute)
    except ImportError as error:
        raise RoasteryError(
            f"roast {row.name} can't be loaded: {error}", "make setup installs what it needs"
        ) from error
    name = row.name.rpartition(" ")[2]
    application = typer.Typer(rich_markup_mode=None, add_completion=False)
    if not isinstance(value, typer.Typer):
        application.command(name, cls=PanelCommand, context_settings=HELP_OPTIONS)(value)
        return cast(AnyCommand, get_command(application))
    application.add_typer(value, name=name, cls=LazyGroup, context_settings=HELP_OPTIONS)
    group = cast(LazyGroup, get_group(application).commands[name])
    for old, target in (old_names or {}).items():
        group.add_renamed(old, target)
    return group


def _group(row: CommandRow, name: str) -> LazyGroup:
    return LazyGroup(
        name=name, help=row.help, no_args_is_help=True, rich_markup_mode=None, context_settings=HELP_OPTIONS
    )
