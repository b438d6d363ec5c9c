"""A hash of a step's code: the modules that it imports from its own package, and their data files."""

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

    Nothing is imported: the modules are found from import statements anywhere in the files and from the
    packages around each module. A file that calls `import_module` is taken to import its whole package and
    the modules that its strings name. Comments and layout don't count; other files of a package (templates)
    do.
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
        MLError: `module` does not exist.
    """
    root = module.partition(".")[0]
    files: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _file(name)
        if name in files or path is None:
            continue
        files[name] = path
        waiting += [name.rpartition(".")[0]] if "." in name else []
        waiting += [n for n in _reached(path, name) if n.partition(".")[0] == root]
    if module not in files:
        raise MLError(f"the module {module} does not exist", "the step's description names it")
    return files


@cache
def packages() -> dict[str, str]:
    """Every installed distribution with its version, and Python's; from folder names, which is quick."""
    infos = (p.stem for folder in sys.path if folder for p in Path(folder).glob("*.dist-info"))
    versions = {name.lower(): version for name, _, version in (info.rpartition("-") for info in infos)}
    return {"python": platform.python_version(), **dict(sorted(versions.items()))}


def _root(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)  # of a top-level package this imports nothing
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0]) if locations else None


def _file(name: str) -> Path | None:
    root, *rest = name.split(".")
    folder = _root(root)
    if folder is None:
        return None
    base = folder.joinpath(*rest)
    candidates = (base / "__init__.py", base.parent / f"{base.name}.py") if rest else (base / "__init__.py",)
    return next((c for c in candidates if c.is_file()), None)


def _reached(path: Path, name: str) -> Iterator[str]:
    module = _module(path, name)
    yield from module.mentions
    if module.dynamic:
        yield from (f"{_package(path, name)}.{file.stem}" for file in path.parent.glob("[!_]*.py"))


@dataclass(frozen=True)
class _Module:
    """What the hash needs to know about a file."""

    mentions: tuple[str, ...]
    """Names of the modules that it imports."""
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
    """Files in a package other than Python: its templates and tables."""
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
