"""Assets in immutable versions: data, components, environments, models, code."""

from __future__ import annotations

from azsandbox.arm.evidence import assumed, documented, specified
from azsandbox.arm.model import Early, NameRule, ResourceType, Rule
from azsandbox.services.machinelearningservices.rules import assets
from azsandbox.services.machinelearningservices.types.common import ASSET_NAME, WORKSPACE

_VERSION = NameRule(r"[a-zA-Z0-9][\w.-]{0,29}", "1 to 30 letters, digits, _ . -")


def _container_and_version(
    token: str, segment: str, *, early: tuple[Early, ...] = (), rules: tuple[Rule, ...] = ()
) -> tuple[ResourceType, ResourceType]:
    container = ResourceType(
        token=f"azure-native:machinelearningservices:{token}Container",
        path=f"{WORKSPACE}/{segment}/{{name}}",
        name=ASSET_NAME,
        claims=(specified("its workspace exists"),),
    )
    version = ResourceType(
        token=f"azure-native:machinelearningservices:{token}Version",
        path=f"{WORKSPACE}/{segment}/{{name}}/versions/{{version}}",
        name=_VERSION,
        immutable=True,
        creates_parent=True,
        early=early,
        rules=rules,
        claims=(
            assumed("every change is a new version"),
            documented("references to other assets exist"),
            documented("the first version creates its container, as the SDK expects"),
        ),
    )
    return container, version


TYPES = (
    *_container_and_version("Data", "data"),
    *_container_and_version(
        "Component",
        "components",
        early=(assets.component_spec_is_complete,),
        rules=(assets.asset_references_exist,),
    ),
    *_container_and_version("Environment", "environments", early=(assets.environment_has_image_or_build,)),
    *_container_and_version("Model", "models"),
    *_container_and_version("Code", "codes", early=(assets.code_upload_needs_shared_keys,)),
)
