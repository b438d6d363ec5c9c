"""Azure Machine Learning: workspaces, compute, connections, assets, endpoints, schedules."""

from __future__ import annotations

from azsandbox.arm.model import Service
from azsandbox.services.machinelearningservices.assets import ASSETS
from azsandbox.services.machinelearningservices.keys import INVOKES
from azsandbox.services.machinelearningservices.workspaces import PLACES

SERVICE = Service(name="machinelearningservices", types=(*PLACES, *ASSETS), invokes=INVOKES)
