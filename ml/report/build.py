"""Renders the report as one self-contained HTML document."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ml.report import format as fmt
from ml.report.model import RunReport, from_sources
from ml.report.sources import read
from ml.report.versions import provenance

_FILTERS = (
    fmt.count,
    fmt.quantity,
    fmt.percent,
    fmt.share,
    fmt.change,
    fmt.decimal,
    fmt.month,
    fmt.label,
    fmt.plural,
)


def build(folders: Mapping[str, Path]) -> str:
    """The report of a run, from the folders that its steps wrote.

    Args:
        folders: by the names of `ml.report.sources.FOLDERS`.

    Returns:
        A whole HTML document; equal folders, code and packages give equal text.

    Raises:
        InputError: a folder does not exist, or a file in it is broken. A missing file is only listed.
    """
    return render(from_sources(read(folders), provenance()))


def render(report: RunReport) -> str:
    """The report as HTML. All text in it that came with the data is escaped."""
    script = _asset("explorer.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            style=Markup(_asset("report.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("ml.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    cast("dict[str, Any]", environment.filters).update({write.__name__: write for write in _FILTERS})
    return environment


@cache
def _asset(name: str) -> str:
    return (resources.files("ml.report") / "templates" / name).read_text(encoding="utf-8")
