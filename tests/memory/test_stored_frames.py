import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from viddiff.memory.cache import Cache
from viddiff.memory.errors import SettingsError
from viddiff.memory.frame_index import FrameIndex

vectors = st.tuples(st.integers(1, 20), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.floats(-1, 1, width=32))
)


LAW = settings(max_examples=25, deadline=None)


def index_of(found: np.ndarray) -> FrameIndex:
    return FrameIndex(np.arange(len(found)) / 10, found)


@LAW
@given(vectors, st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_similarities_are_the_matrix_product(found, count, seed):
    queries = np.random.default_rng(seed).normal(size=(count, found.shape[1])).astype(np.float32)
    similarities = index_of(found).similarities(queries)
    assert similarities.shape == (count, len(found))
    assert similarities == pytest.approx(queries @ found.T, abs=1e-4)


def test_a_clip_without_frames_is_similar_to_nothing():
    assert index_of(np.zeros((0, 3), np.float32)).similarities(np.ones((2, 3), np.float32)).shape == (2, 0)


@LAW
@given(vectors, st.integers(1, 30))
def test_searching_gives_the_best_first(found, count):
    query = np.ones((1, found.shape[1]), np.float32)
    scores, frames = index_of(found).search(query, count)
    assert scores.shape == frames.shape == (1, min(count, len(found)))
    assert scores[0] == pytest.approx(np.sort(found.sum(axis=1))[::-1][:count], abs=1e-4)
    assert found[frames[0]].sum(axis=1) == pytest.approx(scores[0], abs=1e-4)


@pytest.mark.parametrize("count", [0, 1, 7])
def test_what_is_saved_is_what_is_loaded(tmp_path, count):
    found = np.random.default_rng(3).normal(size=(count, 6)).astype(np.float32)
    path = tmp_path / "deep" / "x.npz"
    index_of(found).save(path)
    loaded = FrameIndex.load(path)
    assert len(loaded) == count
    assert np.array_equal(loaded.vectors, found)
    assert np.array_equal(loaded.times_s, np.arange(count) / 10)
    assert [child.name for child in path.parent.iterdir()] == ["x.npz"]


def test_a_query_of_another_encoder_is_refused_by_name():
    index = index_of(np.eye(4, dtype=np.float32))
    for wrong in (np.ones((1, 3), np.float32), np.ones(4, np.float32)):
        with pytest.raises(SettingsError, match=r"4 numbers.*same encoder"):
            index.similarities(wrong)


@pytest.mark.parametrize(("times", "shape"), [(3, (4, 2)), (4, (4,)), (0, (1, 2))])
def test_vectors_without_their_times_are_refused(times, shape):
    with pytest.raises(ValueError, match="do not fit"):
        FrameIndex(np.arange(times), np.zeros(shape, np.float32))


def got(cache: Cache, make) -> FrameIndex:
    """What the cache gives; numpy leaves a damaged file open for as long as its exception lives."""
    try:
        return cache.get("indexes", "k", ".npz", FrameIndex.load, make, FrameIndex.save)
    except zipfile.BadZipFile as error:
        problem = str(error)
    return pytest.fail(f"a damaged entry was not made again: {problem}")


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.9])
def test_a_damaged_index_is_made_again(tmp_path, keep):
    cache, found = Cache(tmp_path), np.random.default_rng(3).normal(size=(50, 6)).astype(np.float32)
    made = []

    def get() -> FrameIndex:
        return got(cache, lambda: made.append(1) or index_of(found))

    get()
    path = tmp_path / "indexes" / "k.npz"
    data = path.read_bytes()
    path.write_bytes(data[: keep if isinstance(keep, int) else int(keep * len(data))])
    assert np.array_equal(get().vectors, found)
    assert len(made) == 2
    assert path.read_bytes() == data


def test_a_changed_byte_is_noticed(tmp_path):
    cache, found = Cache(tmp_path), np.random.default_rng(3).normal(size=(50, 6)).astype(np.float32)
    path = tmp_path / "indexes" / "k.npz"
    for _ in range(2):
        index = got(cache, lambda: index_of(found))
        assert np.array_equal(index.vectors, found)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(bytes(data))
