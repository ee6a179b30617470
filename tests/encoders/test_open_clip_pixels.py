"""Preprocessing in batches against open_clip's own transform, one PIL image at a time."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny_clip import CONFIG, pictures

from viddiff.tools.open_clip_pixels import AT_ONCE, PixelRecipe, blank
from viddiff.tools.open_clip_weights import load_open_clip

LEVEL = 1 / 255
MODES = ["shortest", "squash", "longest"]
SHAPES = [(270, 480), (480, 270), (448, 796), (1320, 672), (224, 224), (100, 60), (231, 229)]


def _config(**changes: Any) -> Any:
    load_open_clip()
    from open_clip.transform import PreprocessCfg

    return PreprocessCfg(**changes)


def _both(config: Any, images: np.ndarray) -> tuple[Any, Any]:
    import torch
    from open_clip.transform import image_transform_v2

    transform = image_transform_v2(config, is_train=False)
    recipe = PixelRecipe.of(asdict(config))
    ours = recipe.normalised(recipe.pictures(images))
    return ours, torch.stack([transform(Image.fromarray(image)) for image in images])


def _check_close(ours: Any, reference: Any, config: Any) -> None:
    """Each of the two passes of a resize rounds: two levels at worst where a picture is enlarged, one pixel in ten by one."""
    levels = (ours - reference).abs() / (LEVEL / max(config.std))
    assert float(levels.max()) < 2.5
    assert float(levels.mean()) < 0.1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_pixels_are_those_of_the_reference_transform_up_to_rounding(mode: str, height: int, width: int) -> None:
    config = _config(resize_mode=mode)
    ours, reference = _both(config, pictures(2, height, width, seed=height + width))
    assert ours.shape == reference.shape == (2, 3, 224, 224)
    _check_close(ours, reference, config)


@pytest.mark.parametrize(
    "changes", [{"interpolation": "bilinear"}, {"size": (64, 96), "fill_color": 128}, {"mean": (0,) * 3, "std": (1,) * 3}]
)
@pytest.mark.parametrize("mode", MODES)
def test_other_configurations(changes: dict[str, Any], mode: str) -> None:
    config = _config(resize_mode=mode, **changes)
    ours, reference = _both(config, pictures(2, 180, 320))
    _check_close(ours, reference, config)


def test_embeddings_agree_with_the_reference() -> None:
    """Random weights put all pictures close together, so what tells them apart is compared: their distance from the mean."""
    import torch

    open_clip = load_open_clip()
    torch.manual_seed(0)
    model = open_clip.CLIP(CONFIG["embed_dim"], {**CONFIG["vision_cfg"], "image_size": 64}, CONFIG["text_cfg"]).eval()
    ours, reference = _both(_config(size=64), pictures(8, 240, 426))
    with torch.inference_mode():
        a, b = (torch.nn.functional.normalize(model.encode_image(x), dim=-1) for x in (ours, reference))
    middle = b.mean(dim=0)
    assert float(torch.nn.functional.cosine_similarity(a, b).min()) > 0.9999
    assert float(torch.nn.functional.cosine_similarity(a - middle, b - middle).min()) > 0.995


@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
@pytest.mark.parametrize("factor", [1, 2, 3])
@pytest.mark.parametrize("width", [64, 65, 67, 68, 69, 120, 121])
def test_scaling_only_what_is_in_view_changes_no_pixel(interpolation: str, factor: int, width: int) -> None:
    import torch

    images = pictures(2, factor * 64, factor * width)
    recipe = PixelRecipe.of(asdict(_config(size=64, interpolation=interpolation)))
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2)
    whole = torch.nn.functional.interpolate(pixels, size=(64, width), mode=interpolation, align_corners=False, antialias=True)
    start = round((width - 64) / 2)
    assert torch.equal(recipe.pictures(images), whole[:, :, :, start : start + 64])


def test_frames_are_left_as_they_were() -> None:
    images = pictures(2, 48, 64)
    before = images.copy()
    images.flags.writeable = False
    recipe = PixelRecipe.of(asdict(_config(size=48)))
    recipe.normalised(recipe.pictures(images))
    np.testing.assert_array_equal(images, before)


def test_blank_looks_at_each_frame_and_channel() -> None:
    import torch

    frames = torch.full((4, 3, 16, 16), 40, dtype=torch.uint8)
    frames[1, 2, 3, 3] = 60
    frames[2, :, :, 5] = 44
    frames[3, 0, :8] = 200
    assert blank(frames).tolist() == [True, False, True, False]


def test_frames_prepared_in_groups_are_the_same_frames_in_order() -> None:
    import torch

    images = pictures(2 * AT_ONCE + 3, 96, 130)
    images[AT_ONCE] = 70
    recipe = PixelRecipe.of(asdict(_config(size=48)))
    parts, seen = zip(*recipe.prepared(images), strict=True)
    assert torch.equal(torch.cat(parts), recipe.pictures(images))
    assert np.flatnonzero(~np.concatenate(seen)).tolist() == [AT_ONCE]
