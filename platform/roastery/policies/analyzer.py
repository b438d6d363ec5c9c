"""The pack as a server of Pulumi's Analyzer protocol.

It does not use the library `pulumi_policy`, which unwraps secrets before a check sees them, so that plain
text secrets can't be detected, and which skips a whole policy at the first unknown value (decision 0012).
"""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent import futures
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as wire
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from roastery.policies import evaluate, facts, waivers
from roastery.policies.catalogue import POLICIES
from roastery.policies.derived import derived, expanded
from roastery.policies.evaluate import PolicyConfig
from roastery.policies.kinds import plain_type
from roastery.policies.messages import LEVELS, NAME, VERSION, diagnostic_of, policy_info, resource_of
from roastery.policies.model import (
    STACK,
    DeclaredResource,
    DeclaredStack,
    EnforcementLevel,
    Policy,
    StackFacts,
    Violation,
)
from roastery.policies.values import decode

_SHOWN = 3
"""How many resources the message about an unproven policy names."""


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """Answers the calls of one engine during one run."""

    def __init__(self, accepted: Sequence[waivers.Waiver] = ()) -> None:
        self._waivers = accepted
        self._used: set[waivers.Waiver] = set()
        self._raised: set[str] = set()
        self._config = PolicyConfig()
        self._facts: StackFacts | None = None
        # As Analyze received them, for policies over the whole stack.
        self._inputs: dict[str, DeclaredResource] = {}
        self._unproven: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._today = dt.date.today()  # noqa: DTZ011 - a waiver expires at the end of the local day
        self._by_type: dict[str, list[tuple[Policy, EnforcementLevel]]] = {}
        self._lock = threading.Lock()

    # The calls that set up a run.

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002 - names of the protocol
        return wire.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        policies = [policy_info(policy) for policy in (*POLICIES, *waivers.POLICIES)]
        return wire.AnalyzerInfo(
            name=NAME,
            displayName="Roastery",
            description="Network, identity, data, cluster, ML assets, cost and names.",
            version=VERSION,
            supportsConfig=True,
            policies=policies,
        )

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        """Applies `--policy-pack-config`; a level equal to the declared one counts as not configured."""
        levels = {number: level for level, number in LEVELS.items()}
        own = {policy.id: policy for policy in POLICIES}
        configs = {name: config for name, config in request.policyConfig.items() if name in own}
        self._by_type.clear()
        self._config = PolicyConfig(
            settings={
                name: decode(json_format.MessageToDict(config.properties)) for name, config in configs.items()
            },
            levels={
                name: levels[config.enforcementLevel]
                for name, config in configs.items()
                if config.enforcementLevel != LEVELS[own[name].prod]
            },
        )
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        self._by_type.clear()
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

    # The calls per resource, and at the end of a run.

    def Analyze(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        resource = resource_of(request)
        stack_facts = self._stack_facts(resource.urn)
        with self._lock:
            self._inputs[resource.urn] = resource
        diagnostics: list[Any] = []
        # Objects inside of a resource are reported on it: the engine knows no other URN.
        for part in (resource, *derived(resource)):
            label = "" if part is resource else f"{part.urn.removeprefix(resource.urn).lstrip('/')} "
            for policy, level in self._policies_for(part.type, stack_facts):
                for violation, proven in evaluate.over_resource(policy, part, self._config.of(policy)):
                    named = replace(violation, path=f"{label}{violation.path}")
                    diagnostics += self._report(policy, level, named, resource.urn, proven=proven)
        return wire.AnalyzeResponse(diagnostics=diagnostics)

    def Remediate(self, request: Any, context: Any) -> Any:  # noqa: N802, ARG002
        stack_facts = self._stack_facts(request.urn)
        remedies = [
            (policy, policy.remedy)
            for policy, level in self._policies_for(plain_type(request.type), stack_facts)
            if policy.remedy and level is EnforcementLevel.REMEDIATE
        ]
        if not remedies:
            return wire.RemediateResponse()
        remediations: list[Any] = []
        resource = resource_of(request)
        inputs: dict[str, Any] = json_format.MessageToDict(request.properties)
        for policy, remedy in remedies:
            try:
                changes = remedy(resource, self._config.of(policy), stack_facts)
            except Exception:  # noqa: BLE001, S112 - Analyze reports the policy: unproven, or what it raised
                continue
            if changes:
                inputs |= changes  # the other inputs keep the wire format's markers of secrets and unknowns
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
        stack_facts = self._stack_facts(next((entry.urn for entry in request.resources), ""))
        declared = [self._complete(entry) for entry in request.resources]
        stack = expanded(DeclaredStack(declared, stack_facts))
        root = next((resource.urn for resource in stack.of(STACK)), "")
        diagnostics: list[Any] = []
        for policy, level in self._active(stack_facts):
            for violation, proven in evaluate.over_stack(policy, stack, self._config.of(policy)):
                urn = violation.urn or root
                inside = urn in stack.by_urn and urn not in self._inputs and stack.by_urn[urn].parent
                where = stack.by_urn[urn].parent if inside else urn
                diagnostics += self._report(policy, level, violation, where, proven=proven)
        for finding in waivers.own_findings(self._waivers, self._used, stack_facts.stack, root, self._today):
            violation = Violation(finding.path, finding.message)
            diagnostics.append(diagnostic_of(finding.policy, finding.level, violation, root))
        diagnostics += [
            self._unproven_diagnostic(policy, root) for policy in POLICIES if policy.id in self._unproven
        ]
        return wire.AnalyzeResponse(diagnostics=diagnostics)

    def _stack_facts(self, urn: str) -> StackFacts:
        if self._facts is None:
            stack = facts.stack_of(urn)
            self._facts = facts.from_config(stack, {}, {}, project="")
        return self._facts

    def _active(self, stack_facts: StackFacts) -> Iterable[tuple[Policy, EnforcementLevel]]:
        for policy in POLICIES:
            level = self._config.level(policy, stack_facts)
            if level is not EnforcementLevel.DISABLED:
                yield policy, level

    def _policies_for(self, type_: str, stack_facts: StackFacts) -> list[tuple[Policy, EnforcementLevel]]:
        """The active policies for a resource type, cached: a run has few types and many resources."""
        if type_ not in self._by_type:
            self._by_type[type_] = [
                (policy, level) for policy, level in self._active(stack_facts) if policy.applies_to(type_)
            ]
        return self._by_type[type_]

    def _report(
        self, policy: Policy, level: EnforcementLevel, violation: Violation, urn: str, *, proven: bool
    ) -> list[Any]:
        with self._lock:
            if not proven:
                self._unproven[policy.id].append((urn, violation.path))
                return []
            if violation.failed:
                if policy.id in self._raised:  # one finding per rule, not per resource
                    return []
                self._raised.add(policy.id)
            waiver = waivers.covering(self._waivers, policy.id, urn, self._today)
            if waiver is None:
                return [diagnostic_of(policy, level, violation, urn)]
            self._used.add(waiver)
        annotated = Violation(violation.path, f"{violation.message} [{waiver.describe()}]")
        return [diagnostic_of(policy, EnforcementLevel.ADVISORY, annotated, urn)]

    def _unproven_diagnostic(self, policy: Policy, root: str) -> Any:
        """One line per policy, not per resource: in a first preview many values are unknown."""
        locations = self._unproven[policy.id]
        names = [f"{urn.rpartition('::')[2]} ({path})" for urn, path in locations[:_SHOWN]]
        more = f" and {len(locations) - _SHOWN} more" if len(locations) > _SHOWN else ""
        message = (
            f"UNPROVEN, neither passed nor failed: unknown in a preview: {', '.join(names)}{more}; "
            f"to check it, run: roast policy check"
        )
        diagnostic = diagnostic_of(policy, EnforcementLevel.ADVISORY, Violation("", message), root)
        diagnostic.message = f"{policy.title}\n{message}"
        return diagnostic

    def _complete(self, request: Any) -> DeclaredResource:
        """The resource with the inputs that Analyze received, and what is known only at the end of a run."""
        late = resource_of(request)
        early = self._inputs.get(late.urn)
        return DeclaredResource(
            urn=late.urn,
            type=late.type,
            inputs=early.inputs if early else late.inputs,
            outputs=late.inputs,
            parent=request.parent,
            protect=late.protect,
            custom=late.custom,
            dependencies=tuple(request.dependencies),
            property_dependencies={
                name: tuple(sources.urns) for name, sources in request.propertyDependencies.items()
            },
        )


def serve() -> None:
    """Serves until the engine disconnects; the port is the first line of standard output."""
    policy_ids = {policy.id for policy in POLICIES}
    try:
        accepted = waivers.load(waivers.find(Path.cwd()), policy_ids)
    except waivers.WaiverError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - the engine prints it
        sys.exit(error.exit_code)
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", -1)]
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(accepted), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns where to connect
    server.wait_for_termination()
