"""The whole page."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from azsandbox import files, paths
from azsandbox.api_server.routes import ROUTES, WORKSPACE
from azsandbox.api_server.routing import Surface
from azsandbox.arm.catalogue import Types
from azsandbox.arm.evidence import Evidence
from azsandbox.arm.model import ResourceType, Service
from azsandbox.arm_api.published.table import shared
from azsandbox.cases.load import load_folder
from azsandbox.cases.model import Case
from azsandbox.cases.proof import Proofs, prove
from azsandbox.coverage import evidence, texts
from azsandbox.coverage.claims import claims_of, key
from azsandbox.kubernetes import argo, charts
from azsandbox.registry_api.service import OPERATIONS as REGISTRY_OPERATIONS
from azsandbox.schema import catalogue
from azsandbox.schema.corrections import ENUMS
from azsandbox.services import all_types
from azsandbox.storage_api.service import OPERATIONS as BLOB_OPERATIONS
from azsandbox.vault_api.service import OPERATIONS as VAULT_OPERATIONS

PAGE = "docs/sandbox-coverage.md"
CASES = "tests/platform/azsandbox/cases"
HELD_OUT = "tests/platform/azsandbox/heldout/results.json"


def page() -> str:
    """The whole page, as Markdown; every case is judged for it."""
    types = all_types()
    shapes = catalogue.shared()
    cases = load_folder(paths.checkout() / CASES)
    proofs = prove(cases, types)
    parts = [texts.INTRODUCTION, *_summary(types, cases, proofs), texts.DEVIATIONS]
    parts.extend("\n".join(_service(service, shapes, proofs)) for service in types.services)
    parts.append("\n".join(_api_server()))
    parts.append("\n".join(_kubernetes()))
    parts.append("\n".join(evidence.constraints()))
    parts.append("\n".join(evidence.facts()))
    parts.append("\n".join(evidence.recorded(cases)))
    parts.append("\n".join(evidence.held_out(paths.checkout() / HELD_OUT)))
    return "\n".join(parts)


def _summary(types: Types, cases: list[Case], proofs: Proofs) -> Iterator[str]:
    declared = [
        (spec, claim) for service in types.services for spec in service.types for claim in claims_of(spec)
    ]
    proven = [claim for spec, claim in declared if key(spec, claim) in proofs.proven]
    by_evidence = Counter(claim.evidence for claim in proven)
    functions = sum(len(service.invokes) for service in types.services)
    counts = ", ".join(f"{by_evidence[kind]} {kind.value}" for kind in Evidence)
    number = len(types.tokens)
    yield f"{number} resource types in {len(types.services)} services, each with its `get…` function,"
    yield f"and {functions} further functions. {len(proven)} proven claims: {counts};"
    yield f"{len(declared) - len(proven)} more are declared in the code without a pair of cases and are not"
    following = proofs.judged - len(cases)
    yield f"listed. The proofs are {len(cases)} cases, and {following} that follow from them.\n"


def _service(service: Service, shapes: catalogue.Catalogue, proofs: Proofs) -> Iterator[str]:
    yield f"## {service.name}\n"
    for spec in service.types:
        yield from _type(spec, shapes.shape(spec.token).api_version, proofs)
    for invoke in service.invokes:
        yield f"### {invoke.token.rpartition(':')[2]} (function)\n"
        yield from (f"- {claim.what} — *{claim.evidence.value}*" for claim in invoke.claims)
        yield ""


def _type(spec: ResourceType, api_version: str, proofs: Proofs) -> Iterator[str]:
    yield f"### {spec.token.rpartition(':')[2]}\n"
    yield f"`{spec.kind}`, API {api_version}\n"
    for claim in claims_of(spec):
        if key(spec, claim) in proofs.proven:
            text = f"name: {spec.name.description}" if spec.name and claim.what == "name" else claim.what
            yield f"- {text} — *{claim.evidence.value}*"
    yield from (f"- deviation: {text}" for text in spec.deviations)
    yield ""


def _api_server() -> Iterator[str]:
    sdk = importlib.metadata.version("azure-ai-ml")
    versions = {version for known in shared().versions.values() for version in known}
    yield texts.API_SERVER.format(sdk=sdk, versions=f"{len(versions):,}")
    for surface in Surface:
        yield f"### {surface.value}\n"
        if surface is Surface.BLOB:
            yield f"- {_listed(BLOB_OPERATIONS)} on a folder — *specification*"
        for route in ROUTES:
            if route.surface is surface:
                claim = route.claim
                path = route.path.replace(WORKSPACE, "…").replace(":path}", "}")
                yield f"- `{route.method} {path}`: {claim.what} — *{claim.evidence.value}*"
        yield ""
    yield "### Key Vault keys and container registries\n"
    yield f"- {_listed(VAULT_OPERATIONS)} with a real RSA key, by the caller's data roles — *specification*"
    operations = _listed(REGISTRY_OPERATIONS)
    yield f"- {operations} of the OCI distribution API, by the caller's roles — *specification*"
    yield ""
    yield texts.API_SERVER_DEVIATIONS


def _listed(operations: Iterable[str]) -> str:
    return ", ".join(f"`{operation}`" for operation in operations)


def _kubernetes() -> Iterator[str]:
    yield "## kubernetes\n"
    kinds = ", ".join((*argo.WORKFLOWS, *argo.EVENTS))
    yield "- core types: the strict published schemas of the cluster's version — *specification*"
    yield "- quantities, requests within limits, labels, pod security levels, CIDRs, ports — *documentation*"
    yield "- a namespace or custom type exists before its objects; names; immutable fields — *documentation*"
    yield f"- Argo's {kinds}: Hera's models, generated from Argo's schema;"
    yield "  entry points and tasks name templates that exist — *specification*"
    yield "- InstanceType of the Azure ML extension, SecretProviderClass of the CSI driver — *documentation*"
    charts_known = ", ".join(charts.CHARTS)
    yield f"- Helm releases of {charts_known}: their values and what they install — *specification*"
    yield "- limit ranges and quotas: pods, claims and counts of objects — *specification*"
    yield "- the rules of custom definitions (CEL), as far as their functions are known — *specification*"
    yield "- deviation: no controller runs, so no pods are created; webhooks and policies are not evaluated"
    yield "- with `--kubernetes apiserver`, a real kube-apiserver judges and stores all objects:"
    yield "  validation, defaults, admission, pod security and RBAC are its own — *recorded*"
    yield "- deviation there: one version of the server for all clusters; quotas are not counted; no webhooks"
    yield "- deviation: `yaml.v2`, `helm.v4` and Kustomize are refused; declare the objects"
    if ENUMS:
        yield "\n## Corrections of the SDK's types\n"
        yield from (f"- {key}.{name}: {', '.join(values)}" for (key, name), values in ENUMS.items())
    yield ""


def write() -> None:
    target = Path(paths.checkout(), PAGE)
    files.write_text(target, page(), mode=files.PUBLIC)


def unproven() -> list[str]:
    """The claims that are declared but not printed, as a case would name them."""
    types = all_types()
    proofs = prove(load_folder(paths.checkout() / CASES), types)
    keys = [
        key(spec, claim) for service in types.services for spec in service.types for claim in claims_of(spec)
    ]
    return [text for text in keys if text not in proofs.proven]
