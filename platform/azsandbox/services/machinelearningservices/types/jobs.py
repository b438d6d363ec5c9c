"""Jobs that a program declares; the Azure ML SDK's jobs are answered by `ml_api`."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import ResourceType
from azsandbox.services.machinelearningservices import outputs
from azsandbox.services.machinelearningservices.rules import jobs, node_room
from azsandbox.services.machinelearningservices.types.common import JOB_NAME, WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Job",
        path=WORKSPACE + "/jobs/{id}",
        name=JOB_NAME,
        immutable=True,
        early=(jobs.job_is_valid,),
        rules=(jobs.references_exist,),
        doubts=(node_room.job_fits_a_node,),
        outputs=outputs.job,
        claims=(
            documented("references to assets exist"),
            documented("a command uses only inputs, outputs and hyperparameters that are declared"),
            specified("limits are durations; nodes and processes are at least 1"),
            documented("a sweep searches distributions that its sampling takes, in at most 1000 trials"),
            specified("the bindings of a pipeline name steps and ports that exist, without a cycle"),
            documented("addresses of inputs and outputs are remote"),
            documented("the compute exists, and the instance type in its cluster"),
            documented("the inputs are those of the component"),
            documented("an instance type that fits no node of its cluster is a warning"),
        ),
    ),
)
