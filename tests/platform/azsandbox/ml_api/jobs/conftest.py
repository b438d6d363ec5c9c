"""A pipeline of two registered components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def pipeline(sdk: Any, component: Callable[..., Any], unique: str) -> Any:
    """A pipeline of two registered components, not submitted: the second reads what the first writes."""
    write = component(
        f"write_{unique}",
        "echo $FROM_THE_SESSION $[[with ${{inputs.note}}]]; echo ${{inputs.n}} > ${{outputs.made}}/number",
        inputs={"n": sdk.Input(type="integer", default=3), "note": sdk.Input(type="string", optional=True)},
        outputs={"made": sdk.Output(type="uri_folder")},
    )
    read = component(
        f"read_{unique}",
        "cat ${{inputs.made}}/number > ${{outputs.twice}}",
        inputs={"made": sdk.Input(type="uri_folder")},
        outputs={"twice": sdk.Output(type="uri_file")},
    )

    def two(n: int = 5) -> Any:
        first = write(n=n)
        first.outputs.made.name = f"numbers-{unique}"
        second = read(made=first.outputs.made)
        return {"twice": second.outputs.twice}

    two.__annotations__ = {"n": int}  # azure-ai-ml does not evaluate annotations
    return sdk.dsl.pipeline(name="two", default_compute="aks")(two)()
