"""The whole platform, read top to bottom."""

import sys
from pathlib import Path

# Pulumi runs this folder as a script, so its own parent is not on the path.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pulumi

from stacks.cluster import cluster
from stacks.config import StackConfig
from stacks.foundation import foundation
from stacks.operations import operations
from stacks.workbench import workbench

config = StackConfig.load()
base = foundation(config)
bench = workbench(config, base)
aks = cluster(config, base, bench)
operations(config, base, aks)

pulumi.export("workspace", bench.workspace.name)
pulumi.export("cluster", aks.aks.name)
pulumi.export("registry", base.registry.login_server)
pulumi.export("storage", base.storage.name)
pulumi.export("vault", base.vault.uri)
