"""What a step, a task or a hook runs, and whether it gets its inputs."""

from __future__ import annotations

from azsandbox.kubernetes.validation.argo.names import LOCATIONS, Scope
from azsandbox.kubernetes.validation.field import Field, Problems
from azsandbox.schema.validate import suggestion


def reference(field: Field, scope: Scope) -> Problems:
    """The template of a step, a task or a hook: one of the workflow's, one elsewhere, or an inline one."""
    name, elsewhere = field["template"], field["templateRef"]
    if elsewhere.present:
        if not name.empty:
            yield name.invalid("template name cannot be specified with templateRef.")
        if isinstance(elsewhere.value, dict):
            yield from elsewhere["name"].need("resource name is required")
            yield from elsewhere["template"].need("template name is required")
        return
    if not name.text or "{{" in name.text or scope.spec["templates"].unknown:
        return
    template = scope.templates.get(name.text)
    if template is None:
        hint = suggestion(name.text, scope.templates)
        yield name.invalid(f"template {name.text!r} is not defined{hint}")
    else:
        yield from supplied(template, field["arguments"], field)


def supplied(template: Field, arguments: Field, where: Field) -> Problems:
    """Every input without a default gets an argument."""
    if arguments.unknown:
        return
    for group in ("parameters", "artifacts"):
        passed = {item["name"].text for item in arguments[group].items()}
        if arguments[group].unknown or any(item["name"].unknown for item in arguments[group].items()):
            continue
        for item in template["inputs"][group].items():
            name = item["name"].text
            defaults = (
                ("value", "default", "valueFrom")
                if group == "parameters"
                else ("optional", "from", *LOCATIONS)
            )
            if name and name not in passed and not any(item[default].present for default in defaults):
                yield where["arguments"].required(
                    f"inputs.{group}.{name} of template {template['name'].text!r} was not supplied"
                )
