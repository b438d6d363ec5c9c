"""Which file defines a custom type, and its installation on a server."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from azsandbox.kubernetes.apiserver.apply import install_definitions
from azsandbox.kubernetes.apiserver.client import Api

OWN = Path(__file__).with_name("definitions")
_GROUP = re.compile(r"^  group: (\S+)$", re.MULTILINE)
_KIND = re.compile(r"^    kind: (\S+)$", re.MULTILINE)


def install(api: Api, files: Sequence[Path], api_version: str, kind: str) -> None:
    """Install the definition of a type that the server does not serve yet, if there is one."""
    file = None if api.serves(api_version, kind) else _file(tuple(files), api_version, kind)
    if file is not None:
        install_definitions(api, [file])


def all_files(downloaded: Sequence[Path]) -> tuple[Path, ...]:
    """Those of Argo and of the CSI driver, and our own of a type that no package contains."""
    return (*downloaded, *sorted(OWN.glob("*.yaml")))


@functools.lru_cache(maxsize=256)
def _file(files: tuple[Path, ...], api: str, kind: str) -> Path | None:
    """The definition of a type: each file has one, and is read as text because parsing it takes seconds."""
    for file in all_files(files):
        text = file.read_text(encoding="utf-8")
        group, own_kind = _GROUP.search(text), _KIND.search(text)
        if group and own_kind and (group[1], own_kind[1]) == (api.partition("/")[0], kind):
            return file
    return None
