"""What Azure refuses about Flux configurations.

Sources, read on 2026-12-01: the REST specification; terraform-provider-azurerm,
kubernetes_flux_configuration; learn.microsoft.com/azure/azure-arc/kubernetes/gitops-flux2-parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion

_SOURCES = {"gitrepository": "gitRepository", "bucket": "bucket", "azureblob": "azureBlob"}
_REFERENCES = ("branch", "tag", "semver", "commit")
_GIT = re.compile(r"(https?://|ssh://|git@)\S+")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def source_is_the_kinds_own(inputs: Values) -> Iterator[Problem]:
    """One source, the one that sourceKind names."""
    kind = inputs.get("sourceKind", "GitRepository")
    present = [name for name in _SOURCES.values() if inputs.get(name) is not None]
    wanted = _SOURCES.get(kind.lower()) if isinstance(kind, str) else None
    if len(present) > 1:
        yield Problem(present[1], f"and {present[0]} are two sources, but a configuration has one")
    elif wanted and wanted not in present:
        yield Problem(wanted, f"is required with sourceKind {kind}", code="required")
    elif wanted and present != [wanted]:
        yield Problem(present[0], f"does not go with sourceKind {kind}")


def repository_is_valid(inputs: Values) -> Iterator[Problem]:
    repository = inputs.get("gitRepository")
    if not isinstance(repository, dict):
        return
    url = repository.get("url")
    if url is None:
        yield Problem("gitRepository.url", "is required", code="required")
    elif isinstance(url, str) and not _GIT.fullmatch(url):
        yield Problem("gitRepository.url", f"{url!r} is not a URL: https://, http://, ssh:// or git@")
    reference = repository.get("repositoryRef")
    if not isinstance(reference, dict):
        return
    names = [name for name in _REFERENCES if reference.get(name) is not None]
    if not names:
        yield Problem("gitRepository.repositoryRef", "is empty: set branch, tag, semver or commit")


def kustomizations_are_known(inputs: Values) -> Iterator[Problem]:
    """They depend on others of the same configuration, and not on each other in a ring."""
    items = inputs.get("kustomizations")
    if not isinstance(items, dict):
        return
    needs: dict[str, list[str]] = {}
    for name, item in items.items():
        depends = item.get("dependsOn") if isinstance(item, dict) else None
        needs[name] = [text for text in depends if isinstance(text, str)] if isinstance(depends, list) else []
        for other in needs[name]:
            if other not in items:
                hint = suggestion(other, items)
                yield Problem(
                    f'kustomizations["{name}"].dependsOn', f"{other!r} is not a kustomization here{hint}"
                )
    for name in needs:
        if _reaches(name, name, needs, frozenset()):
            yield Problem(
                f'kustomizations["{name}"].dependsOn', f"leads back to {name!r}: it would never run"
            )
            return


def _reaches(start: str, target: str, needs: dict[str, list[str]], seen: frozenset[str]) -> bool:
    return any(
        other == target or (other not in seen and _reaches(other, target, needs, seen | {other}))
        for other in needs.get(start, [])
    )


def namespace_is_valid(inputs: Values) -> Iterator[Problem]:
    namespace = inputs.get("namespace")
    if isinstance(namespace, str) and not _LABEL.fullmatch(namespace):
        yield Problem("namespace", f"{namespace!r} is not a valid namespace name: a-z, 0-9 and -, up to 63")
