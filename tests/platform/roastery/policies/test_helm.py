"""Rules see through charts: rendered where helm and the chart are here, read in their values where not."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from roastery.policies import helm
from roastery.policies import tokens as t
from roastery.policies.evaluate import PolicyReport, evaluate
from roastery.policies.model import DeclaredResource, DeclaredStack
from roastery.policies.reports import plain
from roastery.policies.values import UNKNOWN, Secret

MANIFESTS = """\
apiVersion: v1
kind: Service
metadata: {name: front, namespace: beans}
spec: {type: LoadBalancer}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: all}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: c, image: "ghcr.io/a/b:1"}]}}}
"""


@pytest.fixture
def with_helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `helm` that prints these manifests, and the archive of a chart."""
    program = tmp_path / "bin" / "helm"
    program.parent.mkdir()
    log = tmp_path / "call"
    program.write_text(f'#!/bin/sh\necho "$@" >{log}\ncp "$7" {log}.values\ncat <<\'END\'\n{MANIFESTS}END\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    charts = tmp_path / "charts"
    charts.mkdir()
    (charts / "beans-1.2.3.tgz").write_bytes(b"")
    monkeypatch.setenv(helm.FOLDER, str(charts))
    return log


@pytest.fixture
def check(stack: Callable[..., DeclaredStack]) -> Callable[..., PolicyReport]:
    def run(**values: Any) -> PolicyReport:
        inputs = {"chart": "oci://cr/helm/beans", "version": "1.2.3", "namespace": "beans", "values": values}
        urn = f"urn:pulumi:prod::p::{t.RELEASE}::beans"
        return evaluate(stack(DeclaredResource(urn=urn, type=t.RELEASE, inputs=inputs)))

    return run


def pairs(report: PolicyReport) -> set[tuple[str, str]]:
    return {(finding.policy.id, finding.urn.rpartition("::")[2]) for finding in report.findings}


def test_the_rendered_manifests_are_judged(with_helm: Path, check: Callable[..., PolicyReport]) -> None:
    report = check(server={"serviceType": "LoadBalancer"}, password=Secret("hidden"))
    assert {
        ("service-internal", "beans/Service/beans/front"),
        ("rbac-escalation", "beans/ClusterRole/all"),
        ("image-registry", "beans/Deployment/app"),
    } <= pairs(report)
    policies = {policy for policy, _ in pairs(report)}
    assert "chart-exposure" not in policies  # the values are not guessed at
    assert "pod-seccomp" not in policies  # the vendor's business
    assert "chart beans 1.2.3: rendered by helm template" in list(plain.lines(report))
    assert "template beans" in with_helm.read_text()
    assert "hidden" not in with_helm.with_suffix(".values").read_text()


def test_without_the_chart_its_values_are_read(
    with_helm: Path, check: Callable[..., PolicyReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(helm.FOLDER)
    report = check(server={"serviceType": "LoadBalancer"})
    assert ("chart-exposure", "beans") in pairs(report)
    note = "chart beans 1.2.3: read in its values: the chart is not on this machine"
    assert note in list(plain.lines(report))
    assert not with_helm.exists()


def test_an_unknown_value_or_a_failing_helm_is_said(
    with_helm: Path, check: Callable[..., PolicyReport]
) -> None:
    assert "is unknown before an update" in check(host=UNKNOWN).notes[0]
    (with_helm.parent / "bin" / "helm").write_text("#!/bin/sh\necho 'no such chart' >&2\nexit 1\n")
    helm._render.cache_clear()
    assert "helm template failed: no such chart" in check(fresh=True).notes[0]
