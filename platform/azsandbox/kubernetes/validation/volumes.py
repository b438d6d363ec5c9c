"""The volumes of a pod, and the mounts and devices of its containers.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateVolumes, ValidateVolumeMounts, …Devices).
"""

from __future__ import annotations

from azsandbox.kubernetes.validation import claims, environment, metadata, names, quantities, volume_sources
from azsandbox.kubernetes.validation.field import Field, Problems, distinct, duplicates

_FILE_MODE = 0o777
_DIRECTORY_MODE = 0o1777
_MODE = "must be a number between 0 and 0777 (octal), both inclusive"
_TEN_MINUTES = 600
_LONGEST_TOKEN = 1 << 32
_LARGEST_USER = 2**31 - 1
_PROJECTIONS = (
    "secret", "configMap", "downwardAPI", "serviceAccountToken", "clusterTrustBundle", "podCertificate",
)  # fmt: skip


def validate(field: Field, pod_name: str = "") -> Problems:
    """`volumes`: unique names, one source each; none at all means an emptyDir."""
    for volume in field.items():
        yield from volume["name"].named(names.dns_label)
        present = volume_sources.sources(volume, volume_sources.IN_PODS)
        for name in present[1:]:
            yield volume[name].forbidden("may not specify more than 1 volume type")
        for name in present[:1]:
            yield from volume_sources.validate(volume, name)
            yield from _pod_source(volume, name)
            if name == "ephemeral" and pod_name and volume["name"].text:
                for complaint in names.dns_subdomain(f"{pod_name}-{volume['name'].text}"):
                    yield volume["name"].invalid(f'PVC name "{pod_name}-{volume["name"].text}": {complaint}')
    yield from distinct(volume["name"] for volume in field.items())


def _pod_source(volume: Field, name: str) -> Problems:
    source = volume[name]
    match name:
        case "emptyDir":
            yield from _empty_dir(source)
        case "secret" | "configMap":
            yield from _mode(source["defaultMode"])
            for item in source["items"].items():
                yield from _key_to_path(item)
        case "downwardAPI":
            yield from _mode(source["defaultMode"])
            yield from _downward(source)
        case "projected":
            yield from _mode(source["defaultMode"])
            yield from _projected(source)
        case "ephemeral" if isinstance(source.value, dict):
            yield from _ephemeral(source)
        case "image":
            yield from source["pullPolicy"].option(("Always", "IfNotPresent", "Never"))
        case _:
            pass


def _empty_dir(source: Field) -> Problems:
    yield from quantities.syntax(source["sizeLimit"])
    limit = quantities.of(source["sizeLimit"])
    if limit is not None and limit < 0:
        yield source["sizeLimit"].forbidden("SizeLimit field must be a valid resource quantity")
    yield from source["mode"].between(0, _DIRECTORY_MODE, _MODE.replace("0777", "01777"))


def _mode(field: Field) -> Problems:
    yield from field.between(0, _FILE_MODE, _MODE)


def _key_to_path(item: Field) -> Problems:
    yield from item["key"].need()
    yield from item["path"].named(names.reserved_path)
    yield from _mode(item["mode"])


def _downward(source: Field) -> Problems:
    for item in source["items"].items():
        yield from item["path"].named(names.reserved_path)
        yield from _mode(item["mode"])
        if item["fieldRef"].present and item["resourceFieldRef"].present:
            yield item.invalid(
                "fieldRef and resourceFieldRef can not be specified simultaneously", "resource"
            )
        elif (
            isinstance(item.value, dict)
            and not item["fieldRef"].present
            and not item["resourceFieldRef"].present
        ):
            yield item.required("one of fieldRef and resourceFieldRef is required")
        yield from environment.field_path(item["fieldRef"], environment.VOLUME_FIELDS)
        if not item["fieldRef"].present:
            yield from environment.resource_field(item["resourceFieldRef"], volume=True)


def _projected(source: Field) -> Problems:
    paths: list[Field] = []
    for projection in source["sources"].items():
        present = [name for name in _PROJECTIONS if projection[name].present]
        if len(present) > 1:
            yield projection.forbidden("may not specify more than 1 volume type per source")
        for name in ("secret", "configMap"):
            if isinstance(projection[name].value, dict):
                yield from projection[name]["name"].need()
            for item in projection[name]["items"].items():
                yield from _key_to_path(item)
                paths.append(item["path"])
        yield from _downward(projection["downwardAPI"])
        paths += [item["path"] for item in projection["downwardAPI"]["items"].items()]
        yield from _token(projection["serviceAccountToken"])
    for path in duplicates(paths):
        yield path.invalid("conflicting duplicate paths")


def _token(field: Field) -> Problems:
    if not isinstance(field.value, dict):
        return
    seconds = field["expirationSeconds"]
    yield from seconds.at_least(_TEN_MINUTES, "may not specify a duration less than 10 minutes")
    yield from seconds.at_most(_LONGEST_TOKEN, "may not specify a duration larger than 2^32 seconds")
    yield from field["path"].named(names.reserved_path)


def _ephemeral(source: Field) -> Problems:
    template = source["volumeClaimTemplate"]
    yield from template.need()
    if isinstance(template.value, dict) and template.value:
        yield from metadata.template(template["metadata"])
        for name, value in template["metadata"].entries():
            if name not in {"labels", "annotations", "creationTimestamp"} and not value.empty:
                yield value.forbidden("cannot be set")
        yield from claims.spec(template["spec"])


def mounts(container: Field, volumes: Field, claim_templates: frozenset[str]) -> Problems:
    """`volumeMounts` refer to volumes; two do not share a path."""
    declared = _by_name(volumes)
    for mount in container["volumeMounts"].items():
        yield from _declared(mount["name"], declared, claim_templates, volumes)
        yield from mount["mountPath"].need()
        if mount["subPath"].text:
            yield from mount["subPath"].matches(names.local_path)
        if mount["subPathExpr"].text:
            if not mount["subPath"].empty:
                yield mount["subPathExpr"].invalid("subPathExpr and subPath are mutually exclusive")
            yield from mount["subPathExpr"].matches(names.local_path)
        yield from _propagation(mount, container)
    for path in duplicates(mount["mountPath"] for mount in container["volumeMounts"].items()):
        yield path.invalid("must be unique")


def _by_name(volumes: Field) -> dict[str, Field]:
    return {volume["name"].text: volume for volume in volumes.items() if volume["name"].text}


def _declared(name: Field, declared: dict[str, Field], templates: frozenset[str], volumes: Field) -> Problems:
    if name.empty:
        yield name.required()
    uncertain = (
        volumes.unknown or "" in templates or any(volume["name"].unknown for volume in volumes.items())
    )
    if not name.unknown and name.text not in declared and name.text not in templates and not uncertain:
        yield name.not_found() if name.text else Field("", name.path).not_found()


def _propagation(mount: Field, container: Field) -> Problems:
    propagation, recursive = mount["mountPropagation"], mount["recursiveReadOnly"]
    yield from propagation.listed(("Bidirectional", "HostToContainer", "None"))
    privileged = container["securityContext"]["privileged"]
    if propagation.text == "Bidirectional" and not privileged.on and not privileged.unknown:
        yield propagation.forbidden(
            "Bidirectional mount propagation is available only to privileged containers"
        )
    yield from recursive.listed(("Disabled", "Enabled", "IfPossible"))
    if recursive.text in {"Enabled", "IfPossible"}:
        if not mount["readOnly"].on and not mount["readOnly"].unknown:
            yield recursive.forbidden("may only be specified when readOnly is true")
        if propagation.text not in {"", "None"}:
            yield recursive.forbidden("may only be specified when mountPropagation is None or not specified")


def devices(container: Field, volumes: Field, claim_templates: frozenset[str]) -> Problems:
    """`volumeDevices` are claims that no mount uses too."""
    declared = _by_name(volumes)
    mounted = {mount["name"].text for mount in container["volumeMounts"].items()} - {""}
    paths = {mount["mountPath"].text for mount in container["volumeMounts"].items()} - {""}
    for device in container["volumeDevices"].items():
        name, path = device["name"], device["devicePath"]
        yield from _declared(name, declared, claim_templates, volumes)
        volume = declared.get(name.text)
        if volume is not None and name.text not in claim_templates:
            claim = volume["persistentVolumeClaim"].present or volume["ephemeral"].present
            if not claim and not volume.unknown:
                yield name.invalid(
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
                )
        yield from path.named(names.without_backsteps)
        if name.text in mounted:
            yield name.invalid("must not already exist in volumeMounts")
        if path.text in paths:
            yield path.invalid("must not already exist as a path in volumeMounts")
    for key in ("name", "devicePath"):
        for value in duplicates(device[key] for device in container["volumeDevices"].items()):
            yield value.invalid("must be unique")
