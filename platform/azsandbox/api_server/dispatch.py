"""The way of a request: who has to sign in for it, which operation it is, and errors as ARM words them."""

from __future__ import annotations

from azsandbox.api_server.application import Application
from azsandbox.api_server.routes import API_VERSIONS, ROUTES
from azsandbox.api_server.routing import Router, Surface
from azsandbox.arm_api import names
from azsandbox.arm_api.wire import Answer, Call, not_modelled, refused
from azsandbox.errors import ArmError, NotModelledError, SandboxError

_ML = "/providers/microsoft.machinelearningservices/"


class Dispatcher:
    """Answers requests with the parts of one application."""

    def __init__(self, parts: Application) -> None:
        self._parts = parts
        self._router = Router(ROUTES)

    def answer(self, call: Call) -> Answer:
        """The answer to one request; errors of the model are ARM's errors."""
        try:
            return self._answer(call)
        except ArmError as error:
            return refused(error)
        except NotModelledError as error:
            return refused(ArmError(501, "NotModelled", str(error)))
        except SandboxError as error:
            return refused(ArmError(500, "InternalServerError", str(error)))

    def _answer(self, call: Call) -> Answer:
        parts = self._parts
        if call.host.endswith(names.BLOB):
            if not parts.links.allows(call.method, call.host, call.path, call.query):
                parts.tokens.check(call.headers.get("authorization", ""), {names.STORAGE_AUDIENCE})
            return parts.blobs.serve(call)
        for surface in (Surface.CLOUD, Surface.SCORE):
            found = self._router.find(surface, call)
            if found:
                return found[0].part(parts)(found[1])
        parts.tokens.check(call.headers.get("authorization", ""), {parts.base})
        parts.workspaces.ensure_datastores(call.path.removeprefix("/history/v1.0").removeprefix("/data/v1.0"))
        for surface in (Surface.DATA, Surface.ARM):
            found = self._router.find(surface, call)
            if not found:
                continue
            if surface is Surface.ARM and not _known_version(call):
                break
            return found[0].part(parts)(found[1])
        return not_modelled(call)


def _known_version(call: Call) -> bool:
    return _ML not in call.path.lower() or call.api_version in API_VERSIONS
