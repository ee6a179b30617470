import errno
from pathlib import Path

import pytest

from viddiff.memory.cache import Cache, content_key


class Work:
    """Something slow that counts how often it is done."""

    def __init__(self, cache: Cache) -> None:
        self.cache, self.made = cache, 0

    def get(self, key: str = "k", result: str = "result") -> str:
        def make() -> str:
            self.made += 1
            return result

        return self.cache.get("things", key, ".txt", self.load, make, lambda value, path: path.write_text(value) and None)

    @staticmethod
    def load(path: Path) -> str:
        text = path.read_text()
        if not text.startswith("r"):
            raise ValueError("not a result")
        return text


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_work_is_done_once_per_key(tmp_path):
    work = Work(Cache(tmp_path))
    assert [work.get(), work.get(), work.get("other")] == ["result"] * 3
    assert (work.made, work.cache.hits) == (2, 1)
    assert files(tmp_path) == ["things/k.txt", "things/other.txt"]


def test_another_run_finds_it(tmp_path):
    Work(Cache(tmp_path)).get()
    later = Work(Cache(tmp_path))
    assert later.get(result="rather not") == "result"
    assert (later.made, later.cache.hits) == (0, 1)


@pytest.mark.parametrize("damage", [b"", b"x", b"\xff\xfe"])
def test_a_damaged_entry_is_made_again(tmp_path, damage):
    work = Work(Cache(tmp_path))
    work.get()
    (tmp_path / "things" / "k.txt").write_bytes(damage)
    assert work.get() == "result"
    assert (work.made, work.cache.hits) == (2, 0)
    assert work.get() == "result"
    assert (work.made, work.cache.hits) == (2, 1)


def test_a_cache_that_is_off_neither_reads_nor_writes(tmp_path):
    Work(Cache(tmp_path / "full")).get()
    off = Work(Cache(tmp_path / "full", enabled=False))
    assert off.get(result="rather new") == "rather new"
    assert (off.made, off.cache.hits) == (1, 0)
    assert (tmp_path / "full/things/k.txt").read_text() == "result"
    Work(Cache(tmp_path / "none", enabled=False)).get()
    assert not (tmp_path / "none").exists()


def test_work_that_fails_leaves_no_entry(tmp_path):
    def fail() -> str:
        raise OSError("disk on fire")

    def half(value: str, path: Path) -> None:
        path.write_text(value[:2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="on fire"):
        Cache(tmp_path).get("things", "k", ".txt", Work.load, fail, half)
    full = Cache(tmp_path)
    assert full.get("things", "k", ".txt", Work.load, lambda: "result", half) == "result"
    assert full.problem.endswith("the disk is full, so make room")
    assert files(tmp_path) == []
    assert Work(Cache(tmp_path)).get() == "result"


def test_two_runs_may_make_the_same_entry_at_once(tmp_path):
    def save_while_another_run_does(value: str, path: Path) -> None:
        path.write_text(value)
        Work(Cache(tmp_path)).get()

    made = Cache(tmp_path).get("things", "k", ".txt", Work.load, lambda: "result", save_while_another_run_does)
    assert made == Work(Cache(tmp_path)).get() == "result"
    assert files(tmp_path) == ["things/k.txt"]


def test_keys_are_made_of_everything_in_order():
    assert content_key("a", 1, None, 2.5) == content_key("a", 1, None, 2.5)
    assert content_key({"x": 1, "y": 2}) == content_key({"y": 2, "x": 1})
    different = [("a", "b"), ("b", "a"), ("ab",), ("a", "b", None), ("a", 1), ("a", "1"), (("a", "b"),)]
    assert len({content_key(*parts) for parts in different}) == len(different)
