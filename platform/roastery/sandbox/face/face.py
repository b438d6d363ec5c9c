"""The parts of the face put together, and the way of a request through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from roastery.sandbox.arm.provider import DEFAULT_TENANT, AzureNative
from roastery.sandbox.arm.subscription import Subscription
from roastery.sandbox.errors import ArmError, NotModelledError, SandboxError
from roastery.sandbox.face import assets, names, variables
from roastery.sandbox.face.arm import Arm
from roastery.sandbox.face.jobs.api import Jobs
from roastery.sandbox.face.jobs.history import History
from roastery.sandbox.face.jobs.outcome import Outcome
from roastery.sandbox.face.jobs.records import Records
from roastery.sandbox.face.jobs.runner import Runner
from roastery.sandbox.face.operations import Operations
from roastery.sandbox.face.processes import Processes
from roastery.sandbox.face.resources import Resources
from roastery.sandbox.face.routes import API_VERSIONS, ROUTES
from roastery.sandbox.face.routing import Router, Surface
from roastery.sandbox.face.serving.deployments import Endpoints
from roastery.sandbox.face.serving.scoring import Scoring
from roastery.sandbox.face.serving.servers import Servers
from roastery.sandbox.face.storage.addresses import Addresses
from roastery.sandbox.face.storage.folders import Folders
from roastery.sandbox.face.storage.links import Links
from roastery.sandbox.face.storage.service import BlobService
from roastery.sandbox.face.tokens import Tokens
from roastery.sandbox.face.wire import Answer, Call, not_modelled, refused
from roastery.sandbox.face.workspaces import Workspaces, workspace_of

_ML: Final = "/providers/microsoft.machinelearningservices/"


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folders of the face."""

    session: Path  # goes with the session
    blobs: Path  # stays until `reset`
    project: Path


class Face:
    """All that answers over HTTPS in one session."""

    def __init__(
        self, subscription: Subscription, home: Home, base: str, environment: Mapping[str, str]
    ) -> None:
        self.base = base
        self.tokens = Tokens(tenant=DEFAULT_TENANT, client=variables.CLIENT, issuer=base)
        self.links = Links()
        self.resources = Resources(AzureNative(subscription))
        assets.describe(self.resources)
        self.operations = Operations(base)
        self.workspaces = Workspaces(self.resources, base)
        self.folders = Folders(home.blobs)
        self.blobs = BlobService(self.folders, self.resources)
        self.arm = Arm(self.resources, self.operations)
        self.processes = Processes(home.session)
        records = Records(self.resources)
        outcome = Outcome(self.resources, environment)
        self.runner = Runner(records, self.processes, environment, home.session / "scratch", outcome.register)
        self.jobs = Jobs(
            resources=self.resources,
            folders=self.folders,
            records=records,
            runner=self.runner,
            operations=self.operations,
            tokens=self.tokens,
        )
        self.history = History(self.resources, self.folders, records, self.links)
        self.servers = Servers(
            self.processes, environment, home.session / "deployments", home.project, self._addresses
        )
        self.endpoints = Endpoints(
            resources=self.resources,
            arm=self.arm,
            operations=self.operations,
            servers=self.servers,
            tokens=self.tokens,
            base=base,
        )
        self.scoring = Scoring(self.resources, self.endpoints, self.servers, self.tokens)
        self.router = Router(ROUTES)

    def _addresses(self, identifier: str) -> Addresses:
        return Addresses(self.resources, self.folders, workspace_of(identifier) or "")

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
        if call.host.endswith(names.BLOB):
            if not self.links.allows(call.method, call.host, call.path, call.query):
                self.tokens.check(call.headers.get("authorization", ""), {names.STORAGE_AUDIENCE})
            return self.blobs.serve(call)
        for surface in (Surface.CLOUD, Surface.SCORE):
            found = self.router.find(surface, call)
            if found:
                return found[0].part(self)(found[1])
        self.tokens.check(call.headers.get("authorization", ""), {self.base})
        self.workspaces.settle(call.path.removeprefix("/history/v1.0").removeprefix("/data/v1.0"))
        for surface in (Surface.DATA, Surface.ARM):
            found = self.router.find(surface, call)
            if not found:
                continue
            if surface is Surface.ARM and not _known_version(call):
                break
            return found[0].part(self)(found[1])
        return not_modelled(call)

    def metadata(self, _: Call) -> Answer:
        """What ARM answers at metadata/endpoints, version 2019-05-01."""
        return Answer(
            200,
            [
                {
                    "name": names.CLOUD,
                    "portal": names.PORTAL,
                    "resourceManager": self.base,
                    "authentication": {
                        "loginEndpoint": self.base,
                        "audiences": [self.base],
                        "tenant": "common",
                    },
                    "suffixes": {"storage": names.STORAGE},
                }
            ],
        )

    def close(self) -> None:
        """End jobs and servers."""
        self.runner.close()
        self.processes.close()


def _known_version(call: Call) -> bool:
    return _ML not in call.path.lower() or call.api_version in API_VERSIONS
