"""The program wires components: it declares no resource by itself, and each part once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

STACKS = Path(__file__).parents[2] / "stacks"
MODULES = sorted(file.name for file in STACKS.glob("*.py"))
_SECTIONS = ("_section.py", "sections.py")
PROVIDERS = ("pulumi_azure_native", "pulumi_kubernetes")


def imported(file: Path) -> set[str]:
    """The top-level packages that a module imports."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("module", MODULES)
def test_no_module_of_the_program_imports_a_provider(module: str) -> None:
    assert imported(STACKS / module).isdisjoint(PROVIDERS)


@pytest.mark.parametrize("module", MODULES)
def test_no_module_of_the_program_loops_over_what_it_computes(module: str) -> None:
    """Reading and checking the config is the only algorithm of the program."""
    if module in {"config.py", "config_messages.py", "schema.py"} or module.endswith(_SECTIONS):
        return
    tree = ast.parse((STACKS / module).read_text(encoding="utf-8"))
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
