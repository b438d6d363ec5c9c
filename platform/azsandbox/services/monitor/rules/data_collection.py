"""What Azure Monitor refuses about data collection rules (page "structure of a data collection rule")."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from azsandbox.arm.laws import walk
from azsandbox.arm.model import Values
from azsandbox.schema.validate import Problem, suggestion
from azsandbox.services.monitor import kql

_ONLY_WINDOWS = ("windowsEventLogs", "iisLogs", "windowsFirewallLogs")
_ONLY_LINUX = ("syslog",)
_SYSLOG_LEVELS = frozenset(
    {"Debug", "Info", "Notice", "Warning", "Error", "Critical", "Alert", "Emergency", "*"}
)
_SAMPLING_SECONDS = (1, 1800)
# A transformation sees one row at a time (page "supported KQL features in transformations").
_TRANSFORMING = frozenset(
    {"extend", "project", "print", "where", "parse", "project-away", "project-rename", "datatable"}
)
_COLUMN_TYPES = frozenset(["string", "int", "long", "real", "boolean", "dynamic", "datetime", "guid"])


def sources_fit_kind(inputs: Values) -> Iterator[Problem]:
    """A rule for one operating system collects nothing that only the other has."""
    kind = inputs.get("kind")
    excluded = {"Linux": _ONLY_WINDOWS, "Windows": _ONLY_LINUX}.get(str(kind), ())
    for name in excluded:
        if walk.value(inputs, f"dataSources.{name}"):
            yield Problem(f"dataSources.{name}", f"can't be collected by a rule of kind {kind!r}")


def _distinct(names: Iterable[tuple[str, Any]]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for path, name in names:
        if isinstance(name, str):
            if name.lower() in first:
                yield Problem(path, f"{name!r} is already the name of {first[name.lower()]}")
            first.setdefault(name.lower(), path)


def sources_are_complete(inputs: Values) -> Iterator[Problem]:
    yield from _distinct(walk.values(inputs, "dataSources.*[].name"))
    for path, frequency in walk.values(
        inputs, "dataSources.performanceCounters[].samplingFrequencyInSeconds"
    ):
        low, high = _SAMPLING_SECONDS
        if isinstance(frequency, (int, float)) and not low <= frequency <= high:
            yield Problem(path, f"is {frequency:g}, but must be {low} to {high}")
    for source, name in (("performanceCounters", "counterSpecifiers"), ("windowsEventLogs", "xPathQueries")):
        for path, item in walk.objects(inputs, f"dataSources.{source}[]"):
            if item.get(name) in (None, []):
                yield Problem(f"{path}.{name}", "is required, with at least one entry")
    for path, level in walk.values(inputs, "dataSources.syslog[].logLevels[]"):
        if isinstance(level, str) and level not in _SYSLOG_LEVELS:
            yield Problem(path, f"{level!r} is not a level of syslog{suggestion(level, _SYSLOG_LEVELS)}")


def flows_are_connected(inputs: Values) -> Iterator[Problem]:
    """Every flow takes streams that something gives, and goes to destinations that are declared."""
    flows = inputs.get("dataFlows")
    offered = [str(stream) for _, stream in walk.values(inputs, "dataSources.*[].streams[]")]
    offered += [str(stream) for _, stream in walk.values(inputs, "dataSources.dataImports.eventHub.stream")]
    declared = walk.value(inputs, "streamDeclarations")
    offered += list(declared) if isinstance(declared, dict) else []
    sources = walk.value(inputs, "dataSources")
    if isinstance(sources, dict) and sources and flows in (None, []):
        yield Problem("dataFlows", "is required: nothing that is collected would be sent")
    for path, flow in walk.objects(inputs, "dataFlows[]"):
        for name in ("streams", "destinations"):
            if flow.get(name) in (None, []):
                yield Problem(f"{path}.{name}", "is required, with at least one entry")
        for where, stream in walk.values(flow, "streams[]"):
            if isinstance(stream, str) and isinstance(sources, dict) and sources and stream not in offered:
                hint = suggestion(stream, offered)
                yield Problem(
                    f"{path}.{where}", f"{stream!r} is not a stream of the rule's data sources{hint}"
                )
        output = flow.get("outputStream")
        if isinstance(output, str) and not output.startswith(("Microsoft-", "Custom-")):
            yield Problem(f"{path}.outputStream", f"{output!r} has to begin with 'Microsoft-' or 'Custom-'")
        yield from _transformation(f"{path}.transformKql", flow.get("transformKql"))


def _transformation(path: str, query: Any) -> Iterator[Problem]:
    if not isinstance(query, str) or not query:
        return
    if not query.lstrip().startswith(("source", "let ", "//", "print")):
        yield Problem(path, f"{query!r:.60} has to read from 'source'")
    checked = kql.check(query, operators=_TRANSFORMING)
    yield from (Problem(path, f"{problem} (transformations)") for problem in checked.problems)


def streams_are_declared(inputs: Values) -> Iterator[Problem]:
    """Custom streams have a name and typed columns."""
    declared = walk.value(inputs, "streamDeclarations")
    for name in declared if isinstance(declared, dict) else {}:
        if not name.startswith("Custom-"):
            yield Problem(
                f'streamDeclarations["{name}"]', "the name of a custom stream begins with 'Custom-'"
            )
    for path, kind in walk.values(inputs, "streamDeclarations.*.columns[].type"):
        if isinstance(kind, str) and kind.lower() not in _COLUMN_TYPES:
            yield Problem(path, f"{kind!r} is not one of {', '.join(sorted(_COLUMN_TYPES))}")
    custom = [stream for _, stream in walk.values(inputs, "dataSources.logFiles[].streams[]")]
    for stream in custom:
        if isinstance(stream, str) and not (isinstance(declared, dict) and stream in declared):
            yield Problem("streamDeclarations", f"declares no stream {stream!r}, which a log file writes")
    if custom and inputs.get("dataCollectionEndpointId") is None and inputs.get("kind") != "Direct":
        yield Problem("dataCollectionEndpointId", "is required for log files")


def destinations_are_distinct(inputs: Values) -> Iterator[Problem]:
    patterns = ("destinations.*[].name", "destinations.azureMonitorMetrics.name")
    yield from _distinct(item for pattern in patterns for item in walk.values(inputs, pattern))


def association_names_one(inputs: Values) -> Iterator[Problem]:
    """An association is with a rule, or, under its fixed name, with an endpoint."""
    rule, endpoint = inputs.get("dataCollectionRuleId"), inputs.get("dataCollectionEndpointId")
    if (rule is None) == (endpoint is None):
        yield Problem("dataCollectionRuleId", "or dataCollectionEndpointId is required, and only one of them")
    name = inputs.get("associationName")
    if (
        endpoint is not None
        and rule is None
        and isinstance(name, str)
        and name != "configurationAccessEndpoint"
    ):
        yield Problem("associationName", f"{name!r} has to be 'configurationAccessEndpoint' for an endpoint")
