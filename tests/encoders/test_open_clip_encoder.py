"""The CLIP encoder on a tiny model: the vectors it gives, whatever the batches, shapes and texts."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_clip
from tiny_clip import clip, pictures

from viddiff.memory.errors import SettingsError
from viddiff.memory.frame_index import FrameIndex
from viddiff.tools.open_clip_encoder import TEMPLATES, OpenClipEncoder

TEXTS = ["standing upright with the arms down by the sides", "hips below the knees.", "arms out to the side at shoulder height"]


@pytest.fixture(scope="module")
def encoder(tiny_folder: Path) -> OpenClipEncoder:
    return OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu")


def _vectors(encoder: OpenClipEncoder, images: np.ndarray, batch: int = 32) -> np.ndarray:
    return encoder.encode_frames(clip(images, batch)).vectors


def test_frames_and_texts_are_unit_vectors_of_one_space(encoder: OpenClipEncoder) -> None:
    encoded = encoder.encode_frames(clip(pictures(5, 48, 64)))
    texts = encoder.encode_texts(TEXTS)
    np.testing.assert_allclose(encoded.times_s, np.arange(5) / 8)
    assert encoded.vectors.shape == (5, 24)
    assert texts.shape == (3, 24)
    for vectors in (encoded.vectors, texts):
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    index = FrameIndex(encoded.times_s, encoded.vectors)
    np.testing.assert_allclose(index.similarities(texts), texts @ encoded.vectors.T, atol=1e-5)


def test_the_same_frames_give_the_same_vectors_to_the_last_bit(encoder: OpenClipEncoder, tiny_folder: Path) -> None:
    images = pictures(7, 48, 64)
    other = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu")
    np.testing.assert_array_equal(_vectors(encoder, images), _vectors(other, images))
    np.testing.assert_array_equal(encoder.encode_texts(TEXTS), other.encode_texts(TEXTS))


def test_batches_of_decoder_and_model_change_nothing(tiny_folder: Path) -> None:
    images = pictures(23, 40, 56)
    images[4] = 0
    encoder = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu", batch=64)
    whole = _vectors(encoder, images)
    assert len(np.unique(whole.round(4), axis=0)) == 23
    for decoded, encoder._batch in ((1, 16), (5, 4), (32, 1), (3, 7), (23, 23)):
        np.testing.assert_allclose(_vectors(encoder, images, decoded), whole, atol=1e-5)


def test_the_model_is_given_no_more_than_its_batch(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu", batch=4)
    model = encoder._ready().model
    seen: list[int] = []
    encode = model.encode_image
    monkeypatch.setattr(model, "encode_image", lambda x: seen.append(len(x)) or encode(x))
    _vectors(encoder, pictures(11, 32, 32), batch=3)
    assert seen == [4, 4, 3]


@pytest.mark.parametrize(("height", "width"), [(96, 54), (54, 96), (20, 20), (17, 301), (301, 17)])
def test_portrait_landscape_small_and_odd_frames(encoder: OpenClipEncoder, height: int, width: int) -> None:
    vectors = _vectors(encoder, pictures(3, height, width))
    assert vectors.shape == (3, 24)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (10, 90, 200)])
def test_a_frame_of_one_colour_says_nothing(encoder: OpenClipEncoder, colour: tuple[int, int, int]) -> None:
    images = pictures(3, 48, 64)
    noise = np.random.default_rng(0).integers(0, 5, images[1].shape)
    images[1] = np.clip(np.array(colour) - 2 + noise, 0, 255)
    assert np.linalg.norm(_vectors(encoder, images), axis=1).round(4).tolist() == [1, 0, 1]


def test_a_dark_frame_with_somebody_in_it_does_say_something(encoder: OpenClipEncoder) -> None:
    image = np.zeros((1, 48, 64, 3), np.uint8)
    image[0, 10:40, 28:36] = 30
    assert np.linalg.norm(_vectors(encoder, image)) == pytest.approx(1, abs=1e-5)


def test_a_clip_without_frames(encoder: OpenClipEncoder) -> None:
    encoded = encoder.encode_frames(clip(pictures(1, 8, 8)[:0]))
    assert encoded.times_s.shape == (0,)
    assert encoded.vectors.shape == (0, 24)
    assert len(FrameIndex(encoded.times_s, encoded.vectors)) == 0


def test_a_text_is_the_mean_of_its_templates(encoder: OpenClipEncoder, tiny_folder: Path) -> None:
    single = [
        OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu", templates=[template]).encode_texts(TEXTS)
        for template in TEMPLATES
    ]
    mean = np.mean(single, axis=0)
    np.testing.assert_allclose(encoder.encode_texts(TEXTS), mean / np.linalg.norm(mean, axis=1, keepdims=True), atol=1e-5)
    assert not np.allclose(single[0], single[1], atol=1e-3)


def test_texts_are_encoded_once_and_in_any_company_alike(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu")
    model = encoder._ready().model
    seen: list[int] = []
    encode = model.encode_text
    monkeypatch.setattr(model, "encode_text", lambda tokens: seen.append(len(tokens)) or encode(tokens))
    first = encoder.encode_texts([TEXTS[0], TEXTS[1], TEXTS[0]])
    again = encoder.encode_texts([TEXTS[1], TEXTS[2]])
    assert seen == [2 * len(TEMPLATES), len(TEMPLATES)]
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first[1], again[0])
    alone = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu").encode_texts([TEXTS[2]])
    np.testing.assert_allclose(again[1:], alone, atol=1e-5)


def test_odd_texts(encoder: OpenClipEncoder) -> None:
    long, braces, umlauts = "knees bent " * 200, "a {hand} at {0}", "Kniebeuge ü 深蹲"
    vectors = encoder.encode_texts(["", "  ", long, braces, umlauts])
    assert np.linalg.norm(vectors, axis=1).round(4).tolist() == [0, 0, 1, 1, 1]
    assert encoder.encode_texts([]).shape == (0, 24)


def test_the_same_weights_from_a_folder_and_from_a_file(encoder: OpenClipEncoder, tiny_checkpoint: str) -> None:
    images = pictures(2, 32, 32)
    from_file = OpenClipEncoder(tiny_checkpoint, device="cpu")
    np.testing.assert_allclose(from_file.encode_texts(TEXTS), encoder.encode_texts(TEXTS), atol=1e-6)
    recipe = from_file._ready().recipe
    assert recipe.resize_mode == "shortest"  # a bare checkpoint says nothing of it: open_clip's defaults
    assert encoder._ready().recipe.resize_mode == "squash"
    assert not np.allclose(_vectors(from_file, images), _vectors(encoder, images), atol=1e-3)


def test_the_name_tells_weights_and_preprocessing_apart(tiny_folder: Path, tiny_checkpoint: str, tmp_path: Path) -> None:
    other = tiny_clip.make(tmp_path / "other", seed=1)
    moved = tiny_clip.make(tmp_path / "moved")
    names = {
        OpenClipEncoder(f"local-dir:{tiny_folder}").name,
        OpenClipEncoder(f"local-dir:{other}").name,
        OpenClipEncoder(f"local-dir:{tiny_folder}", resize_mode="longest").name,
        OpenClipEncoder(tiny_checkpoint).name,
    }
    assert len(names) == 4
    assert OpenClipEncoder(f"local-dir:{moved}").name in names
    assert all(str(tmp_path) not in name for name in names)


def test_another_way_of_resizing_can_be_asked_for(tiny_folder: Path, encoder: OpenClipEncoder) -> None:
    whole = OpenClipEncoder(f"local-dir:{tiny_folder}", device="cpu", resize_mode="longest")
    assert whole._ready().recipe == replace(encoder._ready().recipe, resize_mode="longest")
    assert whole.short_side == 64


def test_weights_that_are_not_numbers(tiny_folder: Path, tmp_path: Path) -> None:
    import torch

    broken = tiny_clip.make(tmp_path / "broken")
    weights = torch.load(broken / "open_clip_pytorch_model.bin")
    weights["visual.proj"][:] = float("nan")
    torch.save(weights, broken / "open_clip_pytorch_model.bin")
    encoder = OpenClipEncoder(f"local-dir:{broken}", device="cpu")
    with pytest.raises(SettingsError, match="not numbers"):
        encoder.encode_frames(clip(pictures(2, 32, 32)))
