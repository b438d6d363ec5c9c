"""Datastores."""

from __future__ import annotations

from azsandbox.arm.evidence import documented, specified
from azsandbox.arm.model import NameRule, ResourceType
from azsandbox.services.machinelearningservices.rules import datastores
from azsandbox.services.machinelearningservices.types.common import WORKSPACE

TYPES = (
    ResourceType(
        token="azure-native:machinelearningservices:Datastore",
        path=WORKSPACE + "/datastores/{name}",
        name=NameRule(r"[a-z0-9_]{1,255}", "lower-case letters, digits and _"),
        early=(datastores.credentials_go_with_type, datastores.storage_is_addressed),
        rules=(
            datastores.storage_account_exists,
            datastores.storage_allows_access,
            datastores.container_exists,
            datastores.identity_exists,
        ),
        doubts=(datastores.container_is_declared,),
        claims=(
            specified("the credentials go with the type of the datastore and are complete"),
            documented("the names of the datastore, its account and its container are valid"),
            documented("its storage account exists"),
            documented(
                "its container or share exists, where it stores credentials and validation is not skipped"
            ),
            documented("a warning where its container or share does not exist and it stores no credentials"),
            documented("an account key needs an account that allows shared keys"),
            documented("Data Lake Gen2 needs a hierarchical namespace"),
            documented("the identity that reads data is one that the workspace has"),
        ),
    ),
)
