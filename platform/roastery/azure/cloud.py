"""The addresses of Azure's public cloud, or of another that the environment names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, cast

from roastery.azure.errors import ServiceError
from roastery.azure.http import Http

_METADATA = "ARM_CLOUD_METADATA_URL"  # azure-ai-ml, terraform and az read the same variable


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """The addresses of a cloud."""

    manager: str = "https://management.azure.com"
    audience: str = "https://management.azure.com"
    storage: str = "core.windows.net"


def cloud(http: Http) -> Cloud:
    """The public cloud, or the one that ARM_CLOUD_METADATA_URL describes.

    Raises:
        ServiceError: the description can't be read.
    """
    url = os.environ.get(_METADATA)
    if not url:
        return Cloud()
    reply = http.send("GET", url)
    # A list since version 2019-05-01, one cloud in 2022-09-01.
    body: Any = cast("list[Any]", reply.body)[0] if isinstance(reply.body, list) else reply.body
    try:
        return Cloud(
            manager=str(body["resourceManager"]).rstrip("/"),
            audience=str(body["authentication"]["audiences"][0]).rstrip("/"),
            storage=str(body["suffixes"]["storage"]),
        )
    except (KeyError, IndexError, TypeError):
        raise ServiceError(f"{_METADATA} {url} does not describe a cloud", f"unset {_METADATA}") from None
