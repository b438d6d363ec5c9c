"""`python -m stacks.bootstrap.plan STACK`: what `roast bootstrap` and `roast mirror` have to know, as JSON.

`roastery` does not import the program; it asks for this instead. So names, versions and images are written in
one place, the stack file and the components.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from roastery.components.argo import images
from stacks.bootstrap.ids import registry_name, state_ids
from stacks.bootstrap.needs import FEATURES, NAMESPACES
from stacks.bootstrap_section import STATE_CONTAINER, STATE_KEY
from stacks.config import ROOT, ConfigError, StackConfig

PROJECT = "roastery-bootstrap"


def plan(config: StackConfig, stack: str) -> dict[str, Any]:
    """What bootstrap makes, and what has to be mirrored."""
    names, ids = config.names, state_ids(config)
    work = f"/subscriptions/{config.subscription}/resourceGroups/{names.of('resource group', 'ml')}"
    vault = names.of("state vault")
    return {
        "stack": stack,
        "subscription": config.subscription,
        "tenant": config.tenant,
        "region": config.region,
        "namespaces": list(NAMESPACES),
        "features": list(FEATURES),
        "state": config.state_url,
        "own_state": config.state_url == config.own_state_url,
        "account": ids.account,
        "container": STATE_CONTAINER,
        "vault": ids.vault,
        "secrets_provider": f"azurekeyvault://{vault}.vault.azure.net/keys/{STATE_KEY}",
        "registry": ids.registry,
        "login_server": f"{registry_name(config)}.azurecr.io",
        "runner": f"{work}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
        f"{names.of('managed identity', 'runner')}",
        "administrators": config.bootstrap.administrators or config.people.platform_engineers,
        "closed": config.bootstrap.closed,
        "allowed_addresses": [str(range_) for range_ in config.bootstrap.allowed_addresses],
        "chart_repository": config.argo.chart_repository,
        "charts": [
            {"name": chart.name, "version": chart.version, "source": chart.source}
            for chart in images.charts(config.argo.workflows_chart, config.argo.events_chart)
        ],
        "images": [
            {"source": image.source, "repository": image.repository, "tag": image.tag}
            for image in images.IMAGES
        ],
    }


def main(stack: str, root: Path = ROOT) -> int:
    try:
        config = StackConfig.of_file(stack, root)
    except ConfigError as error:
        print(str(error), file=sys.stderr)  # noqa: T201 - for the command that asked
        return 2
    print(json.dumps(plan(config, stack)))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
