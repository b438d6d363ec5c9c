"""The API server's parts, built for one session."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from azsandbox.access import deployer
from azsandbox.access.directory import Directory
from azsandbox.arm.provider import DEFAULT_TENANT, AzureNative
from azsandbox.arm.subscription import Subscription
from azsandbox.arm_api import clouds, variables
from azsandbox.arm_api.access import Access
from azsandbox.arm_api.account import Account
from azsandbox.arm_api.actions import Actions
from azsandbox.arm_api.crud import Arm
from azsandbox.arm_api.operations import Operations
from azsandbox.arm_api.prerequisites.free_names import FreeNames
from azsandbox.arm_api.prerequisites.registration import Registration
from azsandbox.arm_api.prerequisites.rights import Rights
from azsandbox.arm_api.prerequisites.stock import Stock
from azsandbox.arm_api.resources import Resources
from azsandbox.arm_api.sign_in import SignIn
from azsandbox.arm_api.tokens import Tokens
from azsandbox.arm_api.variables import Environment
from azsandbox.arm_api.wire import Answer, Call
from azsandbox.ml_api import assets, defaults
from azsandbox.ml_api.identities import Identities
from azsandbox.ml_api.jobs.api import Jobs
from azsandbox.ml_api.jobs.history import History
from azsandbox.ml_api.jobs.records import Records
from azsandbox.ml_api.jobs.registration import OutputRegistrar
from azsandbox.ml_api.jobs.runner import Runner
from azsandbox.ml_api.serving.deployments import Endpoints
from azsandbox.ml_api.serving.scoring import Scoring
from azsandbox.ml_api.serving.servers import Servers
from azsandbox.ml_api.workspaces import Workspaces, workspace_of
from azsandbox.processes import Processes
from azsandbox.public_hosts.hosts import PublicHosts
from azsandbox.pulumi import stackfile
from azsandbox.registry_api.imports import Imports
from azsandbox.registry_api.service import RegistryService
from azsandbox.registry_api.store import Store
from azsandbox.services import all_types
from azsandbox.storage_api.addresses import Addresses
from azsandbox.storage_api.folders import Folders
from azsandbox.storage_api.links import Links
from azsandbox.storage_api.service import BlobService
from azsandbox.vault_api.keys import Keys
from azsandbox.vault_api.service import VaultService


@dataclass(frozen=True, kw_only=True)
class ServerFolders:
    """The folders of the API server."""

    session: Path  # deleted with the session
    blobs: Path  # kept until `azsandbox reset`
    project: Path

    @property
    def durable(self) -> Path:
        """Where keys and images are, beside the blobs."""
        return self.blobs.parent


class Application:
    """Everything that answers requests in one session."""

    def __init__(
        self, subscription: Subscription, folders: ServerFolders, base: str, environment: Environment
    ) -> None:
        self.base = base
        self.tokens = Tokens(tenant=DEFAULT_TENANT, client=variables.CLIENT, issuer=base)
        directory = Directory(
            subscription, variables.CLIENT, functools.partial(deployer.of_subscription, folders.project)
        )
        self.sign_in = SignIn(self.tokens, directory)
        self.access = Access(directory)
        self.links = Links()
        conditions_of = functools.partial(stackfile.conditions_of, folders.project)
        provider = AzureNative(subscription, all_types(), conditions_of=conditions_of)
        self.resources = Resources(provider, defaults.fill)
        self.registration = Registration(self.resources, conditions_of)
        self.rights = Rights(self.resources, conditions_of, DEFAULT_TENANT, directory.deployer)
        self.stock = Stock(self.resources, conditions_of)
        self.free_names = FreeNames(self.resources, conditions_of)
        self.registries = RegistryService(
            self.resources, self.tokens, Store(folders.durable / "registries"), self.access
        )
        self.imports = Imports(self.resources, self.registries.store)
        self.hosts = PublicHosts(
            subscription,
            self.tokens,
            functools.partial(stackfile.all_conditions, folders.project),
            registries=self.registries,
            vaults=VaultService(
                self.resources, self.tokens, Keys(folders.durable / "keys"), self.access, base=base
            ),
        )
        assets.show_latest_versions(self.resources)
        self.operations = Operations(base)
        self.workspaces = Workspaces(self.resources, base)
        self.folders = Folders(folders.blobs)
        self.blobs = BlobService(self.folders, self.resources)
        self.arm = Arm(self.resources, self.operations, assets)
        self.account = Account(self.resources)
        self.actions = Actions(self.resources)
        self.processes = Processes(folders.session)
        records = Records(self.resources)
        registrar = OutputRegistrar(self.resources, environment.with_settings())
        identities = Identities(self.resources, self.folders, self.sign_in, self.access, base=base)
        self.runner = Runner(
            records,
            self.processes,
            environment,
            scratch=folders.session / "scratch",
            register=registrar.register,
            identities=identities,
        )
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
            self.processes,
            environment,
            folders.session / "deployments",
            folders.project,
            self._addresses,
            identity=lambda deployment: identities.variables(identities.of_deployment(deployment)),
        )
        self.endpoints = Endpoints(
            resources=self.resources,
            arm=self.arm,
            operations=self.operations,
            servers=self.servers,
            tokens=self.tokens,
            base=base,
            identities=identities,
        )
        self.scoring = Scoring(self.resources, self.endpoints, self.servers, self.tokens)

    def _addresses(self, identifier: str) -> Addresses:
        return Addresses(self.resources, self.folders, workspace_of(identifier) or "")

    def sign_in_of(self, account: str, session: Path) -> dict[str, str]:
        """The variables with which the session's commands sign in.

        Args:
            account: a service account, `namespace/name`, or `namespace/name@subscription`; a user-assigned
                identity's name, as on a virtual machine; empty for the signed-in person.
            session: the session's folder, for the token file.

        Raises:
            SandboxError: there is no such account or identity.
        """
        name, _, subscription = account.partition("@")
        if name and "/" not in name:
            return variables.for_managed_identity(self.base, self.sign_in.machine_of(name))
        client, token = variables.CLIENT, self.tokens.federated()
        if name:
            client, token = self.sign_in.service_account(name, subscription or None)
        variables.write_token(session, token)
        return variables.for_workload_identity(session, client)

    def metadata(self, call: Call) -> Answer:
        """ARM's response at metadata/endpoints: a list since version 2019-05-01, one cloud in 2022-09-01."""
        cloud = clouds.description(self.base)
        return Answer(200, cloud if call.api_version >= "2022-09-01" else [cloud])

    def instances(self, call: Call) -> Answer:
        return Answer(200, clouds.instances(self.base, call.query.get("authorization_endpoint", "")))

    def openid(self, call: Call) -> Answer:
        return Answer(200, clouds.openid(self.base, call.path_parameters["tenant"]))

    def close(self) -> None:
        """End all jobs and servers."""
        self.runner.close()
        self.processes.close()
