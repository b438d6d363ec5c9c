"""Steps and DAGs: names, dependencies, loops."""

from __future__ import annotations

import re

from azsandbox.kubernetes.validation.argo.names import Scope, argument_values, field_name, tags
from azsandbox.kubernetes.validation.argo.references import reference
from azsandbox.kubernetes.validation.field import Field, Problems, duplicates
from azsandbox.schema.validate import suggestion

_LOOPS = ("withItems", "withParam", "withSequence")
_OPERAND = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_]*)(\.[A-Za-z]+)?")
_RESULTS = frozenset(
    {"Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned", "AnySucceeded", "AllFailed"}
)
_NAME = 2  # `tasks.name.outputs…` has at least three parts


def steps(template: Field, scope: Scope) -> Problems:
    """Groups of parallel steps."""
    listed = [step for group in template["steps"].items() for step in group.items()]
    for step in listed:
        yield from _node(step, scope)
    for name in duplicates(step["name"] for step in listed):
        yield name.duplicate()
    yield from _results(template, "steps", listed, scope)


def _node(node: Field, scope: Scope) -> Problems:
    if not isinstance(node.value, dict):
        return
    yield from node["name"].named(field_name)
    yield from reference(node, scope)
    loops = [name for name in _LOOPS if not node[name].empty]
    if len(loops) > 1:
        yield node[loops[1]].forbidden("only one of withItems, withParam, withSequence can be specified")
    sequence = node["withSequence"]
    if sequence["count"].present and sequence["end"].present:
        yield sequence["end"].forbidden("only one of count or end can be defined in withSequence")
    yield from argument_values(node["arguments"], required=True)
    for hook, body in node["hooks"].entries():
        if hook != "exit":
            yield from body["expression"].need("Expression required")
        yield from reference(body, scope)


def tasks(template: Field, scope: Scope) -> Problems:
    """Tasks that depend on each other without a cycle."""
    listed = template["dag"]["tasks"]
    if listed.empty:
        yield listed.required("must have at least one task")
    for task in listed.items():
        yield from _node(task, scope)
    for name in duplicates(task["name"] for task in listed.items()):
        yield name.duplicate()
    names = {task["name"].text for task in listed.items() if task["name"].text}
    uncertain = listed.unknown or any(task["name"].unknown for task in listed.items())
    if uncertain:
        return
    yield from _dependencies(listed, names)
    yield from _cycle(listed)
    yield from _results(template, "tasks", listed.items(), scope)
    for target in template["dag"]["target"].text.split():
        if target not in names and "{{" not in target:
            yield template["dag"]["target"].invalid(
                f"target {target!r} is not defined{suggestion(target, names)}"
            )


def needed(task: Field) -> list[str]:
    """The tasks that a task waits for."""
    written = [match[1] for match in _OPERAND.finditer(task["depends"].text)]
    return [*task["dependencies"].texts(), *written]


def _dependencies(listed: Field, names: set[str]) -> Problems:
    expressions = any(task["depends"].text for task in listed.items())
    for task in listed.items():
        name = task["name"]
        if (expressions or task["dependencies"].count) and name.text[:1].isdigit():
            yield name.invalid("name cannot begin with a digit when using either 'depends' or 'dependencies'")
        if expressions and task["dependencies"].count:
            yield task["dependencies"].invalid(
                "cannot use both 'depends' and 'dependencies' in the same DAG template"
            )
        if expressions and task["continueOn"].present:
            yield task["continueOn"].forbidden(
                "cannot use 'continueOn' when using 'depends'. Instead use "
                "'dep-task.Failed'/'dep-task.Errored'"
            )
        for dependency in needed(task):
            if dependency not in names:
                field = task["depends"] if task["depends"].text else task["dependencies"]
                hint = suggestion(dependency, names)
                yield field.invalid(f"depends on {dependency!r}, which is not a task{hint}", dependency)
        for match in _OPERAND.finditer(task["depends"].text):
            if match[2] and match[2][1:] not in _RESULTS:
                yield task["depends"].invalid(
                    f"task result {match[2][1:]!r} for task {match[1]!r} is invalid"
                )


def _cycle(listed: Field) -> Problems:
    """The first cycle of dependencies."""
    waits = {task["name"].text: needed(task) for task in listed.items() if task["name"].text}
    finished: set[str] = set()
    for start in waits:
        path: list[str] = []
        pending: list[tuple[str, int]] = [(start, 0)]
        while pending:
            name, depth = pending.pop()
            del path[depth:]
            if name in path:
                yield listed.invalid(f"dependency cycle detected: {'->'.join([*path, name])}", name)
                return
            if name in finished:
                continue
            path.append(name)
            ahead = [dependency for dependency in waits.get(name, ()) if dependency in waits]
            pending += [(dependency, len(path)) for dependency in ahead]
            if not ahead:
                finished.add(name)


def _results(template: Field, prefix: str, nodes: list[Field], scope: Scope) -> Problems:
    """`{{tasks.name.outputs…}}` of a task that there is not, or that has no such output."""
    if "inline" in repr(template.value):  # an inline template has steps of its own
        return
    names = {node["name"].text: node for node in nodes}
    for tag in sorted(tags(template)):
        parts = tag.split(".")
        if (
            parts[0] != prefix
            or len(parts) <= _NAME
            or parts[1] == "name"
            or any(n["name"].unknown for n in nodes)
        ):
            continue
        node = names.get(parts[1])
        if node is None:
            yield template.invalid(f"failed to resolve {{{{{tag}}}}}{suggestion(parts[1], names)}", tag)
        elif parts[_NAME:-1] == ["outputs", "parameters"] and not _has_output(node, parts[-1], scope):
            yield template.invalid(f"failed to resolve {{{{{tag}}}}}", tag)


def _has_output(node: Field, name: str, scope: Scope) -> bool:
    """Whether the template of a step has an output; templates elsewhere count as right."""
    template = scope.templates.get(node["template"].text)
    if template is None:
        return True
    outputs = template["outputs"]["parameters"]
    return outputs.unknown or name in {item["name"].text for item in outputs.items()}
