"""What pyproject.toml says is installed is what the folders hold, and a wheel carries all of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
from house_plan import FOLDERS, ROOT, data_files, package_folders, setuptools_settings

BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def test_every_folder_with_python_files_is_a_package() -> None:
    listed = setuptools_settings()["packages"]
    assert sorted(listed) == sorted(package_folders())
    assert len(set(listed)) == len(listed)


def test_every_package_is_found_in_its_folder() -> None:
    assert setuptools_settings()["package-dir"] == package_folders()


def test_every_package_has_its_own_init_file() -> None:
    assert [folder for folder in package_folders().values() if not (ROOT / folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("package", sorted(package_folders()))
def test_package_data_patterns_match_the_data_files(package: str) -> None:
    patterns = setuptools_settings()["package-data"].get(package, [])
    names = data_files(package_folders()[package])
    assert [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not any(fnmatch(name, pattern) for name in names)] == []


@pytest.fixture(scope="module")
def wheel_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel that was built offline from a copy of the sources."""
    copy = tmp_path_factory.mktemp("checkout")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    done = subprocess.run([sys.executable, "-c", BUILD, "dist"], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return copy / "dist" / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def wheel_names(wheel_path: Path) -> set[str]:
    with zipfile.ZipFile(wheel_path) as wheel:
        return set(wheel.namelist())


def test_a_wheel_holds_the_rooms_with_their_data_and_nothing_else(wheel_names: set[str]) -> None:
    expected = {
        f"{package.replace('.', '/')}/{name}"
        for package, folder in package_folders().items()
        for name in [*data_files(folder), *(path.name for path in (ROOT / folder).glob("*.py"))]
    }
    assert {name for name in wheel_names if ".dist-info/" not in name} == expected


def test_a_wheel_holds_the_licence_and_the_command(wheel_names: set[str]) -> None:
    names = {Path(name).name for name in wheel_names if ".dist-info/" in name}
    assert {"LICENSE", "entry_points.txt", "METADATA"} <= names


def test_what_was_in_the_wheel_works_without_the_checkout(wheel_path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel_path) as wheel:
        wheel.extractall(tmp_path)
    code = "import viddiff.memory.errors as e, viddiff.prompts.rendering as r; print(e.__file__); print(len(r.prompt_text('planner')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    path, length = done.stdout.split()
    assert Path(path) == tmp_path / "viddiff" / "memory" / "errors.py"
    assert int(length) > 100
