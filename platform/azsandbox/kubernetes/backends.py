"""What judges and stores the objects of clusters: the sandbox's model, or a real API server."""

from __future__ import annotations

import os
from collections.abc import Mapping

from azsandbox.errors import OptionError

VARIABLE = "AZSANDBOX_KUBERNETES"
MODEL = "model"
APISERVER = "apiserver"
BACKENDS = (MODEL, APISERVER)


def chosen(option: str | None = None, environment: Mapping[str, str] = os.environ) -> str | None:
    """The backend of the option, else of the variable; None leaves it to what each cluster has.

    Raises:
        OptionError: there is no such backend.
    """
    choice = option or environment.get(VARIABLE) or None
    if choice is not None and choice not in BACKENDS:
        origin = "--kubernetes" if option else VARIABLE
        raise OptionError(f"{origin} {choice!r} is not a backend: choose one of {', '.join(BACKENDS)}")
    return choice
