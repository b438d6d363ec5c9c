"""Options that several commands have, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ml.pipeline import REGISTER

Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")]
RunFolder = Annotated[Path, typer.Option("--run", help="The run whose champion it is.")]
ModelFolder = Annotated[
    Path | None,
    typer.Option("--model-dir", help="A model's folder instead of the champion.", show_default=False),
]
REGISTERED_MODEL = str(next(param.default for param in REGISTER.params if param.name == "registered_model"))
ModelName = Annotated[str, typer.Option("--registered-model", help="The champion's name in the registry.")]
Encoding = Annotated[str, typer.Option(help="Of a CSV file; it is not guessed.")]
