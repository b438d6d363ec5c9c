"""`roast snowflake …`: Snowflake's side of a stack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from roastery.cli.options import StateFile, print_progress
from roastery.cli.states import read_state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from roastery.policies.model import DeclaredStack
    from roastery.snowflake.settings import SnowflakeSection

_STACK = "The stack, of file Pulumi.<stack>.yaml."


def sql(
    *,
    stack: Annotated[str, typer.Option("--stack", "-s", help=_STACK)],
    state_file: StateFile = None,
    sandbox: Annotated[
        bool, typer.Option("--sandbox", help="Take what exists after `up` from the sandbox's state.")
    ] = False,
    table: Annotated[str, typer.Option(help="What the import reads: [[DATABASE.]SCHEMA.]TABLE.")] = "SALES",
    view: Annotated[bool, typer.Option("--view", help="It is a view.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write it here; by default to standard output.")] = None,
) -> None:
    """Print the SQL that prepares Snowflake for a stack: role, warehouse, user, grants."""
    from roastery import stack_file
    from roastery.files import write
    from roastery.snowflake.sql import SnowflakeSide, script

    if state_file is not None and sandbox:
        raise typer.BadParameter("give either --state FILE or --sandbox")
    values = stack_file.read(stack)
    section, tenant = _settings(values, stack)
    from_state = state_file is not None or sandbox
    declared = read_state(stack, state_file, no_up=True, quiet=True) if from_state else None
    written = script(
        SnowflakeSide(
            stack=stack,
            tenant=tenant,
            section=section,
            user=_user(section, values),
            table=table,
            view=view,
            principal=_principal(declared, section) if declared else None,
            addresses=_addresses(declared) if declared else (),
        )
    )
    if out is None:
        typer.echo(written.text, nl=False)
    else:
        write(out, written.text)
    for name, meaning in written.placeholders.items():
        print_progress(f"to fill in: {name}: {meaning}")


def _settings(values: Mapping[str, Any], stack: str) -> tuple[SnowflakeSection, str]:
    from pydantic import TypeAdapter, ValidationError

    from roastery.domain import Guid
    from roastery.snowflake.settings import SnowflakeSection
    from roastery.snowflake.sql import SnowflakeSqlError

    try:
        section = SnowflakeSection.model_validate(values.get("snowflake") or {})
        return section, TypeAdapter(Guid).validate_python(values.get("tenant"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        key = ("snowflake" if error.title == "SnowflakeSection" else "tenant") + (
            f".{where}" if where else ""
        )
        reason = first["msg"].removeprefix("Value error, ")
        raise SnowflakeSqlError(
            f"Pulumi.{stack}.yaml, roastery:{key}: {reason}", "docs/stack.schema.json lists the keys"
        ) from None


def _user(section: SnowflakeSection, values: Mapping[str, Any]) -> str:
    """Snowflake's name of the user; with oauth the stack file's user is the client id."""
    if section.user and section.authentication != "oauth":
        return section.user
    return f"SVC_{values.get('workload', 'roastery')}_{values.get('environment', '')}".upper().rstrip("_")


def _principal(declared: DeclaredStack, section: SnowflakeSection) -> str | None:
    from roastery.snowflake.sql import SnowflakeSqlError

    if section.authentication != "workload_identity":
        return None
    for identity in declared.of("azure-native:managedidentity:UserAssignedIdentity"):
        if identity.name == "id-jobs" and identity.outputs.get("principalId"):
            return str(identity.outputs["principalId"])
    raise SnowflakeSqlError(
        f"the state of {declared.facts.stack} has no managed identity id-jobs with a principal id",
        "take the state of a stack of this program, after pulumi up",
    )


def _addresses(declared: DeclaredStack) -> list[str]:
    """The public addresses of NAT gateways and firewalls, through which the cluster leaves."""
    ways_out = declared.of("azure-native:network:NatGateway", "azure-native:network:AzureFirewall")
    text = " ".join(f"{resource.inputs}" for resource in ways_out).lower()
    return [
        str(address.outputs["ipAddress"])
        for address in declared.of("azure-native:network:PublicIPAddress")
        if address.outputs.get("ipAddress") and address.id and address.id.lower() in text
    ]
