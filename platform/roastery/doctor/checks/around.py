"""What lies around Azure: Snowflake, and the agents of Azure DevOps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from roastery.azure.errors import ServiceBusyError
from roastery.azure.http import refuse
from roastery.doctor.checks.names import own_id
from roastery.doctor.examination import Examination
from roastery.doctor.model import Finding, error, ok, warning

# learn.microsoft.com/azure/devops/integrate/get-started/authentication: the application of Azure DevOps
_DEVOPS = "499b84ac-1321-427f-aa17-267ca6975798/.default"
_VARIABLES = Path(".azuredevops/variables.yml")
_OK = 200
_SIGN_IN = frozenset({203, 302, 401, 403})  # Azure DevOps sends a page to sign in instead of an error


def snowflake(examination: Examination) -> Iterator[Finding]:
    """The account's host answers over TLS; nobody signs in."""
    host = f"{examination.stack.text('snowflake.account')}.snowflakecomputing.com"
    try:
        reply = examination.http.send("GET", f"https://{host}/")
    except ServiceBusyError as unreachable:
        yield error(
            f"Snowflake's host {unreachable.message}",
            "check roastery:snowflake.account; through Private Link, run it where its private name is known",
            75,
        )
        return
    yield ok(f"{host} answers (HTTP {reply.status}); the sign-in is tried by the first import")


def agents(examination: Examination) -> Iterator[Finding]:
    """Agents of the pool in `.azuredevops/variables.yml` are online, or the scale set may start some."""
    organisation, pool = examination.stack.devops_organisation(), agent_pool(examination.root)
    if not organisation or not pool:
        yield ok("the repository is not in Azure DevOps: no agent is expected")
        return
    base = f"https://dev.azure.com/{quote(organisation)}/_apis/distributedtask/pools"
    pools = _listed(examination, f"{base}?poolName={quote(pool)}&api-version=7.1")
    settings = f"https://dev.azure.com/{organisation}/_settings/agentpools"
    if not pools:
        name = examination.stack.names.of("virtual machine scale set", "agents")
        seen = f"Azure DevOps organisation {organisation} has no agent pool {pool}"
        if own_id(examination, "Microsoft.Compute/virtualMachineScaleSets", name):
            yield error(seen, f"add the scale set {name} as agent pool {pool}: {settings}")
        else:
            yield warning(
                f"{seen}, and the scale set of agents does not exist yet",
                f"after the first pulumi up, add {name} as agent pool {pool}: {settings}",
            )
        return
    rows = _listed(examination, f"{base}/{pools[0]['id']}/agents?api-version=7.1")
    online = [row for row in rows if row.get("status") == "online" and row.get("enabled", True)]
    if online:
        yield ok(f"agent pool {pool}: {len(online)} of {len(rows)} agents are online")
    elif rows:
        yield error(f"agent pool {pool}: none of {len(rows)} agents is online", f"see {settings}")
    else:
        yield warning(
            f"agent pool {pool} has no agent at the moment",
            f"in order if a scale set starts one for each job; see {settings}",
        )


def agent_pool(root: Path) -> str:
    """The pool that the pipelines name; empty without pipelines of Azure DevOps."""
    try:
        content = yaml.safe_load((root / _VARIABLES).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError):
        return ""
    variables: Any = content.get("variables") if isinstance(content, dict) else None
    return str(variables.get("agents", "")) if isinstance(variables, dict) else ""


def _listed(examination: Examination, url: str) -> list[dict[str, Any]]:
    reply = examination.http.send("GET", url, scope=_DEVOPS)
    if reply.status in _SIGN_IN:
        error_ = refuse(reply, "Azure DevOps wants a token of its own (scope 499b84ac-…/.default)")
        raise type(error_)(
            error_.message,
            "sign in as a member of the organisation, with Reader on its agent pools",
            status=reply.status,
        )
    if reply.status != _OK or not isinstance(reply.body, dict):
        raise refuse(reply, "Azure DevOps")
    return list(reply.body.get("value") or ())
