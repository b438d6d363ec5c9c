"""The Kubernetes provider: Pulumi's calls for objects and Helm releases."""

from __future__ import annotations

import hashlib
import importlib.metadata
from typing import Any

from azsandbox.arm import faults, identities
from azsandbox.arm.subscription import Resource, Subscription
from azsandbox.errors import ArmError, NotModelledError
from azsandbox.kubernetes import addresses, dependent, installed, releases, replacement, schemas, served
from azsandbox.kubernetes.apiserver.objects import ClusterObjects
from azsandbox.kubernetes.cluster import Cluster, namespaced, schemas_of
from azsandbox.pulumi.provider.backend import CheckResult, ReplaceRules, State, Subject, Values
from azsandbox.pulumi.provider.diff import changes
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN, Secret, reveal

RELEASE = "kubernetes:helm.sh/v3:Release"
_COMPONENTS = (
    "kubernetes:yaml",
    "kubernetes:kustomize",
    "kubernetes:helm.sh/v4",
    "kubernetes:helm.sh/v2",
)
_SUFFIX = 5  # characters that the API server appends to a generated name


class Kubernetes:
    """One configured provider, for one cluster."""

    name = "kubernetes"

    def __init__(
        self, subscription: Subscription, served_clusters: served.ServedClusters | None = None
    ) -> None:
        self.subscription = subscription
        self.served = served_clusters
        self.version = importlib.metadata.version("pulumi-kubernetes")
        self.cluster = Cluster(subscription, None)
        self.namespace = "default"
        self.known = True
        self.config: Values = {}
        self.program = dependent.Program()

    def configure(self, config: Values, stack: str = "") -> None:  # noqa: ARG002 - the protocol
        """Select the cluster; a preview may not know the kubeconfig yet."""
        values = self.config = reveal(config)
        kubeconfig = values.get("kubeconfig")
        self.known = kubeconfig is not UNKNOWN
        self.cluster = Cluster(self.subscription, kubeconfig if isinstance(kubeconfig, str) else None)
        if isinstance(values.get("namespace"), str):
            self.namespace = values["namespace"]

    def check(self, subject: Subject, old: Values, new: Values, seed: bytes) -> CheckResult:
        if subject.token.startswith(_COMPONENTS):
            raise NotModelledError(
                f"the sandbox does not model {subject.token}: declare its objects individually"
            )
        if subject.token == RELEASE:
            return CheckResult(
                inputs=releases.with_name(new, old, subject.name, seed, self.namespace),
                problems=releases.check(reveal(new)),
            )
        api, kind = addresses.type_of(subject.token, new)
        inputs = {**new, "apiVersion": api, "kind": kind}
        metadata: Any = reveal(inputs.get("metadata"))
        broken: list[Problem] = []
        if metadata is not None and not isinstance(metadata, dict):
            broken = [] if metadata is UNKNOWN else [Problem("metadata", "is not an object", code="type")]
            metadata = None
        metadata = dict(metadata or {})
        if "name" not in metadata and "generateName" not in metadata:
            before = reveal(old.get("metadata") or {})
            suffix = hashlib.sha256(seed or subject.name.encode()).hexdigest()[:8]
            metadata["name"] = before.get("name") or f"{subject.name}-{suffix}"
        if self._is_namespaced(api, kind) and metadata.get("namespace") is None:
            metadata["namespace"] = self.namespace
        inputs["metadata"] = metadata
        return CheckResult(inputs=inputs, problems=[*broken, *self._problems(subject, old, inputs)])

    def _problems(self, subject: Subject, old: Values, inputs: Values) -> list[Problem]:
        """Of the API server, if it judges the object; of the model for what it does not judge."""
        kind = (str(inputs["apiVersion"]), str(inputs["kind"]))
        verdict = self._verdict(subject, old, inputs)
        if verdict or (verdict is not None and not served.knows(*kind)):
            return verdict
        return dependent.problems(reveal(inputs), self.cluster, self.program)

    def _verdict(self, subject: Subject, old: Values, inputs: Values) -> list[Problem] | None:
        if self.served is None or not self.known:
            return None
        rules = self.replace_rules(subject, old, inputs)
        replaced = bool(old) and any(
            change.replaces for change in changes(old, inputs, rules, lambda *_: False)
        )
        return self.served.check(self.cluster, subject, old, inputs, replaced=replaced)

    def _objects(self, *, create: bool = False) -> ClusterObjects | None:
        """The cluster's objects on its API server; None if they are in the model."""
        return self.served.objects(self.cluster, create=create) if self.served else None

    def _is_namespaced(self, api: str, kind: str) -> bool:
        answer = self.served.is_namespaced(self.cluster, api, kind) if self.served and self.known else None
        return namespaced(kind) if answer is None else answer

    def replace_rules(self, subject: Subject, old: Values, new: Values) -> ReplaceRules:  # noqa: ARG002 - the protocol's
        if subject.token == RELEASE:
            return ReplaceRules(paths=frozenset({"name", "namespace"}))
        return ReplaceRules(paths=replacement.fields(reveal(new), self.config))

    def equivalent(self, token: str, path: str, old: Any, new: Any) -> bool:  # noqa: ARG002 - part of the protocol
        return False

    def create(self, subject: Subject, inputs: Values) -> State:
        if subject.preview:
            return State(id="", outputs=self._preview(subject.token, inputs))
        self.cluster.require()
        faults.inject(self.subscription, "create", subject.token, subject.name)
        objects = self._objects(create=True)
        if subject.token == RELEASE:
            state = releases.install(self.cluster, inputs, subject.token)
            if objects:
                served.create_namespace(objects, inputs)
            return state
        if objects:
            outputs = served.write(objects, subject, inputs)
        else:
            outputs = self._admitted(_named(inputs, subject))
        api, kind, namespace, name = addresses.address({**inputs, "metadata": outputs["metadata"]})
        identifier = self.cluster.id(api, kind, namespace, name)
        self._store(identifier, subject.token, inputs, outputs)
        return State(id=f"{namespace}/{name}" if namespace else name, outputs=outputs, inputs=inputs)

    def update(self, subject: Subject, old: Values, new: Values, outputs: Values) -> Values:
        if subject.token != RELEASE and self._objects() is None:
            dependent.require_mutable(reveal(old), reveal(new), self.cluster)
        if subject.preview:
            return {**outputs, **self._preview(subject.token, new)}
        self.cluster.require()
        faults.inject(self.subscription, "update", subject.token, subject.name)
        objects = self._objects()
        if subject.token == RELEASE:
            return releases.upgrade(self.cluster, new, outputs, subject.token)
        identifier = self.cluster.id(*addresses.address(new, subject))
        outputs = (
            served.write(objects, subject, new)
            if objects
            else self._outputs(identifier, _named(new, subject))
        )
        self._store(identifier, subject.token, new, outputs)
        return outputs

    def read(self, subject: Subject, inputs: Values, outputs: Values) -> State:
        faults.inject(self.subscription, "read", subject.token, subject.name)
        if subject.token == RELEASE:
            identifier = releases.identifier(self.cluster, inputs)
        else:
            inputs = inputs if inputs.get("kind") else addresses.of_id(subject)
            identifier = self.cluster.id(*addresses.address(inputs, subject))
        objects = self._objects() if subject.token != RELEASE else None
        if objects:
            state = served.read(objects, subject, inputs, outputs)
            return state if state.id else self._installed(subject, inputs)
        resource = self.subscription.get(identifier)
        if resource is None:
            return self._installed(subject, inputs)
        restore = self.subscription.redactor.restore
        return State(
            id=subject.id, outputs=restore(resource.outputs, outputs), inputs=restore(resource.inputs, inputs)
        )

    def _installed(self, subject: Subject, inputs: Values) -> State:
        """An object that neither the program nor a release made; without an id if there is none."""
        live = (
            installed.find(self.cluster, *addresses.address(inputs, subject))
            if subject.token != RELEASE
            else None
        )
        return State(id=subject.id, outputs=live, inputs=inputs) if live else State(id="")

    def delete(self, subject: Subject, inputs: Values) -> None:
        faults.inject(self.subscription, "delete", subject.token, subject.name)
        if subject.token == RELEASE:
            releases.uninstall(self.cluster, inputs)
            return
        api, kind, namespace, name = addresses.address(inputs, subject)
        objects = self._objects()
        if objects:
            served.delete(objects, subject, inputs)
        if kind == "Namespace":  # and all objects in it
            marker = f"/{name}/"
            for resource in self.subscription.below(self.cluster.root):
                if marker in resource.id.removeprefix(self.cluster.root):
                    self.subscription.remove(resource.id)
        self.subscription.remove(self.cluster.id(api, kind, namespace, name))

    def invoke(self, token: str, arguments: Values) -> Values:
        raise NotModelledError(
            f"the sandbox does not model the function {token} (arguments: {', '.join(arguments)})"
        )

    def _admitted(self, inputs: Values) -> Values:
        """The outputs of a new object; raises ArmError if the API server does not admit it."""
        api, kind, namespace, name = addresses.address(inputs)
        identifier = self.cluster.id(api, kind, namespace, name)
        if self.subscription.get(identifier) is not None:
            raise ArmError(409, "AlreadyExists", f'{kind.lower()}s "{name}" already exists')
        if namespace and not self.cluster.has_namespace(namespace):
            raise ArmError(404, "NotFound", f'namespaces "{namespace}" not found')
        dependent.require_type(api, kind, self.cluster, self.program)
        dependent.admit(schemas.fill(reveal(inputs)), self.cluster, self.program)
        return self._outputs(identifier, inputs)

    def _store(self, identifier: str, token: str, inputs: Values, outputs: Values) -> None:
        stored = {**inputs, **_secret_content(inputs)}
        self.subscription.put(
            Resource(
                id=identifier,
                token=token,
                kind=f"kubernetes/{inputs['kind']}",
                inputs=stored,
                outputs={**outputs, **_secret_content(outputs)},
            )
        )
        if inputs["kind"] == "CustomResourceDefinition":
            for api, kind in schemas_of(reveal(inputs)):
                self.cluster.add_type(api, kind)

    def _outputs(self, identifier: str, inputs: Values) -> Values:
        metadata = {
            **inputs["metadata"],
            "uid": identities.made_up("object", identifier),
            "creationTimestamp": "2026-01-01T00:00:00Z",
            "generation": 1,
            "resourceVersion": "1",
        }
        status: Values = {"status": {"phase": "Active"}} if inputs["kind"] == "Namespace" else {}
        return {**inputs, "metadata": metadata, **status}

    def _preview(self, token: str, inputs: Values) -> Values:
        if token == RELEASE:
            return {**inputs, "status": UNKNOWN, "resourceNames": UNKNOWN}
        return {
            **inputs,
            "metadata": {**inputs["metadata"], "uid": UNKNOWN, "resourceVersion": UNKNOWN},
            "status": UNKNOWN,
        }


def _named(inputs: Values, subject: Subject) -> Values:
    """The object with the name that the API server makes up, if the program gives only its beginning."""
    metadata: Any = reveal(inputs.get("metadata"))
    if metadata.get("name") or not metadata.get("generateName"):
        return inputs
    suffix = hashlib.sha256(subject.urn.encode()).hexdigest()[:_SUFFIX]
    name = subject.id.rpartition("/")[2] or f"{metadata['generateName']}{suffix}"
    return {**inputs, "metadata": {**metadata, "name": name}}


def _secret_content(values: Values) -> Values:
    """The content of a Secret object, marked as secret even if the program does not."""
    if values.get("kind") != "Secret":
        return {}
    return {name: Secret(values[name]) for name in ("data", "stringData") if values.get(name) is not None}
