"""Judges a case in process: the provider's calls in the order in which Pulumi's engine makes them."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from azsandbox.access.azure import SignedInAzure
from azsandbox.access.cluster import SignedInKubernetes
from azsandbox.arm import external, identities
from azsandbox.arm.catalogue import Types
from azsandbox.arm.provider import DEFAULT_SUBSCRIPTION, DEFAULT_TENANT, AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.cases.interpolate import interpolated
from azsandbox.cases.model import KUBERNETES, Case, CaseChange, Declared, Expectation, Values, merged
from azsandbox.errors import SandboxError
from azsandbox.kubernetes import backends
from azsandbox.kubernetes.apiserver.control_planes import ControlPlanes
from azsandbox.kubernetes.provider import Kubernetes
from azsandbox.kubernetes.served import ServedClusters
from azsandbox.pulumi.provider.backend import Backend, State, Subject
from azsandbox.pulumi.provider.diff import changes
from azsandbox.schema.validate import Problem
from azsandbox.schema.values import UNKNOWN, reveal

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """What the sandbox did with a case."""

    verdict: Expectation
    at: str = ""  # the resource that was refused
    message: str = ""
    preview: bool = False  # a preview shows the refusal
    changing: bool = False  # refused by the second deployment
    warnings: tuple[str, ...] = ()
    outputs: Values = field(default_factory=dict)  # of the judged resource
    wanted: Values = field(default_factory=dict)  # the outputs that the case gives, its references replaced

    def agrees(self, case: Case) -> bool:
        """Whether this is what the case expects, at the judged resource and with the words it demands."""
        if case.expect is Expectation.REFUSED:
            complete = all(text.lower() in self.message.lower() for text in case.says)
            at = self.at == case.at and self.changing == bool(case.then)
            return self.verdict is Expectation.REFUSED and at and complete
        if case.expect is Expectation.WARNED:
            complete = all(any(text in warning for warning in self.warnings) for text in case.says)
            return self.verdict is Expectation.ACCEPTED and bool(self.warnings) and complete
        return self.verdict is case.expect and not self.missing(case)

    def missing(self, case: Case) -> list[str]:
        """The outputs that differ from those that the case gives, as text."""
        different: list[str] = []
        for path, wanted in {**case.gives, **self.wanted}.items():
            item = _item(self.outputs, path)
            if item != wanted:
                different.append(f"{path} is {item!r}, but the real service answers {wanted!r}")
        return different


class _RefusedError(Exception):
    def __init__(self, at: str, message: str, *, preview: bool = False) -> None:
        super().__init__(message)
        self.at, self.message, self.preview = at, message, preview


@dataclass
class _Deployment:
    """One subscription and cluster, with what a case has deployed so far."""

    azure: Backend
    kubernetes: Backend
    number: int
    declared: dict[str, Declared] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def backend(self, token: str) -> Backend:
        return self.kubernetes if token.startswith(KUBERNETES) else self.azure

    def subject(self, resource: Declared, identifier: str = "", *, preview: bool = False) -> Subject:
        urn = f"urn:pulumi:cases::cases::{resource.type}::{resource.id}"
        return Subject(urn=urn, token=resource.type, id=identifier, preview=preview)

    def lookup(self, states: Mapping[str, State], reference: str) -> Any:
        fact = _fact(reference, self.number)
        if fact is not None:
            return fact
        name, _, path = reference.partition(".")
        if name not in states:
            raise _RefusedError(name, f"the case refers to {reference!r}, which is not declared before it")
        state = states[name]
        if path == "id":
            return state.id or UNKNOWN
        value: Any = state.outputs
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else value if value is UNKNOWN else None
        return value

    def check(self, resource: Declared, inputs: Values, old: Values, *, preview: bool) -> Values:
        try:
            checked = self.backend(resource.type).check(self.subject(resource), old, inputs, b"seed")
        except SandboxError as error:
            raise _RefusedError(resource.id, str(error), preview=preview) from error
        self.warnings += [_text(problem) for problem in checked.problems if problem.warning]
        errors = [_text(problem) for problem in checked.problems if not problem.warning]
        if errors:
            raise _RefusedError(resource.id, "; ".join(errors), preview=preview)
        return checked.inputs

    def preview(self, resources: tuple[Declared, ...]) -> None:
        """Every resource with what is known before the deployment."""
        states: dict[str, State] = {}
        for resource in resources:
            inputs = interpolated(resource.inputs, lambda name: self.lookup(states, name))
            checked = self.check(resource, inputs, {}, preview=True)
            subject = self.subject(resource, preview=True)
            states[resource.id] = self._create(resource, subject, checked)

    def create(self, resource: Declared) -> None:
        inputs = interpolated(resource.inputs, lambda name: self.lookup(self.states, name))
        checked = self.check(resource, inputs, {}, preview=False)
        self.declared[resource.id] = resource
        self.states[resource.id] = self._create(resource, self.subject(resource), checked)

    def _create(self, resource: Declared, subject: Subject, inputs: Values) -> State:
        return self._call(resource, lambda: self.backend(resource.type).create(subject, inputs))

    def change(self, change: CaseChange) -> bool:
        """Apply a change; returns whether it was a replacement."""
        resource, state = self.declared[change.id], self.states[change.id]
        backend = self.backend(resource.type)
        subject = self.subject(resource, state.id)
        if change.delete:
            self._call(resource, lambda: backend.delete(subject, state.inputs))
            return False
        wanted = merged(resource.inputs, change.inputs)
        inputs = interpolated(wanted, lambda name: self.lookup(self.states, name))
        checked = self.check(resource, inputs, state.inputs, preview=True)
        rules = backend.replace_rules(subject, state.inputs, checked)
        differences = changes(
            state.inputs,
            checked,
            rules,
            lambda path, old, new: backend.equivalent(resource.type, path, old, new),
        )
        self.declared[change.id] = Declared(id=resource.id, type=resource.type, inputs=wanted)
        if any(difference.replaces for difference in differences):
            self._call(resource, lambda: backend.delete(subject, state.inputs))
            self.create(self.declared[change.id])
            return True
        outputs = self._call(resource, lambda: backend.update(subject, state.inputs, checked, state.outputs))
        self.states[change.id] = State(id=state.id, outputs=outputs, inputs=checked)
        return False

    def _call(self, resource: Declared, call: Callable[[], _T]) -> _T:
        try:
            return call()
        except SandboxError as error:
            raise _RefusedError(resource.id, str(error)) from error


def _fact(name: str, number: int) -> str | None:
    """What a reference stands for that is not to a resource."""
    scope = f"/subscriptions/{DEFAULT_SUBSCRIPTION}"
    facts = {
        "n": f"{number:04}",
        "subscription": scope,
        "tenant": DEFAULT_TENANT,
        "deployer": identities.made_up("principal", scope),
    }
    return facts.get(name)


def judge(case: Case, types: Types, number: int = 1) -> CaseResult:
    """Deploy a case into an empty subscription.

    Args:
        case: what to deploy.
        types: the catalogue of modelled types.
        number: what `${n}` stands for.

    Raises:
        SandboxError: a real API server is wanted, and not installed.
    """
    with contextlib.ExitStack() as resources:
        subscription = Subscription.open(":memory:")
        resources.callback(subscription.close)
        outside = external.parse(list(case.external), case.file)
        served = resources.enter_context(served_clusters(subscription))
        who = interpolated({"it": case.deployer}, lambda name: _fact(name, number))["it"]
        azure = SignedInAzure(
            subscription,
            types,
            lambda _: outside,
            conditions_of=lambda _: case.conditions,
            deployers=lambda _: who,
        )
        kubernetes = SignedInKubernetes(subscription, served, lambda _: who)
        return _judge(case, azure, kubernetes, number)


@contextlib.contextmanager
def served_clusters(subscription: Subscription) -> Generator[ServedClusters | None]:
    """A real API server for the case's clusters, if AZSANDBOX_KUBERNETES says so."""
    if backends.chosen() != backends.APISERVER:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="roast-case-") as name:
        session = Path(name, "session")
        session.mkdir()
        planes = ControlPlanes(subscription, Path(name), session, backends.APISERVER)
        try:
            yield ServedClusters(planes)
        finally:
            planes.close()


def _judge(case: Case, azure: AzureNative, kubernetes: Kubernetes, number: int) -> CaseResult:
    azure.configure({"location": "westeurope"})
    kubernetes.configure({})
    deployment = _Deployment(azure, kubernetes, number)
    replaced = changing = False
    try:
        deployment.preview(case.resources)
        for resource in case.resources:
            deployment.create(resource)
        changing = bool(case.then)
        for change in case.then:
            replaced = deployment.change(change) or replaced
    except _RefusedError as refusal:
        return CaseResult(
            verdict=Expectation.REFUSED,
            at=refusal.at,
            message=refusal.message,
            preview=refusal.preview,
            changing=changing,
        )
    verdict = Expectation.REPLACED if replaced else Expectation.ACCEPTED
    state = deployment.states.get(case.at)
    return CaseResult(
        verdict=verdict,
        warnings=tuple(dict.fromkeys(deployment.warnings)),
        outputs={"id": state.id, **reveal(state.outputs)} if state else {},
        wanted=interpolated(case.gives, lambda name: deployment.lookup(deployment.states, name)),
    )


def _item(outputs: Values, path: str) -> Any:
    """The output at a path such as `subnets[0].delegations`."""
    item: Any = outputs
    for part in re.findall(r"[^.\[\]]+", path):
        if isinstance(item, list):
            item = item[int(part)] if part.isdigit() and int(part) < len(item) else None
        else:
            item = item.get(part) if isinstance(item, dict) else None
    return item


def _text(problem: Problem) -> str:
    return f"{problem.path} {problem.message}".strip()
