"""`roast bootstrap`, `roast mirror` and `roast login-registry`: what stands before the platform."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roastery.cli.options import Json, TargetName, print_progress, print_result

if TYPE_CHECKING:
    from roastery.bootstrap.plan import BootstrapPlan

StackName = Annotated[str, typer.Option("--stack", "-s", help="Of file Pulumi.<stack>.yaml.")]


def bootstrap(*, stack: StackName, target: TargetName = "azure", as_json: Json = False) -> None:
    """Make state store, key, shared registry and the runner's rights; again after the first up.

    Registers resource providers and features too. A second run changes nothing; an interrupted one goes on.
    """
    from roastery.bootstrap.arm import ManagementClient
    from roastery.bootstrap.engine import Engine
    from roastery.bootstrap.plan import project_root, read
    from roastery.bootstrap.run import bootstrap as run

    root = project_root()
    plan = read(stack, root)
    folder = root / ".roast" / "bootstrap" / target / stack
    with _environment(target) as environment:
        engine = Engine(folder=folder, stack=stack, environment=environment)
        result = run(plan, engine, root, ManagementClient.of_environment(), print_progress)
    values = {
        "stack": stack,
        "state": plan.state,
        "secrets_provider": plan.secrets_provider,
        "registry": plan.login_server,
        "registered": result.registered,
        "changes": result.changes,
        "moved": result.moved,
        "granted": result.granted,
    }
    print_result(values, _text(plan, granted=result.granted), as_json=as_json)


def mirror(
    *,
    stack: StackName,
    through: Annotated[
        str,
        typer.Option("--from", help="Serves the publishers' repositories: HOST, HOST/PATH or an ARM id."),
    ] = "",
    image: Annotated[
        list[str] | None, typer.Option("--image", help="A further image: <registry>/<repository>:<tag>.")
    ] = None,
    copy: Annotated[
        bool, typer.Option("--copy", help="Pull and push here, instead of letting the registry import.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Accept other content under a tag that is in the lock file.")
    ] = False,
    target: TargetName = "azure",
    as_json: Json = False,
) -> None:
    """Mirror charts and images by digest into the shared registry."""
    from roastery.bootstrap import mirror as mirroring
    from roastery.bootstrap.arm import ManagementClient
    from roastery.bootstrap.errors import OutOfReachError
    from roastery.bootstrap.oci import refresh_token
    from roastery.bootstrap.plan import project_root, read

    root = project_root()
    plan = read(stack, root)
    with _environment(target):
        arm = ManagementClient.of_environment()
        tokens: dict[str, str] = {}
        hosts = {plan.login_server, mirroring.host_of(through)[0]}
        for host in sorted(host for host in hosts if host.endswith(".azurecr.io")):
            try:
                tokens[host] = refresh_token(host, arm.token(mirroring.ENTRA_SCOPE), plan.tenant)
            except OutOfReachError as error:
                print_progress(f"{error.message}: what is in it can't be compared from here")
        run = mirroring.Mirror(
            plan=plan,
            arm=arm,
            lock=mirroring.Lock(root / mirroring.LOCK),
            tokens=tokens,
            through=through,
            copy=copy,
            update=update,
        )
        results = run.run(mirroring.items(plan, image or []), print_progress)
    rows = [
        {
            "source": result.item.source,
            "target": f"{plan.login_server}/{result.item.repository}:{result.item.tag}",
            "digest": result.digest,
            "action": result.action,
            "verified": result.verified,
        }
        for result in results
    ]
    new = sum(result.action != "present" for result in results)
    text = f"{len(results)} artefacts in {plan.login_server}, {new} of them new; digests in {mirroring.LOCK}"
    print_result({"stack": stack, "artefacts": rows}, text, as_json=as_json)


def login_registry(
    *,
    stack: StackName,
    file: Annotated[
        Path | None, typer.Option(help="Of Helm's sign-ins; by default what the variable names, or .roast.")
    ] = None,
    target: TargetName = "azure",
) -> None:
    """Sign in to the registry of the charts, in a file that Pulumi's Kubernetes provider reads.

    Valid for three hours. The file is in no state; its variable is PULUMI_K8S_HELM_REGISTRY_CONFIG_PATH.
    """
    from roastery.bootstrap import login
    from roastery.bootstrap.arm import ManagementClient
    from roastery.bootstrap.mirror import ENTRA_SCOPE
    from roastery.bootstrap.oci import refresh_token
    from roastery.bootstrap.plan import project_root, read

    root = project_root()
    plan = read(stack, root)
    registry = login.registry_of(plan.chart_repository)
    if registry is None:
        typer.echo(f"charts come from {plan.chart_repository}: no sign-in is needed")
        return
    path = file or Path(os.environ.get(login.CONFIG) or root / ".roast" / "helm-registry.json")
    with _environment(target):
        token = refresh_token(registry, ManagementClient.of_environment().token(ENTRA_SCOPE), plan.tenant)
    login.write(path, registry, token)
    typer.echo(f"signed in to {registry}: export {login.CONFIG}={path}")


def _text(plan: BootstrapPlan, *, granted: bool) -> str:
    lines = [
        f"state      {plan.state}",
        f"key        {plan.secrets_provider}",
        f"registry   {plan.login_server}",
    ]
    if granted:
        return "\n".join([*lines, "runner     has its rights: pipelines may deploy"])
    return "\n".join(
        [
            *lines,
            "runner     the platform declares it: after its first `up`, run this command again",
            "next       export PULUMI_BACKEND_URL='" + plan.state + "'",
            f"           pulumi stack init {plan.stack} --secrets-provider '{plan.secrets_provider}'",
        ]
    )


@contextmanager
def _environment(target: str) -> Generator[Mapping[str, str]]:
    """The environment of a command that reaches the target; also this process's own while the block lasts."""
    from roastery import targets

    if target == targets.AZURE:
        yield dict(os.environ)
        return
    before = dict(os.environ)
    with targets.find(target, Path.cwd()).session() as session:
        os.environ.clear()
        os.environ.update(session)
        try:
            yield dict(session)
        finally:
            os.environ.clear()
            os.environ.update(before)
