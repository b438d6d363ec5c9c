"""Snowflake's side as SQL: role, warehouse, the user that the import signs in as, and what it may read.

Sources: docs.snowflake.com, "CREATE USER" (WORKLOAD_IDENTITY, OIDC_AUDIENCE_LIST, TYPE), "Workload identity
federation", "Key-pair authentication", "Configure Microsoft Entra ID for External OAuth", "CREATE WAREHOUSE",
"GRANT <privileges>", "CREATE NETWORK POLICY". Every statement may run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from roastery.errors import RoasteryError
from roastery.snowflake.settings import SnowflakeSection

DEFAULT_TABLE = "SALES"
"""What the import reads unless it is told another table; a test compares it with the pipeline."""
AUTO_SUSPEND_SECONDS = 60
_PART = r'(?:[A-Za-z_][A-Za-z0-9_$]*|"(?:[^"]|"")+")'
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*")
_GUID_RESOURCE = re.compile(r"api://([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")


class SnowflakeSqlError(RoasteryError):
    """The SQL can't be written for these settings or options."""

    exit_code = 2


@dataclass(frozen=True, kw_only=True)
class SnowflakeSide:
    """What the SQL is written for.

    Args:
        stack: its name.
        tenant: Entra tenant id.
        section: of the stack file.
        user: name of Snowflake's user.
        table: what the import reads: one to three parts, `database.schema.table`.
        view: whether that is a view.
        principal: object id of the jobs' identity, if it exists.
        addresses: public addresses that the platform leaves from, if they are known.
    """

    stack: str
    tenant: str
    section: SnowflakeSection
    user: str
    table: str = DEFAULT_TABLE
    view: bool = False
    principal: str | None = None
    addresses: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class SqlScript:
    """The text, and the placeholders in it with what each stands for."""

    text: str
    placeholders: Mapping[str, str] = field(default_factory=dict[str, str])


def script(side: SnowflakeSide) -> SqlScript:
    """Writes the SQL.

    Raises:
        SnowflakeSqlError: the role is everybody's, or the table is not a table's name.
    """
    if side.section.role.upper() == "PUBLIC":
        raise SnowflakeSqlError(
            "snowflake.role is PUBLIC, which every user of the account has: the grants would be everybody's",
            "name a role of its own in the stack file, such as FORECAST_READER",
        )
    table = _table(side)
    placeholders: dict[str, str] = {}
    statements = [*_owned(side, table), *_user(side, placeholders), *_grants(side, table)]
    lines = [*_head(side, placeholders), "", *statements, "", *_network(side), "", *_check(side, table)]
    return SqlScript(text="\n".join(lines) + "\n", placeholders=placeholders)


def _head(side: SnowflakeSide, placeholders: Mapping[str, str]) -> Iterator[str]:
    yield f"-- Snowflake's side of stack {side.stack}: roast snowflake sql --stack {side.stack}"
    yield f"-- Authentication: {side.section.authentication}. It takes the roles SYSADMIN and SECURITYADMIN."
    if side.section.authentication == "password":
        yield "-- Snowflake ends passwords of services; LEGACY_SERVICE is deprecated: prefer another way."
    for name, meaning in placeholders.items():
        yield f"-- Replace {name}: {meaning}."


def _owned(side: SnowflakeSide, table: Sequence[str]) -> Iterator[str]:
    section, comment = side.section, _comment(side)
    yield "-- The warehouse that runs the import's query; it stops by itself."
    yield "USE ROLE SYSADMIN;"
    yield (
        f"CREATE WAREHOUSE IF NOT EXISTS {_name(section.warehouse)} WAREHOUSE_SIZE = XSMALL "
        f"AUTO_SUSPEND = {AUTO_SUSPEND_SECONDS} AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE {comment};"
    )
    yield f"-- Of what it reads only this: {'.'.join(table)}."
    yield "USE ROLE SECURITYADMIN;"
    yield f"CREATE ROLE IF NOT EXISTS {_name(section.role)} {comment};"


def _user(side: SnowflakeSide, placeholders: dict[str, str]) -> Iterator[str]:
    section, user = side.section, _name(side.user)
    kind = "LEGACY_SERVICE" if section.authentication == "password" else "SERVICE"
    if section.authentication == "oauth":
        yield from _integration(side)
    yield "-- The user. It has no other role, and no secondary roles."
    yield f"CREATE USER IF NOT EXISTS {user} TYPE = {kind} {_comment(side)};"
    yield f"ALTER USER {user} SET"
    yield f"  TYPE = {kind}"
    yield f"  DEFAULT_ROLE = {_name(section.role)}"
    yield f"  DEFAULT_WAREHOUSE = {_name(section.warehouse)}"
    yield f"  DEFAULT_NAMESPACE = {_name(section.database)}.{_name(section.schema_)}"
    yield "  DEFAULT_SECONDARY_ROLES = ()"
    yield from _sign_in(side, placeholders)
    yield f"GRANT ROLE {_name(section.role)} TO USER {user};"


def _sign_in(side: SnowflakeSide, placeholders: dict[str, str]) -> Iterator[str]:
    section = side.section

    def later(name: str, meaning: str) -> str:
        placeholders[f"<{name}>"] = meaning
        return f"<{name}>"

    match section.authentication:
        case "workload_identity":
            subject = side.principal or later(
                "JOBS_PRINCIPAL_ID",
                "object id of the jobs' managed identity, which exists after the first pulumi up; "
                "roast snowflake sql --state FILE fills it in",
            )
            yield "  WORKLOAD_IDENTITY = ("
            yield f"    TYPE = {section.identity_provider}"
            yield f"    ISSUER = {_text(section.issuer(side.tenant))}"
            yield f"    SUBJECT = {_text(subject)}"
            if section.identity_provider == "OIDC":  # without it Snowflake expects snowflakecomputing.com
                yield f"    OIDC_AUDIENCE_LIST = ({', '.join(map(_text, audiences(section)))})"
            yield "  );"
        case "key_pair":
            what = f"public half of the key in the vault's secret {section.secret}, one line without header"
            yield f"  RSA_PUBLIC_KEY = {_text(later('PUBLIC_KEY', what))};"
        case "oauth":
            what = f"claim `sub` of the tokens of client {section.user}: object id of its service principal"
            yield f"  LOGIN_NAME = {_text(later('CLIENT_PRINCIPAL_ID', what))};"
        case "password":
            what = f"the password in the vault's secret {section.secret}"
            yield f"  PASSWORD = {_text(later('PASSWORD', what))};"


def audiences(section: SnowflakeSection) -> list[str]:
    """What the token's claim `aud` may be: the application id URI, or in version 2 the application's id.

    Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
    """
    match = _GUID_RESOURCE.fullmatch(section.entra_resource)
    return [section.entra_resource, *([match[1]] if match else [])]


def _integration(side: SnowflakeSide) -> Iterator[str]:
    section = side.section
    name = _name(f"{side.user.replace('-', '_')}_OAUTH".upper())
    keys = f"https://login.microsoftonline.com/{side.tenant}/discovery/v2.0/keys"
    audience = (section.oauth_scope or "").removesuffix("/.default")
    yield "-- Trust in tokens of Entra ID."
    yield "USE ROLE ACCOUNTADMIN;"
    yield f"CREATE SECURITY INTEGRATION IF NOT EXISTS {name}"
    yield "  TYPE = EXTERNAL_OAUTH"
    yield "  ENABLED = TRUE"
    yield "  EXTERNAL_OAUTH_TYPE = AZURE"
    yield f"  EXTERNAL_OAUTH_ISSUER = {_text(section.issuer(side.tenant))}"
    yield f"  EXTERNAL_OAUTH_JWS_KEYS_URL = {_text(keys)}"
    yield f"  EXTERNAL_OAUTH_AUDIENCE_LIST = ({_text(audience)})"
    yield "  EXTERNAL_OAUTH_TOKEN_USER_MAPPING_CLAIM = 'sub'"
    yield "  EXTERNAL_OAUTH_SNOWFLAKE_USER_MAPPING_ATTRIBUTE = 'LOGIN_NAME';"
    yield "USE ROLE SECURITYADMIN;"


def _grants(side: SnowflakeSide, table: Sequence[str]) -> Iterator[str]:
    role = _name(side.section.role)
    database, schema, _ = table
    kind = "VIEW" if side.view else "TABLE"
    for privilege, kind_, name in (
        ("USAGE", "WAREHOUSE", _name(side.section.warehouse)),
        ("USAGE", "DATABASE", database),
        ("USAGE", "SCHEMA", f"{database}.{schema}"),
        ("SELECT", kind, ".".join(table)),
    ):
        yield f"GRANT {privilege} ON {kind_} {name} TO ROLE {role};"


def _network(side: SnowflakeSide) -> Iterator[str]:
    """A hint, not a statement: over Private Link the policy names a link and no address."""
    policy = _name(f"{side.user.replace('-', '_')}_NETWORK".upper())
    addresses = ", ".join(map(_text, side.addresses)) or "'<EGRESS_ADDRESS>'"
    yield "-- Recommended: let this user in from the addresses of the NAT gateway or firewall only."
    yield f"-- CREATE NETWORK POLICY IF NOT EXISTS {policy} ALLOWED_IP_LIST = ({addresses});"
    yield f"-- ALTER USER {_name(side.user)} SET NETWORK_POLICY = {policy};"


def _check(side: SnowflakeSide, table: Sequence[str]) -> Iterator[str]:
    yield "-- Afterwards, with this role: the query that the import runs."
    yield f"-- USE ROLE {_name(side.section.role)};"
    yield f"-- SELECT * FROM {'.'.join(table)} LIMIT 1;"  # noqa: S608 - checked and quoted


def _table(side: SnowflakeSide) -> tuple[str, str, str]:
    """Database, schema and table, each as SQL writes it; what is not named is the stack file's."""
    if not re.fullmatch(rf"{_PART}(?:\.{_PART}){{0,2}}", side.table):
        raise SnowflakeSqlError(
            f"--table {side.table!r} is not a valid table name", "write [[DATABASE.]SCHEMA.]TABLE"
        )
    parts: list[str] = re.findall(_PART, side.table)
    database, schema, *_ = [_name(side.section.database), _name(side.section.schema_)]
    whole = [database, schema][: 3 - len(parts)] + parts
    return whole[0], whole[1], whole[2]


def _comment(side: SnowflakeSide) -> str:
    return f"COMMENT = {_text(f'Roastery, stack {side.stack}: reads the sales')}"


def _name(identifier: str) -> str:
    """An identifier; in double quotes where it has to be."""
    if _PLAIN.fullmatch(identifier) or re.fullmatch(_PART, identifier):
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
