"""SARIF 2.1.0: a rule per flow, a result per proof that fails, and per excess."""

from __future__ import annotations

import hashlib
from typing import Any

from roastery.flows.model import Flow, FlowVerdict
from roastery.flows.prove.proof import FlowReport
from roastery.flows.reports.plain import reasons

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_EXCESS = "excess"
# A state names no line of the program for a whole flow: the stack file is what both have in common.
_LEVELS = {FlowVerdict.BLOCKED: "error", FlowVerdict.NOT_DECLARED: "error", FlowVerdict.UNPROVEN: "none"}


def sarif(report: FlowReport) -> dict[str, Any]:
    """A SARIF log with one run."""
    rules = [*(_rule(proved.flow) for proved in report.flows), _excess_rule()]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "roast flows", "rules": rules}},
                "automationDetails": {"id": f"roast-flows/{report.stack}/"},
                "columnKind": "unicodeCodePoints",
                "results": [*_broken(report), *_excess(report, len(rules) - 1)],
            }
        ],
    }


def _rule(flow: Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "shortDescription": {"text": flow.why},
        "helpUri": f"https://{flow.page}",
        "defaultConfiguration": {"level": "error"},
    }


def _excess_rule() -> dict[str, Any]:
    return {
        "id": _EXCESS,
        "shortDescription": {"text": "Every rule, role and policy is needed by a flow"},
        "defaultConfiguration": {"level": "warning"},
    }


def _broken(report: FlowReport) -> list[dict[str, Any]]:
    return [
        _result(
            proved.flow.id, number, _LEVELS[verdict], f"not {proof}: {reason}", key=proof, stack=report.stack
        )
        for number, proved in enumerate(report.flows)
        for verdict in _LEVELS
        for proof, reason in reasons(proved, (verdict,))
    ]


def _excess(report: FlowReport, index: int) -> list[dict[str, Any]]:
    return [
        _result(
            _EXCESS,
            index,
            "none" if excess.explained else "warning",
            f"{excess.kind} {excess.description}: {excess.explained or 'no flow needs it'}",
            key=excess.id,
            stack=report.stack,
        )
        for excess in report.excess
    ]


def _result(rule: str, index: int, level: str, text: str, *, key: str, stack: str) -> dict[str, Any]:
    return {
        "ruleId": rule,
        "ruleIndex": index,
        "kind": "review" if level == "none" else "fail",
        "level": level,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": f"Pulumi.{stack}.yaml", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 1},
                }
            }
        ],
        "partialFingerprints": {"flowProof/v1": hashlib.sha256(f"{rule}|{key}".encode()).hexdigest()},
    }
