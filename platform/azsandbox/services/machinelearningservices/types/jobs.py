"""Jobs that a program declares; the Azure ML SDK's jobs are answered by `ml_api`."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import assets
from azsandbox.services.machinelearningservices.types.common import WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Job",
        path=WORKSPACE + "/jobs/{id}",
        immutable=True,
        rules=(assets.asset_references_exist,),
        outputs=outputs.job,
        claims=(documented("references to assets exist"),),
    ),
)
