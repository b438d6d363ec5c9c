"""The ResourceProvider service in front of a backend."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import any_pb2, empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from azsandbox.errors import SandboxError
from azsandbox.pulumi.provider import wire
from azsandbox.pulumi.provider.backend import Backend, InitFailedError, Subject, Values
from azsandbox.pulumi.provider.diff import Change, changes
from azsandbox.token import require


def _subject(request: Any, *, preview: bool = False) -> Subject:
    token = request.type or request.urn.split("::")[2].rpartition("$")[2]
    return Subject(urn=request.urn, token=token, id=getattr(request, "id", ""), preview=preview)


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """Translates and forwards; an error of the backend becomes the answer that azure-native would give.

    Unlike the real provider it accepts secrets, so that the program's marks say what the model may not store.
    """

    def __init__(self, make: Callable[[], Backend]) -> None:
        self._make = make
        self._of_peer: dict[str, Backend] = {}
        self._latest = make()

    def _backend(self, context: Any) -> Backend:
        """A program may configure several providers of one kind: each has a connection of its own."""
        return self._of_peer.get(context.peer(), self._latest)

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802 - the protocol's names
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version=self._latest.version)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        """Only the package's name: the full schema is the SDK's, and nothing in a deployment asks for it."""
        schema = f'{{"name":"{self._latest.name}","version":"{self._latest.version}"}}'
        return provider_pb2.GetSchemaResponse(schema=schema)

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        """A change of provider settings, such as the subscription, never replaces resources here."""
        return self._guarded(context, lambda: self._diff_response(request, []))

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        def configure() -> Any:
            require()
            self._latest = self._of_peer[context.peer()] = self._make()
            self._latest.configure(wire.read(request.args))
            return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

        return self._guarded(context, configure)

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        def check() -> Any:
            subject = _subject(request)
            found = self._backend(context).check(
                subject, wire.read(request.olds), wire.read(request.news), request.randomSeed
            )
            for one in found.problems:
                if one.warning:
                    print(f"warning: {subject.name}: {one.path} {one.message}", file=sys.stderr)  # noqa: T201
            failures = [
                provider_pb2.CheckFailure(reason=f"{one.path} {one.message}".strip())
                for one in found.problems
                if not one.warning
            ]
            return provider_pb2.CheckResponse(inputs=wire.write(found.inputs), failures=failures)

        return self._guarded(context, check)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        def diff() -> Any:
            subject = _subject(request)
            old, new = wire.read(request.old_inputs), wire.read(request.news)
            replacing = self._backend(context).replacing(subject, old, new)

            def same(path: str, here: Any, there: Any) -> bool:
                return self._backend(context).same(subject.token, path, here, there)

            found = changes(old, new, replacing, same)
            return self._diff_response(request, found, delete_first=replacing.delete_first)

        return self._guarded(context, diff)

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        def create() -> Any:
            state = self._backend(context).create(
                _subject(request, preview=request.preview), wire.read(request.properties)
            )
            return provider_pb2.CreateResponse(id=state.id, properties=wire.write(state.outputs))

        return self._guarded(context, create)

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        def read() -> Any:
            inputs, outputs = wire.read(request.inputs), wire.read(request.properties)
            state = self._backend(context).read(_subject(request), inputs, outputs)
            if not state.id:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=state.id, properties=wire.write(state.outputs), inputs=wire.write(state.inputs)
            )

        return self._guarded(context, read)

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        def update() -> Any:
            subject = _subject(request, preview=request.preview)
            outputs = self._backend(context).update(
                subject, wire.read(request.old_inputs), wire.read(request.news), wire.read(request.olds)
            )
            return provider_pb2.UpdateResponse(properties=wire.write(outputs))

        return self._guarded(context, update)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        def delete() -> Any:
            self._backend(context).delete(_subject(request), wire.read(request.old_inputs))
            return empty_pb2.Empty()

        return self._guarded(context, delete)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        def invoke() -> Any:
            values: Values = self._backend(context).invoke(request.tok, wire.read(request.args))
            response = provider_pb2.InvokeResponse()
            getattr(response, "return").CopyFrom(wire.write(values))  # `return` is a keyword in Python
            return response

        return self._guarded(context, invoke)

    def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802
        message = (
            f"{request.type} is a remote component, which the sandbox does not model: declare its resources"
        )
        context.abort(grpc.StatusCode.UNIMPLEMENTED, message)

    def Call(self, request: Any, context: Any) -> Any:  # noqa: N802
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the sandbox does not model the method {request.tok}")

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002, N802
        return empty_pb2.Empty()

    def _diff_response(self, request: Any, found: list[Change], *, delete_first: bool = False) -> Any:  # noqa: ARG002
        detailed: dict[str, Any] = {}
        for one in found:
            kind = one.kind.value + ("_REPLACE" if one.replaces else "")
            detailed[one.path] = provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True
            )
        replaces = [one.path for one in found if one.replaces]
        some = provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some,
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and delete_first,
            detailedDiff=detailed,
            hasDetailedDiff=True,
        )

    def _guarded(self, context: Any, answer: Callable[[], Any]) -> Any:
        try:
            return answer()
        except InitFailedError as error:
            self._init_failed(context, error)
        except SandboxError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:  # noqa: BLE001 - a defect of the stand-in, said so instead of a dead connection
            where = traceback.extract_tb(error.__traceback__)[-1]
            said = (
                f"defect in the sandbox: {type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            )
            print("".join(traceback.format_exception(error)), file=sys.stderr)  # noqa: T201 - into the session's log
            context.abort(grpc.StatusCode.INTERNAL, said)

    def _init_failed(self, context: Any, error: InitFailedError) -> None:
        """The resource stays in the state as one whose creation has to be finished by the next update."""
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
