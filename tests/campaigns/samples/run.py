"""`make samples`: every example of Azure's REST specifications, sent by the genuine clients to the sandbox.

Of each example of a modelled type: PUT, GET (with everything that was sent), PUT again, DELETE, all through
the azure-mgmt client of the type. What is refused has its reason in refusals.yaml, or the run fails.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bicep
import clients
import seed
import yaml
from azure.core.exceptions import HttpResponseError
from report import Outcome, page, reason

from azsandbox.arm import regions
from azsandbox.arm_api.published.table import shared

HERE = Path(__file__).parent
REFUSALS = HERE / "refusals.yaml"
GROUP = f"/subscriptions/{clients.SUBSCRIPTION}/resourceGroups/rg"
_FIXED = {
    "microsoft.containerservice/managedclusters/agentpools": "pool1",
    "microsoft.authorization/roleassignments": "00000000-0000-4000-8000-000000000001",
    "microsoft.authorization/roledefinitions": "00000000-0000-4000-8000-000000000002",
    "microsoft.storage/storageaccounts/managementpolicies": "default",
    "microsoft.storage/storageaccounts/blobservices": "default",
    "microsoft.storage/storageaccounts/fileservices": "default",
    "microsoft.storage/storageaccounts/queueservices": "default",
    "microsoft.storage/storageaccounts/tableservices": "default",
    "microsoft.containerservice/managedclusters/maintenanceconfigurations": "default",
    "microsoft.eventhub/namespaces": "examplespace",
    "microsoft.eventhub/namespaces/networkrulesets": "default",
    "microsoft.insights/workbooks": "00000000-0000-4000-8000-000000000003",
}
_SCOPES = {
    "microsoft.insights/diagnosticsettings": "Microsoft.Logic/workflows/flow",
    "microsoft.insights/datacollectionruleassociations": "Microsoft.Compute/virtualMachines/machine",
}
_LOCATION = "westeurope"
_WITHOUT_CLIENT = {"microsoft.machinelearningservices/workspaces/outboundrules"}


def identifier_of(sample: bicep.Sample) -> str:
    """The id of a sample: each name above is `parent`, the last is its own or what its type requires."""
    namespace, *types = sample.kind.split("/")
    names = [f"parent{number or ''}" for number in range(len(types) - 1)]
    kinds = ["/".join([namespace, *types[: number + 1]]).lower() for number in range(len(types))]
    names = [_FIXED.get(kind, name) for kind, name in zip(kinds, names, strict=False)]
    name = _FIXED.get(sample.kind.lower(), sample.name or "example")
    parts = [part for pair in zip(types, [*names, name], strict=True) for part in pair]
    if sample.kind.lower().startswith("microsoft.kubernetesconfiguration/"):
        scope = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/cluster"
        return f"{scope}/providers/{'/'.join([namespace, *parts])}"
    if sample.kind.lower() in _SCOPES:
        scope = f"{GROUP}/providers/{_SCOPES[sample.kind.lower()]}"
        return f"{scope}/providers/{'/'.join([namespace, *parts])}"
    if sample.kind.lower() == "microsoft.resources/resourcegroups":
        return f"/subscriptions/{clients.SUBSCRIPTION}/resourceGroups/{name}"
    return f"{GROUP}/providers/{'/'.join([namespace, *parts])}"


def body_of(sample: bicep.Sample) -> dict[str, Any]:
    """The body, with placeholders of places and subscriptions replaced: those of an example do not exist."""
    body = seed.plain(sample.body)
    if isinstance(body.get("location"), str) and regions.canonical(body["location"]) not in regions.REGIONS:
        if body["location"]:  # in names too, such as that of a private DNS zone
            body = json.loads(json.dumps(body).replace(body["location"], _LOCATION))
        body["location"] = _LOCATION
    return body


def judge(sample: bicep.Sample) -> Outcome | None:
    """Send one sample; None if no client has the type."""
    sandbox = clients.Sandbox()
    try:
        resources = sandbox.application.resources
        identifier = identifier_of(sample)
        spec = resources.type_of(identifier)
        if spec is None:
            return None
        body = body_of(sample)
        seed.prepare(resources, identifier, body, str(body.get("location") or _LOCATION))
        operations = {
            method: operation
            for (path, method), operation in clients.operations().items()
            if re.fullmatch(_expression(path), identifier.strip("/"), re.IGNORECASE)
        }
        return _steps(sample, sandbox, operations, identifier, body)
    finally:
        sandbox.close()


def _expression(path: str) -> str:
    """The ids that a client's path fits; one that starts with a parameter takes any scope there."""
    scope, separator, tail = path.partition("/providers/")
    head = ".+" if separator and scope == "{}" else re.escape(scope)
    return f"{head}{separator}{re.escape(tail)}".replace(r"\{\}", "[^/]+")


def _steps(
    sample: bicep.Sample, sandbox: clients.Sandbox, operations: dict[str, Any], identifier: str, body: Any
) -> Outcome:
    outcome = Outcome(sample)
    adapter = clients.InProcess(sandbox)
    known = sample.version in shared().versions.get(sample.kind.lower(), ())
    version = sample.version if known else ""
    for step in ("PUT", "GET", "PUT again", "DELETE"):
        operation = operations.get(step.split()[0])
        try:
            if operation is None:
                _raw(sandbox, step.split()[0], identifier, body, sample.version)
            else:
                owner = clients.client(operation, sandbox, adapter, version)
                path = _parameters(operation.url, identifier)
                sent = body if step.startswith("PUT") else None
                clients.run(operation, owner, path, sent, version)
        except HttpResponseError as error:
            outcome.step, outcome.code = step, str(error.error.code if error.error else error.status_code)
            outcome.message = str(error.error.message if error.error else error)
            break
        except _RefusedError as error:
            outcome.step, outcome.code, outcome.message = step, error.code, str(error)
            break
        except Exception as error:  # a crash: reported as such
            outcome.step, outcome.code, outcome.message = (
                f"{step}: crash",
                type(error).__name__,
                str(error)[:500],
            )
            break
        if step == "GET":
            shown = sandbox.answer("GET", f"{clients.BASE}{identifier}?api-version={sample.version}").body
            outcome.lost = sorted(lost(body, shown))
    return outcome


class _RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _raw(sandbox: clients.Sandbox, method: str, identifier: str, body: Any, version: str) -> None:
    """The request itself, for what no installed client has."""
    content = clients.json.dumps(body).encode() if method == "PUT" else b""
    answer = sandbox.answer(method, f"{clients.BASE}{identifier}?api-version={version}", content)
    if answer.status >= 400:
        error = (answer.body or {}).get("error", {})
        raise _RefusedError(str(error.get("code", answer.status)), str(error.get("message", "")))


def _parameters(url: str, identifier: str) -> dict[str, str]:
    expression = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(url.strip("/")))
    expression = re.sub(r"^\(\?P<(\w+)>\[\^/\]\+\)/providers", r"(?P<\1>.+)/providers", expression)
    match = re.fullmatch(expression, identifier.strip("/"), re.IGNORECASE)
    return match.groupdict() if match else {}


def lost(sent: Any, shown: Any, path: str = "") -> set[str]:
    """The paths of what was sent and is not shown, lists by their first elements."""
    if isinstance(sent, dict):
        if not isinstance(shown, dict):
            return {path} if sent else set()
        names = {str(name).lower(): name for name in shown}
        missing: set[str] = set()
        for key, item in sent.items():
            if item in (None, {}, []):
                continue
            where = f"{path}.{key}" if path else str(key)
            known = names.get(str(key).lower())
            missing |= {where} if known is None else lost(item, shown[known], where)
        return missing
    if isinstance(sent, list):
        if not isinstance(shown, list):
            return {path}
        return {
            item
            for value, other in zip(sent, shown, strict=False)
            for item in lost(value, other, f"{path}[]")
        }
    return set()


def main() -> int:
    parser = argparse.ArgumentParser(prog="make samples", description=__doc__)
    parser.add_argument(
        "--source", type=Path, required=True, help="a clone of github.com/Azure/bicep-types-az"
    )
    parser.add_argument("--only", default="", help="types that start with this")
    parser.add_argument("--out", type=Path, help="all outcomes, as YAML")
    parser.add_argument("--page", type=Path, help="the page to write")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    reviewed: list[dict[str, str]] = yaml.safe_load(REFUSALS.read_text())
    outcomes = [
        outcome for sample in chosen(options.source, options.only.lower()) if (outcome := judge(sample))
    ]
    if options.out:
        described = [outcome.describe() for outcome in outcomes]
        options.out.write_text(yaml.safe_dump(described, sort_keys=False, width=250))
    if options.page:
        options.page.write_text(page(outcomes, reviewed))
    refused = [outcome for outcome in outcomes if not outcome.accepted]
    unknown = [outcome for outcome in refused if reason(outcome, reviewed) is None]
    for outcome in unknown:
        sample = outcome.sample
        print(f"{sample.kind}@{sample.version} {sample.title}: {outcome.step} {outcome.message}")
    accepted = len(outcomes) - len(refused)
    print(f"{len(outcomes)} examples, {accepted} accepted, {len(unknown)} without a reviewed reason")
    return 1 if unknown else 0


def chosen(source: Path, only: str) -> Iterator[bicep.Sample]:
    """The different samples of the modelled types, newest first."""
    modelled = {kind.lower() for kind in shared().operations} | _WITHOUT_CLIENT
    seen: set[tuple[str, str]] = set()
    ordered = sorted(bicep.samples(source), key=lambda item: (item.kind.lower(), item.version), reverse=True)
    for sample in ordered:
        kind = sample.kind.lower()
        if kind in modelled and kind.startswith(only) and (kind, str(sample.body)) not in seen:
            seen.add((kind, str(sample.body)))
            yield sample


if __name__ == "__main__":
    sys.exit(main())
