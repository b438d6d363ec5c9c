"""What the types of Azure ML share: the path of their workspace, and their names."""

from __future__ import annotations

from azsandbox.arm.model import IN_GROUP, NameRule

WORKSPACE = IN_GROUP + "Microsoft.MachineLearningServices/workspaces/{workspaceName}"
WORKSPACE_NAME = NameRule(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}", "3 to 33 letters, digits, _ and -")
JOB_NAME = NameRule(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,254}", "1 to 255 letters, digits, _ and -, not first _ or -")
ASSET_NAME = NameRule(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}", "1 to 255 letters, digits, _ . -")
COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes"
