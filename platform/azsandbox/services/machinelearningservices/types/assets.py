"""Assets in immutable versions: data, components, environments, models, code."""

from __future__ import annotations

from azsandbox.arm.evidence import Claim, documented, specified
from azsandbox.arm.model import Early, NameRule, ResourceType, Rule
from azsandbox.services.machinelearningservices.rules import assets, component_specs, jobs, references
from azsandbox.services.machinelearningservices.types.common import ASSET_NAME, WORKSPACE

_VERSION = NameRule(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,29}", "1 to 30 letters, digits, _ . -")
_ANY_VERSION = (documented("the first version creates its container, as the SDK expects"),)


def _container_and_version(
    token: str,
    segment: str,
    *,
    early: tuple[Early, ...] = (),
    rules: tuple[Rule, ...] = (),
    claims: tuple[Claim, ...] = (),
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
        claims=(*_ANY_VERSION, *claims),
    )
    return container, version


TYPES = (
    *_container_and_version(
        "Data",
        "data",
        early=(assets.data_has_an_address,),
        rules=(assets.type_is_that_of_the_container, references.datastores_exist),
        claims=(
            documented(
                "the address of data is azureml, https, abfss or wasbs, and a uri_file is not a folder"
            ),
            documented("all versions have the type of their data asset"),
            documented("a datastore in an address exists"),
        ),
    ),
    *_container_and_version(
        "Component",
        "components",
        early=(component_specs.component_spec_is_complete,),
        rules=(jobs.component_is_consistent,),
        claims=(
            documented("references to other assets exist"),
            specified("a specification has the parts and properties of the SDK's schema for its type"),
            specified(
                "inputs and outputs have valid names and types; defaults lie within type, min, max, enum"
            ),
            documented(
                "a command uses only inputs and outputs that are declared; $[[ ]] holds optional ones"
            ),
            specified("the bindings of a pipeline name steps and ports that exist, without a cycle"),
            specified("the steps of a pipeline set what their components require, in the declared type"),
            documented("distribution, resources and retries are within their limits"),
            documented("code is a registered asset, not a local path"),
        ),
    ),
    *_container_and_version(
        "Environment",
        "environments",
        early=(
            assets.environment_has_image_or_build,
            assets.conda_file_is_an_environment,
            assets.inference_routes_are_valid,
        ),
        claims=(
            documented("an environment has an image or a build; the image's name is valid"),
            documented("the conda file is the content of one, not its path"),
            documented("routes of inference start with / and have a port"),
        ),
    ),
    *_container_and_version(
        "Model",
        "models",
        early=(assets.model_has_an_address,),
        rules=(references.datastores_exist,),
        claims=(
            documented("a model is a custom_model, mlflow_model or triton_model and has an address"),
            documented("a datastore in an address exists"),
        ),
    ),
    *_container_and_version(
        "Code",
        "codes",
        early=(assets.code_has_an_address,),
        claims=(documented("the address of code is remote"),),
    ),
)
