"""SARIF 2.1.0: docs.oasis-open.org/sarif/sarif/v2.1.0, with the properties that GitHub code scanning uses."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from roastery.policies import waivers
from roastery.policies.catalogue import POLICIES
from roastery.policies.evaluate import PolicyReport
from roastery.policies.frameworks import Framework, controls
from roastery.policies.model import EnforcementLevel, Policy, PolicyFinding, Severity
from roastery.policies.reports.sources import Frame, SourceLines

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    EnforcementLevel.MANDATORY: "error",
    EnforcementLevel.REMEDIATE: "error",
    EnforcementLevel.ADVISORY: "warning",
}
# GitHub ranks by a number: over 9.0 critical, 7.0 high, 4.0 medium.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}


def sarif(report: PolicyReport) -> dict[str, Any]:
    """A SARIF log with one run: a rule per policy and a result per finding."""
    # Those of the flows and of waivers are in no catalogue.
    known = {policy.id: policy for policy in (*POLICIES, *waivers.POLICIES)}
    rules = {**known, **{finding.policy.id: finding.policy for finding in report.findings}}.values()
    index = {policy.id: number for number, policy in enumerate(rules)}
    sources = SourceLines(report.by_urn)
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "roast policy check", "rules": [_rule(policy) for policy in rules]}
                },
                "automationDetails": {"id": f"roast-policy/{report.facts.stack}/"},
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(finding, index[finding.policy.id], sources) for finding in report.findings
                ],
            }
        ],
    }


def _rule(policy: Policy) -> dict[str, Any]:
    ids = f"\n\nSee also: {', '.join(policy.ids)}." if policy.ids else ""
    return {
        "id": policy.id,
        "shortDescription": {"text": policy.title},
        "fullDescription": {"text": policy.reason},
        "help": {"text": f"{policy.fix}{ids}", "markdown": f"{policy.fix}{ids}"},
        "defaultConfiguration": {"level": _LEVELS.get(policy.prod, "warning")},
        "properties": {
            "tags": ["security", *policy.ids, *_controls(policy)],
            "precision": "very-high",
            "security-severity": _SCORES[policy.severity],
        },
    }


def _controls(policy: Policy) -> list[str]:
    """Controls of frameworks that the policy's own ids do not name."""
    every = (control for framework in Framework for control in controls(policy, framework))
    return [control for control in dict.fromkeys(every) if control not in policy.ids]


def _result(finding: PolicyFinding, index: int, sources: SourceLines) -> dict[str, Any]:
    first, *others = sources.of(finding)
    where = f"{finding.path} " if finding.path else ""
    name = finding.urn.rpartition("::")[2]
    key = f"{finding.policy.id}|{finding.urn}|{finding.path}"
    result: dict[str, Any] = {
        "ruleId": finding.policy.id,
        "ruleIndex": index,
        "kind": "fail" if finding.proven else "review",
        "level": _LEVELS.get(finding.level, "warning") if finding.proven else "none",
        "message": {"text": f"{name}: {where}{finding.message}. {finding.policy.fix}"},
        "locations": [
            {
                **_location(first),
                "logicalLocations": [{"name": name, "fullyQualifiedName": finding.urn, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"policyResourcePath/v1": hashlib.sha256(key.encode()).hexdigest()},
    }
    if others:
        result["relatedLocations"] = [
            {"id": number, **_location(frame)} for number, frame in enumerate(others)
        ]
    if finding.waiver:
        result["suppressions"] = [{"kind": "external", "justification": finding.waiver}]
    return result


def _location(frame: Frame) -> dict[str, Any]:
    file, line = frame
    outside = Path(file).is_absolute()  # such as a file of waivers elsewhere
    artefact = {"uri": Path(file).as_uri()} if outside else {"uri": quote(file), "uriBaseId": "%SRCROOT%"}
    return {
        "physicalLocation": {
            "artifactLocation": artefact,
            "region": {"startLine": line},
        }
    }
