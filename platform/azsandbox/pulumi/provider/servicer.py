"""The ResourceProvider service: translates Pulumi's requests to calls of a backend."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)

from azsandbox.errors import SandboxError
from azsandbox.pulumi import refusals
from azsandbox.pulumi.provider import wire
from azsandbox.pulumi.provider.backend import Backend, InitFailedError, Subject, Values, stack_of
from azsandbox.pulumi.provider.diff import Change, changes
from azsandbox.token import require


def _subject(request: Any, *, preview: bool = False) -> Subject:
    token = request.type or request.urn.split("::")[2].rpartition("$")[2]
    return Subject(urn=request.urn, token=token, id=getattr(request, "id", ""), preview=preview)


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Forwards each request to a backend; its errors become the responses that azure-native would give.

    Unlike the real provider it accepts secrets: what the program marks as secret is not stored by the model.
    """

    def __init__(self, create_backend: Callable[[], Backend]) -> None:
        self._create_backend = create_backend
        self._backends_by_peer: dict[str, Backend] = {}
        self._latest = create_backend()
        self._engine: engine_pb2_grpc.EngineStub | None = None

    def _backend(self, context: Any) -> Backend:
        """The backend of a connection: a program may configure several providers of the same kind."""
        return self._backends_by_peer.get(context.peer(), self._latest)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - the protocol's names
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        self._engine = engine_pb2_grpc.EngineStub(grpc.insecure_channel(request.address))
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=self._latest.version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Only the package's name and version: no deployment needs the full schema, which is in the SDK."""
        schema = f'{{"name":"{self._latest.name}","version":"{self._latest.version}"}}'
        return provider_pb2.GetSchemaResponse(schema=schema)

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """No changes: other provider settings, such as the subscription, never replace resources here."""
        return self._respond(context, lambda: self._diff_response(request, []))

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        def configure() -> Any:
            require()
            self._latest = self._backends_by_peer[context.peer()] = self._create_backend()
            self._latest.configure(wire.read(request.args), stack_of(request.urn))
            return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

        return self._respond(context, configure)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        def check() -> Any:
            subject = _subject(request)
            checked = self._backend(context).check(
                subject, wire.read(request.olds), wire.read(request.news), request.randomSeed
            )
            for problem in checked.problems:
                if problem.warning:
                    print(f"warning: {subject.name}: {problem.path} {problem.message}", file=sys.stderr)  # noqa: T201
            reasons = [
                f"{problem.path} {problem.message}".strip()
                for problem in checked.problems
                if not problem.warning
            ]
            if reasons and self._engine and refusals.collect(request.urn):
                self._report(self._engine, subject, reasons)
                reasons = []
            failures = [provider_pb2.CheckFailure(reason=reason) for reason in reasons]
            return provider_pb2.CheckResponse(inputs=wire.write(checked.inputs), failures=failures)

        return self._respond(context, check)

    @staticmethod
    def _report(engine: engine_pb2_grpc.EngineStub, subject: Subject, reasons: list[str]) -> None:
        """What the engine itself says about a failed Check."""
        for reason in reasons:
            message = f"{subject.token} resource '{subject.name}' has a problem: {reason}"
            engine.Log(engine_pb2.LogRequest(severity=engine_pb2.ERROR, urn=subject.urn, message=message))

    def _shown(self, subject: Subject, call: Callable[[], Values], otherwise: Values) -> Values:
        """What a call answers; a refusal in a preview is reported, and the preview goes on."""
        try:
            return call()
        except SandboxError as error:
            if not subject.preview or self._engine is None or not refusals.collect(subject.urn):
                raise
            self._report(self._engine, subject, [str(error)])
            return otherwise

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        def diff() -> Any:
            subject = _subject(request)
            old, new = wire.read(request.old_inputs), wire.read(request.news)
            rules = self._backend(context).replace_rules(subject, old, new)

            def equivalent(path: str, old_value: Any, new_value: Any) -> bool:
                return self._backend(context).equivalent(subject.token, path, old_value, new_value)

            differences = changes(old, new, rules, equivalent)
            return self._diff_response(request, differences, delete_first=rules.delete_before_replace)

        return self._respond(context, diff)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        def create() -> Any:
            state = self._backend(context).create(
                _subject(request, preview=request.preview), wire.read(request.properties)
            )
            return provider_pb2.CreateResponse(id=state.id, properties=wire.write(state.outputs))

        return self._respond(context, create)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        def read() -> Any:
            inputs, outputs = wire.read(request.inputs), wire.read(request.properties)
            state = self._backend(context).read(_subject(request), inputs, outputs)
            if not state.id:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=state.id, properties=wire.write(state.outputs), inputs=wire.write(state.inputs)
            )

        return self._respond(context, read)

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        def update() -> Any:
            subject, news = _subject(request, preview=request.preview), wire.read(request.news)
            old_inputs, olds = wire.read(request.old_inputs), wire.read(request.olds)
            backend = self._backend(context)
            outputs = self._shown(
                subject, lambda: backend.update(subject, old_inputs, news, olds), {**olds, **news}
            )
            return provider_pb2.UpdateResponse(properties=wire.write(outputs))

        return self._respond(context, update)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        def delete() -> Any:
            self._backend(context).delete(_subject(request), wire.read(request.old_inputs))
            return empty_pb2.Empty()

        return self._respond(context, delete)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        def invoke() -> Any:
            values: Values = self._backend(context).invoke(request.tok, wire.read(request.args))
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(wire.write(values))  # `return` is a keyword in Python
            return response

        return self._respond(context, invoke)

    def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        message = (
            f"the sandbox does not model the remote component {request.type}: declare its resources instead"
        )
        context.abort(grpc.StatusCode.UNIMPLEMENTED, message)

    def Call(self, request: Any, context: Any) -> Any:  # noqa: N802
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the sandbox does not model the method {request.tok}")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()

    def _diff_response(self, request: Any, differences: list[Change], *, delete_first: bool = False) -> Any:  # noqa: ARG002
        detailed: dict[str, Any] = {}
        for change in differences:
            kind = change.kind.value + ("_REPLACE" if change.replaces else "")
            detailed[change.path] = provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True
            )
        replaces = [change.path for change in differences if change.replaces]
        result = provider_pb2.DiffResponse.DIFF_SOME if differences else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=result,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and delete_first,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def _respond(self, context: Any, call: Callable[[], Any]) -> Any:
        """The response of a call; an exception becomes an error status."""
        try:
            return call()
        except InitFailedError as error:
            self._init_failed(context, error)
        except SandboxError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:  # noqa: BLE001 - a defect is reported instead of closing the connection
            where = traceback.extract_tb(error.__traceback__)[-1]
            message = (
                f"defect in the sandbox: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            )
            print("".join(traceback.format_exception(error)), file=sys.stderr)  # noqa: T201 - to the session's log
            context.abort(grpc.StatusCode.INTERNAL, message)

    def _init_failed(self, context: Any, error: InitFailedError) -> None:
        """The resource stays in the state; the next update has to complete its creation."""
        detail = provider_pb2.ErrorResourceInitFailed(
            id=error.state.id,
            properties=wire.write(error.state.outputs),
            inputs=wire.write(error.state.inputs),
            reasons=[error.reason],
        )
        packed = any_pb2.Any()
        packed.Pack(detail, "type.googleapis.com")
        code = grpc.StatusCode.UNKNOWN
        status = status_pb2.Status(code=code.value[0], message=error.reason, details=[packed])
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(code, error.reason)
