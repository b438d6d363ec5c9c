"""Asks a real API server about every mutation of `objects.yaml` and writes its verdicts to `agreement.json`.

    .venv/bin/python tests/platform/azsandbox/kubernetes/validation/record.py

The server is the one of `make apiserver` (built the first time); nothing is stored, every apply is a dry run.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from azsandbox.kubernetes import schemas
from azsandbox.kubernetes.apiserver import build, pin
from azsandbox.kubernetes.apiserver.client import Api, UnreachableError
from azsandbox.kubernetes.apiserver.server import running

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from mutations import mutations  # noqa: E402 - next to this file

ACCOUNT = {
    "apiVersion": "v1",
    "kind": "ServiceAccount",
    "metadata": {"name": "default", "namespace": "default"},
}


def accepts(api: Api, manifest: dict[str, Any]) -> bool:
    path = api.path(manifest)
    try:
        return path is not None and api.apply(manifest, path, dry_run=True).status < 300
    except UnreachableError:  # the handler panicked: a defect of the server, and no acceptance
        return False


def refuses(manifest: dict[str, Any]) -> bool:
    return any(not problem.warning for problem in schemas.check(manifest, pin.KUBERNETES))


def main() -> None:
    objects: list[dict[str, Any]] = yaml.safe_load((HERE / "objects.yaml").read_text())
    recorded: dict[str, Any] = {}
    right = total = 0
    with running(build.ensure(print)) as api, ThreadPoolExecutor(6) as workers:
        account = api.path(ACCOUNT)
        assert account is not None
        api.apply(ACCOUNT, account)
        for manifest in objects:
            changes = {"nothing": manifest, **dict(mutations(manifest))}
            verdicts = list(workers.map(lambda changed: accepts(api, changed), changes.values()))
            accepted = [name for name, verdict in zip(changes, verdicts, strict=True) if verdict]
            name = f"{manifest['kind']} {manifest['metadata']['name']}"
            recorded[name] = {"changes": len(changes), "accepted": accepted}
            right += sum(
                refuses(changed) != verdict
                for changed, verdict in zip(changes.values(), verdicts, strict=True)
            )
            total += len(changes)
    content = {"kubernetes": pin.KUBERNETES, "objects": recorded}
    (HERE / "agreement.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    print(f"{right} of {total} verdicts agree ({right / total:.2%})")


if __name__ == "__main__":
    main()
