"""Options of a command from the parameters of a pipeline, which have kind, choices, bounds and help."""

from __future__ import annotations

import inspect
from argparse import ArgumentTypeError
from collections.abc import Callable, Collection
from functools import wraps
from typing import Annotated, Any

import typer

from ml.spec import Param, Pipeline, Scalar

Command = Callable[..., None]


def takes_parameters_of(pipeline: Pipeline, *, several: Collection[str] = ()) -> Callable[[Command], Command]:
    """Adds an option for each of the pipeline's parameters to a command, which gets them as `params`.

    Args:
        pipeline: whose parameters.
        several: text parameters whose option may be repeated; the values are joined by commas.
    """
    added = {name: _option(param, several=name in several) for name, param in pipeline.params.items()}

    def decorate(command: Command) -> Command:
        signature = inspect.signature(command, eval_str=True)  # Typer evaluates no signature that is set
        own = [p for p in signature.parameters.values() if p.name != "params"]

        @wraps(command)
        def with_options(**arguments: Any) -> None:
            values = {name: arguments.pop(name) for name in added}
            joined = {n: ",".join(v) if isinstance(v, list) else v for n, v in values.items()}
            command(**arguments, params={name: value for name, value in joined.items() if value is not None})

        # Typer reads both.
        extended = signature.replace(parameters=[*own, *added.values()])
        with_options.__dict__["__signature__"] = extended
        with_options.__annotations__ = {name: p.annotation for name, p in extended.parameters.items()}
        return with_options

    return decorate


def _option(param: Param, *, several: bool) -> inspect.Parameter:
    def parse(text: object) -> Scalar:
        try:
            return param.parse(str(text))
        except ArgumentTypeError as error:
            raise typer.BadParameter(str(error)) from None

    option = typer.Option(
        help=f"{param.description[0].upper()}{param.description[1:]}.",
        parser=parse,
        metavar=_metavar(param),
        rich_help_panel="Parameters of the steps",
    )
    kind: Any = str if param.kind is bool else param.kind  # a bool would be a flag that takes no value
    default: Any = param.default
    if several:
        kind, default = list[str], str(default).split(",") if default is not None else None
    elif default is None:
        kind = kind | None
    return inspect.Parameter(
        param.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, option]
    )


def _metavar(param: Param) -> str:
    if param.choices:
        return "|".join(param.choices)
    if param.minimum is None and param.maximum is None:
        return {str: "TEXT", int: "NUMBER", float: "NUMBER", bool: "true|false"}[param.kind]
    low, high = ("" if bound is None else f"{bound:g}" for bound in (param.minimum, param.maximum))
    return f"{low}..{high}"
