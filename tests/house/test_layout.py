"""The house rules that can be read off the sources: names, sizes, what may import what, who reads the environment."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from house_plan import FOLDERS, ROOMS, ROOT, name_of, source_files, tree_of

import viddiff

LONGEST_FILE, LONGEST_FUNCTION = 300, 40
VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
SETTINGS = "agent/settings.py"
STARTERS = {"evals/torture/processes.py", "evals/torture/corpus_checks.py", "evals/bench/child.py"}
"""Make up the environment of the processes that they start."""
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv", "BaseSettings", "load_dotenv"}
MAY_USE_EVALS = {"agent/command_demo.py", "agent/command_eval.py"}
"""Commands that judge or draw; they import it when they run."""


def offenders(wrong: Callable[[Path], object]) -> dict[str, object]:
    """What is wrong with which files."""
    return {name_of(path): found for path in source_files() if (found := wrong(path))}


def test_the_first_line_of_a_file_says_what_it_is_for() -> None:
    def wrong(path: Path) -> bool:
        return not path.read_text(encoding="utf-8").startswith('"""') or not (ast.get_docstring(tree_of(path)) or "").strip()

    assert offenders(wrong) == {}


def test_names_say_what_a_module_does() -> None:
    assert offenders(lambda path: VAGUE & set(path.stem.split("_"))) == {}


def test_files_and_functions_stay_short() -> None:
    assert offenders(lambda path: path.read_text(encoding="utf-8").count("\n") > LONGEST_FILE) == {}
    assert offenders(_long_functions) == {}


def _long_functions(path: Path) -> list[str]:
    functions = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION]


def _resolved(path: Path, node: ast.ImportFrom) -> list[str]:
    """The modules, below `viddiff`, that a `from` import names; the room of a public name where it comes from the front door."""
    if node.level == 0:
        module = node.module or ""
        if module == "viddiff":
            return [viddiff._HOMES.get(alias.name, alias.name) for alias in node.names if alias.name != "__version__"]
        return [module.removeprefix("viddiff.")] if module.startswith("viddiff.") else []
    package = path.parent.relative_to(ROOT).parts
    base = package[: len(package) - (node.level - 1)]
    inside = ".".join([*base, *((node.module or "").split(".") if node.module else [])])
    return [inside] if inside else [alias.name for alias in node.names]


def own_imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module of the house that a file imports, and whether that happens at its top level."""
    tree = tree_of(path)
    later = {id(node) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(f)}
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = _resolved(path, node)
        elif isinstance(node, ast.Import):
            names = [a.name.removeprefix("viddiff.") for a in node.names if a.name.startswith("viddiff.")]
        yield from ((name, id(node) not in later) for name in names)


def test_imports_point_down_only() -> None:
    assert offenders(_imports_that_point_up) == {}


def _imports_that_point_up(path: Path) -> list[str]:
    room = name_of(path).split("/")[0]
    if room not in ROOMS:
        return []
    return [module for module, at_import in own_imports(path) if not _below(path, room, module.split(".")[0], at_import)]


def _below(path: Path, room: str, other: str, at_import: bool) -> bool:
    if other not in ROOMS:
        return False
    if other == "evals" and name_of(path) in MAY_USE_EVALS:
        return not at_import
    return ROOMS.index(other) <= ROOMS.index(room)


def test_the_import_check_sees_the_imports() -> None:
    seen = {module for module, _ in own_imports(ROOT / "agent" / "nodes.py")}
    assert {"memory.state", "prompts.rendering", "tools.outcome", "agent.assemble"} <= seen
    assert ("agent.cli", False) in set(own_imports(ROOT / "viddiff" / "__main__.py"))


def test_one_module_reads_the_environment() -> None:
    readers = {name_of(path) for path in source_files() if ENVIRONMENT & set(_names(tree_of(path)))}
    assert readers == {SETTINGS} | STARTERS


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name


def test_the_front_door_lists_every_public_name_once_and_in_order() -> None:
    assert viddiff.__all__ == sorted([*viddiff._HOMES, "__version__"])
    assert dir(viddiff) == viddiff.__all__


def test_type_checkers_see_the_same_names_from_the_same_homes() -> None:
    tree = tree_of(ROOT / "viddiff" / "__init__.py")
    block = next(n for n in tree.body if isinstance(n, ast.If) and isinstance(n.test, ast.Name) and n.test.id == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: str(node.module).removeprefix("viddiff.") for node in imports for alias in node.names}
    assert seen == viddiff._HOMES


def test_every_public_name_can_be_imported() -> None:
    assert [name for name in viddiff.__all__ if getattr(viddiff, name) is None] == []


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'comparison'"):
        _ = viddiff.comparison


def test_the_rooms_are_there() -> None:
    assert [folder for folder in FOLDERS if not (ROOT / folder / "__init__.py").is_file()] == []
