from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


class Pipelines:
    """Every pipeline and template, by path relative to the checkout."""

    def __init__(self, root: Path) -> None:
        files = [*root.glob(".azuredevops/**/*.yml"), *root.glob(".github/workflows/*.yml")]
        self.texts = {str(one.relative_to(root)): one.read_text(encoding="utf-8") for one in sorted(files)}
        # YAML 1.1 reads `on:` as true, which no check here needs.
        self.parsed: dict[str, Any] = {name: yaml.safe_load(text) for name, text in self.texts.items()}

    def commands(self) -> list[tuple[str, str]]:
        """Every line of shell, with the file it stands in."""
        found: list[tuple[str, str]] = []
        for name, content in self.parsed.items():
            for text in _scripts(content):
                found += [(name, line.strip()) for line in text.splitlines() if line.strip()]
        return found


def _scripts(content: Any) -> list[str]:
    """What stands under `run`, `script` and `command`: GitHub's, Azure's, and our template's word for it."""
    if isinstance(content, list):
        return [text for one in content for text in _scripts(one)]
    if not isinstance(content, dict):
        return []
    own = [value for key, value in content.items() if key in {"run", "script", "command"}]
    return [one for one in own if isinstance(one, str)] + _scripts(list(content.values()))


@pytest.fixture(scope="session")
def pipelines() -> Pipelines:
    return Pipelines(ROOT)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT
