"""The clusters whose objects are judged and stored by a real API server."""

from __future__ import annotations

from typing import Any

from azsandbox.kubernetes import argo, schemas
from azsandbox.kubernetes.apiserver import values
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes, service_range
from azsandbox.kubernetes.apiserver.objects import ClusterObjects
from azsandbox.kubernetes.cluster import Cluster
from azsandbox.pulumi.provider.backend import State, Subject, Values
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import known, reveal


class ServedClusters:
    """Finds a cluster's server, and translates between Pulumi's values and the server's objects."""

    def __init__(self, planes: ControlPlanes) -> None:
        self.planes = planes

    def objects(self, cluster: Cluster, *, create: bool = False) -> ClusterObjects | None:
        """The objects of a cluster; None if they are in the model, or the cluster does not exist."""
        instance = self.planes.instance(cluster, create=create and cluster.exists)
        if instance is None:
            return None
        name = cluster.aks.name if cluster.aks else cluster.root.rpartition("/")[2]
        return ClusterObjects(self.planes, instance, name, service_range(cluster), cluster.has_type)

    def check(
        self, cluster: Cluster, subject: Subject, old: Values, inputs: Values, *, replaced: bool
    ) -> list[Problem] | None:
        """The server's verdict on an object; None if it can't judge it yet.

        Args:
            cluster: the cluster of the object.
            subject: the object in the program.
            old: its inputs in the state.
            inputs: its inputs now.
            replaced: the change replaces it.
        """
        objects = self.objects(cluster, create=True)
        if objects is None:
            return None
        if reveal(old) == reveal(inputs) and known(inputs):
            return []  # the server has it
        verdict = objects.check(values.manifest_of(inputs), replaced=replaced) if known(inputs) else None
        if verdict is None:
            self.planes.judged_by_the_model(subject.name)
        return verdict

    def is_namespaced(self, cluster: Cluster, api: str, kind: str) -> bool | None:
        """Whether a type is in namespaces, if a program defines it itself and its definition is installed."""
        group = api.partition("/")[0]
        own = "." in group and not group.endswith(".k8s.io") and not knows(api, kind)
        objects = self.objects(cluster) if own else None
        return objects.is_namespaced(api, kind) if objects else None


def knows(api: str, kind: str) -> bool:
    """Whether the model has rules for a custom type, which go further than its definition."""
    return argo.knows(api, kind) or (api, kind) in {schemas.INSTANCE_TYPE, schemas.SECRETS_PROVIDER}


def create_namespace(objects: ClusterObjects, release: Values) -> None:
    """The namespace of a Helm release, if the release has to create it.

    The release's types follow with the first object that needs them: the largest takes seconds.
    """
    plain: Values = reveal(release)
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": str(plain["namespace"])}}
    if plain.get("createNamespace") and objects.read(space) is None:
        objects.write(space)


def write(objects: ClusterObjects, subject: Subject, inputs: Values) -> Values:
    """Create or update an object; its outputs."""
    return values.outputs_of(objects.write(_manifest(subject, inputs)), inputs)


def read(objects: ClusterObjects, subject: Subject, inputs: Values, outputs: Values) -> State:
    """The object as it is now; without an id if it does not exist."""
    live = objects.read(_manifest(subject, inputs))
    if live is None:
        return State(id="")
    return State(
        id=subject.id,
        outputs=values.outputs_of(live, inputs),
        inputs=values.inputs_of(live, inputs, outputs),
    )


def delete(objects: ClusterObjects, subject: Subject, inputs: Values) -> None:
    objects.delete(_manifest(subject, inputs))


def _manifest(subject: Subject, inputs: Values) -> Values:
    """The object of a call, with the name that the server has generated where the program gave none."""
    content = values.manifest_of(inputs)
    metadata: dict[str, Any] = content["metadata"]
    if "name" in metadata or not subject.id:
        return content
    return {**content, "metadata": {**metadata, "name": subject.id.rpartition("/")[2]}}
