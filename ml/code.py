"""What a step's code is: the modules that it reaches in its own package, and what lies beside them."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ml.errors import MLError


def code_hash(module: str) -> str:
    """SHA-256 over the code that `python -m module` can reach in its own top-level package.

    Found without importing: from import statements anywhere in the files and from the packages around each
    module. A file that calls `import_module` reaches its whole package and the modules that its strings name.
    Comments and layout don't count; files that are no Python (templates) do.
    """
    digest = hashlib.sha256()
    for name, path in sorted(closure(module).items()):
        digest.update(f"{name}\0{_module(path, name).hash}\n".encode())
        for file in _beside(path):
            digest.update(f"{file.name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def closure(module: str) -> dict[str, Path]:
    """The file of each module that `module` reaches, by name, itself included.

    Raises:
        MLError: there is no such module.
    """
    root = module.partition(".")[0]
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if name in found or path is None:
            continue
        found[name] = path
        waiting += [name.rpartition(".")[0]] if "." in name else []
        waiting += [n for n in _reached(path, name) if n.partition(".")[0] == root]
    if module not in found:
        raise MLError(f"there is no module {module}", "the step's description names it")
    return found


@cache
def packages() -> dict[str, str]:
    """Every installed distribution with its version, and Python's; from folder names, which is quick."""
    infos = (p.stem for place in sys.path if place for p in Path(place).glob("*.dist-info"))
    found = {name.lower(): version for name, _, version in (info.rpartition("-") for info in infos)}
    return {"python": platform.python_version(), **dict(sorted(found.items()))}


def _root(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # of a top-level package this imports nothing
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def _file(name: str) -> Path | None:
    root, *rest = name.split(".")
    folder = _root(root)
    if folder is None:
        return None
    place = folder.joinpath(*rest)
    candidates = (
        (place / "__init__.py", place.parent / f"{place.name}.py") if rest else (place / "__init__.py",)
    )
    return next((c for c in candidates if c.is_file()), None)


def _reached(path: Path, name: str) -> Iterator[str]:
    module = _module(path, name)
    yield from module.mentions
    if module.dynamic:
        yield from (f"{_package(path, name)}.{file.stem}" for file in path.parent.glob("[!_]*.py"))


@dataclass(frozen=True)
class _Module:
    """What matters of a file."""

    mentions: tuple[str, ...]
    """Modules that it names, its own and others'."""
    dynamic: bool
    """Whether it imports by names that it computes."""
    hash: str


def _module(path: Path, name: str) -> _Module:
    stat = path.stat()
    return _parsed(path, name, (stat.st_mtime_ns, stat.st_size))


@cache
def _parsed(path: Path, name: str, stamp: tuple[int, int]) -> _Module:  # noqa: ARG001 - of the cache's key
    try:
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise MLError(f"{path}, line {error.lineno}: {error.msg}") from None
    nodes = list(ast.walk(tree))
    dynamic = any("import_module" in (getattr(n, "id", ""), getattr(n, "attr", "")) for n in nodes)
    package = _package(path, name)
    mentions = tuple(dict.fromkeys(m for n in nodes for m in _mentions(n, package, texts=dynamic)))
    return _Module(mentions, dynamic, hashlib.sha256(ast.dump(tree).encode()).hexdigest())


def _package(path: Path, name: str) -> str:
    return name if path.name == "__init__.py" else name.rpartition(".")[0]


def _mentions(node: ast.AST, package: str, *, texts: bool) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif texts and isinstance(node, ast.Constant) and isinstance(node.value, str) and _dotted(node.value):
        yield node.value


def _dotted(text: str) -> bool:
    return "." in text and all(part.isidentifier() for part in text.split("."))


def _beside(path: Path) -> list[Path]:
    """Files in a package that are no Python: its templates and tables."""
    if path.name != "__init__.py":
        return []
    return sorted(_other_files(path.parent))


def _other_files(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith((".", "__pycache__")):
            continue
        if entry.is_dir() and not (entry / "__init__.py").exists():
            yield from _other_files(entry)
        elif entry.is_file() and entry.suffix not in {".py", ".pyc", ".pyi"}:
            yield entry
