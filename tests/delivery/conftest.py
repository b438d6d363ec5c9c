from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


class Pipelines:
    """Every pipeline and template, by its path relative to the checkout."""

    def __init__(self, root: Path) -> None:
        files = [*root.glob(".azuredevops/**/*.yml"), *root.glob(".github/workflows/*.yml")]
        self.texts = {str(file.relative_to(root)): file.read_text(encoding="utf-8") for file in sorted(files)}
        # YAML 1.1 reads the key `on` as true; no test here uses it.
        self.parsed: dict[str, Any] = {name: yaml.safe_load(text) for name, text in self.texts.items()}

    def commands(self) -> list[tuple[str, str]]:
        """Every line of shell, with the name of its file."""
        commands: list[tuple[str, str]] = []
        for name, content in self.parsed.items():
            for text in _scripts(content):
                commands += [(name, line.strip()) for line in text.splitlines() if line.strip()]
        return commands


def _scripts(content: Any) -> list[str]:
    """The shell under the keys `run` (GitHub), `script` (Azure) and `command` (our template)."""
    if isinstance(content, list):
        return [text for element in content for text in _scripts(element)]
    if not isinstance(content, dict):
        return []
    own = [value for key, value in content.items() if key in {"run", "script", "command"}]
    return [value for value in own if isinstance(value, str)] + _scripts(list(content.values()))


@pytest.fixture(scope="session")
def pipelines() -> Pipelines:
    return Pipelines(ROOT)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
