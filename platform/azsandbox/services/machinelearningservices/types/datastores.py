"""Datastores."""

from __future__ import annotations

from azsandbox.arm.evidence import documented
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.machinelearningservices.rules import datastores
from azsandbox.services.machinelearningservices.types.common import WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Datastore",
        path=WORKSPACE + "/datastores/{name}",
        name=NameRule(r"[a-z0-9_]{1,255}", "lower-case letters, digits and _"),
        rules=(datastores.storage_account_exists,),
        claims=(documented("its storage account exists"),),
    ),
)
