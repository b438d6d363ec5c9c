"""Deployment cases: what Azure and Kubernetes refuse or take, written as data, judged by the sandbox.

A case names its public source and date, and declares a few resources; a file of cases is YAML (`load`).
"""

from __future__ import annotations

from azsandbox.cases.judge import CaseResult, judge
from azsandbox.cases.load import load, load_folder
from azsandbox.cases.model import Case, Expectation

__all__ = ["Case", "CaseResult", "Expectation", "judge", "load", "load_folder"]
