"""The pack as a server of Pulumi's Analyzer protocol.

Not on the library `pulumi_policy`: it unwraps secrets before a validator sees them, so that "no secret in
plain text" can't be told, and gives up a whole policy at the first unknown value. docs/decisions says more.
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as wire
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from roastery.policies import evaluate, facts, waivers
from roastery.policies.catalogue import POLICIES
from roastery.policies.evaluate import Configured
from roastery.policies.model import (
    STACK,
    Facts,
    Level,
    Policy,
    Problem,
    Resource,
    Severity,
    Stack,
    plain_type,
)
from roastery.policies.values import Unproven, decode

NAME = "roastery"
VERSION = "1.0.0"
_LEVELS = {
    Level.ADVISORY: wire.ADVISORY,
    Level.MANDATORY: wire.MANDATORY,
    Level.REMEDIATE: wire.REMEDIATE,
    Level.DISABLED: wire.DISABLED,
}
_SEVERITIES = {
    Severity.LOW: wire.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: wire.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: wire.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: wire.POLICY_SEVERITY_CRITICAL,
}
_SHOWN = 3
"""How many resources an unproven policy names."""


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """Answers one engine for one run."""

    def __init__(self, accepted: Sequence[waivers.Waiver] = ()) -> None:
        self._waivers = accepted
        self._used: set[waivers.Waiver] = set()
        self._configured = Configured()
        self._facts: Facts | None = None
        self._inputs: dict[str, Resource] = {}  # what Analyze saw, for rules over the whole stack
        self._unproven: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._today = dt.date.today()  # noqa: DTZ011 - a waiver ends with its owner's day
        self._seen: dict[str, list[tuple[Policy, Level]]] = {}
        self._lock = threading.Lock()

    # What the engine asks first.

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002 - the protocol's names
        return wire.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        policies = [_info(policy) for policy in (*POLICIES, *waivers.POLICIES)]
        return wire.AnalyzerInfo(
            name=NAME,
            displayName="Roastery",
            description="Network, identity, data, cluster, ML assets, cost and names.",
            version=VERSION,
            supportsConfig=True,
            policies=policies,
        )

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Takes over what `--policy-pack-config` says; a level that is the declared one is nobody's wish."""
        levels = {number: level for level, number in _LEVELS.items()}
        own = {policy.id: policy for policy in POLICIES}
        given = {name: one for name, one in request.policyConfig.items() if name in own}
        self._seen.clear()
        self._configured = Configured(
            settings={name: decode(json_format.MessageToDict(one.properties)) for name, one in given.items()},
            levels={
                name: levels[one.enforcementLevel]
                for name, one in given.items()
                if one.enforcementLevel != _LEVELS[own[name].prod]
            },
        )
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self._seen.clear()
        self._facts = facts.from_config(
            request.stack,
            dict(request.config),
            dict(request.tags),
            project=request.project,
            preview=request.dry_run,
        )
        return wire.AnalyzerStackConfigureResponse()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return empty_pb2.Empty()

    # What it asks per resource, and at the end.

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        resource = _resource(request)
        known = self._know(resource.urn)
        with self._lock:
            self._inputs[resource.urn] = resource
        diagnostics: list[Any] = []
        for policy, level in self._seeing(resource.type, known):
            for problem, proven in evaluate.over_resource(policy, resource, self._configured.of(policy)):
                diagnostics += self._tell(policy, level, problem, resource.urn, proven=proven)
        return wire.AnalyzeResponse(diagnostics=diagnostics)

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        known = self._know(request.urn)
        remedies = [
            (policy, policy.remedy)
            for policy, level in self._seeing(plain_type(request.type), known)
            if policy.remedy and level is Level.REMEDIATE
        ]
        if not remedies:
            return wire.RemediateResponse()
        remediations: list[Any] = []
        resource = _resource(request)
        inputs: dict[str, Any] = json_format.MessageToDict(request.properties)
        for policy, remedy in remedies:
            try:
                changes = remedy(resource, self._configured.of(policy), known)
            except Unproven:
                continue  # nothing is changed blindly; Analyze says that it is unproven
            if changes:
                inputs |= changes  # the wire's own markers of secrets and unknowns stay in the others
                remediation = wire.Remediation(
                    policyName=policy.id,
                    policyPackName=NAME,
                    policyPackVersion=VERSION,
                    description=policy.title,
                )
                json_format.ParseDict(inputs, remediation.properties)
                remediations.append(remediation)
        return wire.RemediateResponse(remediations=remediations)

    def AnalyzeStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        known = self._know(next((one.urn for one in request.resources), ""))
        stack = Stack([self._whole(one) for one in request.resources], known)
        root = next((one.urn for one in stack.of(STACK)), "")
        diagnostics: list[Any] = []
        for policy, level in self._active(known):
            for problem, proven in evaluate.over_stack(policy, stack, self._configured.of(policy)):
                diagnostics += self._tell(policy, level, problem, problem.urn or root, proven=proven)
        for finding in waivers.own_findings(self._waivers, self._used, known.stack, root, self._today):
            problem = Problem(finding.path, finding.message)
            diagnostics.append(_diagnostic(finding.policy, finding.level, problem, root))
        diagnostics += [self._unproven_of(policy, root) for policy in POLICIES if policy.id in self._unproven]
        return wire.AnalyzeResponse(diagnostics=diagnostics)

    def _know(self, urn: str) -> Facts:
        if self._facts is None:
            stack = facts.stack_of(urn)
            self._facts = facts.from_config(stack, {}, {}, project="")
        return self._facts

    def _active(self, known: Facts) -> Iterable[tuple[Policy, Level]]:
        for policy in POLICIES:
            level = self._configured.level(policy, known)
            if level is not Level.DISABLED:
                yield policy, level

    def _seeing(self, type_: str, known: Facts) -> list[tuple[Policy, Level]]:
        """The active policies that look at resources of a type; a run has few types and many resources."""
        if type_ not in self._seen:
            self._seen[type_] = [(one, level) for one, level in self._active(known) if one.sees(type_)]
        return self._seen[type_]

    def _tell(self, policy: Policy, level: Level, problem: Problem, urn: str, *, proven: bool) -> list[Any]:
        with self._lock:
            if not proven:
                self._unproven[policy.id].append((urn, problem.path))
                return []
            waiver = waivers.covering(self._waivers, policy.id, urn, self._today)
            if waiver is None:
                return [_diagnostic(policy, level, problem, urn)]
            self._used.add(waiver)
        said = Problem(problem.path, f"{problem.message} [{waiver.says()}]")
        return [_diagnostic(policy, Level.ADVISORY, said, urn)]

    def _unproven_of(self, policy: Policy, root: str) -> Any:
        """One line per policy instead of one per resource, since a first preview knows little."""
        places = self._unproven[policy.id]
        names = [f"{urn.rpartition('::')[2]} ({path})" for urn, path in places[:_SHOWN]]
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        message = (
            f"UNPROVEN, neither passed nor failed: a preview does not know {', '.join(names)}{more}; "
            f"roast policy check proves it"
        )
        found = _diagnostic(policy, Level.ADVISORY, Problem("", message), root)
        found.message = f"{policy.title}\n{message}"
        return found

    def _whole(self, request: Any) -> Resource:
        """The resource with the inputs that Analyze saw, and with what only the end of a run knows."""
        late = _resource(request)
        early = self._inputs.get(late.urn)
        return Resource(
            urn=late.urn,
            type=late.type,
            inputs=early.inputs if early else late.inputs,
            outputs=late.inputs,
            parent=request.parent,
            protect=late.protect,
            dependencies=tuple(request.dependencies),
            property_dependencies={
                name: tuple(one.urns) for name, one in request.propertyDependencies.items()
            },
        )


def _resource(request: Any) -> Resource:
    return Resource(
        urn=request.urn,
        type=plain_type(request.type),
        inputs=decode(json_format.MessageToDict(request.properties)),
        protect=request.options.protect,
        parent=request.options.parent,
    )


def _info(policy: Policy) -> Any:
    info = wire.PolicyInfo(
        name=policy.id,
        displayName=policy.title,
        description=policy.title,
        message=policy.reason,
        enforcementLevel=_LEVELS[policy.prod],
        severity=_SEVERITIES[policy.severity],
        remediation_steps=policy.fix,
        tags=list(policy.ids),
        policy_type=wire.POLICY_TYPE_STACK if policy.check_stack else wire.POLICY_TYPE_RESOURCE,
    )
    if policy.config:
        json_format.ParseDict(
            {name: dict(schema) for name, schema in policy.config.items()}, info.configSchema.properties
        )
    return info


def _diagnostic(policy: Policy, level: Level, problem: Problem, urn: str) -> Any:
    # What a remedy left is a violation like any other.
    shown = Level.MANDATORY if level is Level.REMEDIATE else level
    where = f"{problem.path} " if problem.path else ""
    return wire.AnalyzeDiagnostic(
        policyName=policy.id,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=policy.title,
        message=f"{policy.title}\n{where}{problem.message}\nFix: {policy.fix}",
        urn=urn,
        enforcementLevel=_LEVELS[shown],
        severity=_SEVERITIES[policy.severity],
    )


def serve() -> None:
    """Serves until the engine leaves; the port is the first line of standard output."""
    known = {policy.id for policy in POLICIES}
    try:
        accepted = waivers.load(waivers.find(Path.cwd()), known)
    except waivers.WaiverError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the engine shows it
        sys.exit(error.exit_code)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", -1)]
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(accepted), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns where to connect
    server.wait_for_termination()
