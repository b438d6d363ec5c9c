"""The sources of volumes: which fields each needs, for pods and for persistent volumes.

Source: kubernetes pkg/apis/core/validation/validation.go (validate*VolumeSource).
"""

from __future__ import annotations

import re

from azsandbox.kubernetes.validation import names
from azsandbox.kubernetes.validation.field import Field, Problems

_REQUIRED: dict[str, tuple[str, ...]] = {
    "hostPath": ("path",), "gitRepo": ("repository",), "gcePersistentDisk": ("pdName",),
    "awsElasticBlockStore": ("volumeID",), "secret": ("secretName",), "configMap": ("name",),
    "nfs": ("server", "path"), "iscsi": ("targetPortal", "iqn"), "glusterfs": ("endpoints", "path"),
    "persistentVolumeClaim": ("claimName",), "rbd": ("monitors", "image"), "cinder": ("volumeID",),
    "cephfs": ("monitors",), "quobyte": ("registry", "volume"), "flexVolume": ("driver",),
    "azureFile": ("secretName", "shareName"), "azureDisk": ("diskName", "diskURI"),
    "vsphereVolume": ("volumePath",), "photonPersistentDisk": ("pdID",), "portworxVolume": ("volumeID",),
    "scaleIO": ("gateway", "system", "volumeName"), "local": ("path",), "storageos": ("volumeName",),
    "csi": ("driver",),
}  # fmt: skip
_POD_ONLY = (
    "emptyDir",
    "secret",
    "configMap",
    "downwardAPI",
    "projected",
    "persistentVolumeClaim",
    "gitRepo",
)
IN_PODS = (
    *(name for name in _REQUIRED if name != "local"),
    *("emptyDir", "fc", "downwardAPI", "projected", "ephemeral", "image"),
)
IN_PERSISTENT_VOLUMES = (*(name for name in _REQUIRED if name not in _POD_ONLY), "fc")
_HOST_PATH_TYPES = (
    "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket",
)  # fmt: skip
_LARGEST_PARTITION = 255
_QUALIFIED_NAME = re.compile(r"iqn\.\d{4}-\d{2}\.([^.\s]+\.?)+(:[^,;*&$|\s]+)*")
_EXTENDED_ID = re.compile(r"eui\.[0-9a-fA-F]{16}")
_NETWORK_ID = re.compile(r"naa\.[0-9a-fA-F]{16}([0-9a-fA-F]{16})?")


def sources(field: Field, known: tuple[str, ...]) -> list[str]:
    """The sources that are set."""
    return [name for name in known if field[name].present]


def validate(field: Field, name: str) -> Problems:
    """What one source needs; `field` is the volume."""
    source = field[name]
    if not isinstance(source.value, dict):
        return
    for required in _REQUIRED.get(name, ()):
        yield from source[required].need()
    special = _SPECIAL.get(name)
    if special is not None:
        yield from special(source)


def _host_path(field: Field) -> Problems:
    yield from field["path"].matches(names.without_backsteps)
    kind = field["type"]
    if kind.is_text and kind.text not in _HOST_PATH_TYPES:
        yield kind.unsupported(_HOST_PATH_TYPES)


def _network_share(field: Field) -> Problems:
    path = field["path"]
    if path.text and not path.text.startswith("/"):
        yield path.invalid("must be an absolute path")


def _git(field: Field) -> Problems:
    yield from field["directory"].matches(names.local_path)


def _partition(field: Field) -> Problems:
    yield from field["partition"].between(0, _LARGEST_PARTITION)


def _iscsi(field: Field) -> Problems:
    yield from field["lun"].between(0, _LARGEST_PARTITION)
    for name in ("iqn", "initiatorName"):
        text = field[name].text
        if text and not any(
            pattern.fullmatch(text) for pattern in (_QUALIFIED_NAME, _EXTENDED_ID, _NETWORK_ID)
        ):
            yield field[name].invalid("must be valid format")
    if (field["chapAuthDiscovery"].on or field["chapAuthSession"].on) and not field["secretRef"].present:
        yield field["secretRef"].required()


def _fibre_channel(field: Field) -> Problems:
    targets, ids = field["targetWWNs"], field["wwids"]
    if targets.empty and ids.empty:
        yield targets.required("must specify either targetWWNs or wwids, but not both")
    if targets.count and ids.count:
        yield targets.invalid("targetWWNs and wwids can not be specified simultaneously")
    if targets.count:
        if not field["lun"].present:
            yield field["lun"].required("lun is required if targetWWNs is specified")
        yield from field["lun"].between(0, _LARGEST_PARTITION)


def _azure_disk(field: Field) -> Problems:
    kind, location = field["kind"], field["diskURI"]
    yield from field["cachingMode"].listed(("None", "ReadOnly", "ReadWrite"))
    yield from kind.listed(("Dedicated", "Managed", "Shared"))
    if kind.unknown or not location.text:
        return
    if kind.text == "Managed" and not location.text.startswith("/subscriptions/"):
        yield location.unsupported(
            [
                "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
            ]
        )
    if (not kind.present or kind.text in {"Shared", "Dedicated"}) and not location.text.startswith(
        "https://"
    ):
        yield location.unsupported(
            ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"]
        )


def _local(field: Field) -> Problems:
    yield from field["path"].matches(names.without_backsteps)


def driver_name(field: Field) -> Problems:
    """The name of a CSI driver."""
    yield from field.shorter_than(63)
    if field.text:
        for complaint in names.dns_subdomain(field.text.lower()):
            yield field.invalid(complaint)


def _csi(field: Field) -> Problems:
    yield from driver_name(field["driver"])
    for name in (
        "nodePublishSecretRef",
        "controllerPublishSecretRef",
        "controllerExpandSecretRef",
        "nodeExpandSecretRef",
    ):
        if isinstance(field[name].value, dict):
            yield from field[name]["name"].named(names.dns_subdomain)
            if "volumeHandle" in field.value:  # of a persistent volume
                yield from field[name]["namespace"].named(names.dns_label)


def _flex(field: Field) -> Problems:
    for name, option in field["options"].entries():
        owner = f".{name.split('/', maxsplit=1)[0].lower()}"
        if owner.endswith((".kubernetes.io", ".k8s.io")):
            yield option.invalid("kubernetes.io and k8s.io namespaces are reserved", name)


_SPECIAL = {
    "hostPath": _host_path, "nfs": _network_share, "gitRepo": _git, "gcePersistentDisk": _partition,
    "awsElasticBlockStore": _partition, "iscsi": _iscsi, "fc": _fibre_channel, "azureDisk": _azure_disk,
    "local": _local, "csi": _csi, "flexVolume": _flex,
}  # fmt: skip
