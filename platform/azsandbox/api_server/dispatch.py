"""Dispatch of a request: authentication, the operation that handles it, and errors in ARM's format."""

from __future__ import annotations

from urllib.parse import unquote

from azsandbox.api_server.application import Application
from azsandbox.api_server.routes import ROUTES
from azsandbox.api_server.routing import Router, Surface
from azsandbox.arm_api import names
from azsandbox.arm_api.published import check
from azsandbox.arm_api.wire import Answer, Call, not_modelled, refused
from azsandbox.errors import ArmError, NotModelledError, SandboxError


class Dispatcher:
    """Dispatches the requests of one application."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._router = Router(ROUTES)

    def answer(self, call: Call) -> Answer:
        """The response to one request; the model's errors become ARM errors."""
        try:
            return self._answer(call)
        except ArmError as error:
            return refused(error)
        except NotModelledError as error:
            return refused(ArmError(501, "NotModelled", str(error)))
        except SandboxError as error:
            return refused(ArmError(500, "InternalServerError", str(error)))

    def _answer(self, call: Call) -> Answer:
        application = self._application
        _check_path(call)
        application.hosts.check_forbidden(call.host)
        if call.host.endswith(names.BLOB):
            if not application.links.allows(call.method, call.host, call.path, call.query):
                claims = application.tokens.check(
                    call.headers.get("authorization", ""), {names.STORAGE_AUDIENCE}
                )
                application.access.require_blob(claims, call)
            return application.blobs.serve(call)
        if names.is_public(call.host) and call.host != names.LOGIN:
            return application.hosts.serve(call)
        for surface in (Surface.CLOUD, Surface.SCORE):
            match = self._router.find(surface, call)
            if match:
                return match[0].handler(application)(match[1])
        claims = application.tokens.check(call.headers.get("authorization", ""), {application.base})
        application.rights.check_tenant(call.path)
        application.workspaces.ensure_datastores(
            call.path.removeprefix("/history/v1.0").removeprefix("/data/v1.0")
        )
        for surface in (Surface.DATA, Surface.ARM):
            match = self._router.find(surface, call)
            if not match:
                continue
            if surface is Surface.ARM and application.resources.type_of(call.path) is not None:
                check.check(call)
            application.access.require(claims, call)
            answer = match[0].handler(application)(match[1])
            return application.access.filtered(claims, call, answer)
        return not_modelled(call)


def _check_path(call: Call) -> None:
    """Refuse a path that no client sends: it is not text, or has parts that clients resolve before.

    Raises:
        ArmError: 400 InvalidUri.
    """
    try:
        path = unquote(call.path, errors="strict")
        path.encode()
    except UnicodeError:
        raise ArmError(400, "InvalidUri", "The URI is not valid: it is not UTF-8.") from None
    if "\ufffd" in path or any(character < " " or character == "\x7f" for character in path):
        raise ArmError(400, "InvalidUri", "The URI is not valid: it has control characters, or is not UTF-8.")
    if {".", ".."} & set(path.split("/")):
        raise ArmError(400, "InvalidUri", "The URI is not valid: '.' and '..' are not names.")
