import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from stick_figure import BACK, FACING_LEFT, FACING_RIGHT, FRONT, figure, without

from viddiff.tools.actions import ActionLibrary
from viddiff.tools.encoders import ClipFrames, PoseEncoder
from viddiff.tools.posture import FEATURE_NAMES, FEATURES, frame_vectors, text_vectors
from viddiff.tools.posture_lexicon import PostureEntry, PostureLexicon

LAW = settings(max_examples=25, deadline=None)
NO_BODY_IN_VIEW = {"suturing", "knot_tying", "needle_passing"}
"""Actions filmed without a body, whose sentences name instruments."""
SILENT_SHARE = 0.04
LEXICON = PostureLexicon.load()
ENCODER = PoseEncoder(LEXICON)
values = st.floats(0, 1)


def lexicon(**phrases: dict[str, float]) -> PostureLexicon:
    return PostureLexicon(tuple(PostureEntry(phrases=(phrase.replace("_", " "),), features=f) for phrase, f in phrases.items()))


def test_the_more_specific_phrase_wins_a_feature_and_the_other_keeps_the_rest():
    words = lexicon(knees_bent={"knees_bent": 0.6, "hips_low": 0.3}, knees_deeply_bent={"knees_bent": 0.9})
    assert words.features("the knees are deeply bent") == {"knees_bent": 0.9}
    assert words.features("knees bent") == {"knees_bent": 0.6, "hips_low": 0.3}
    assert words.features("the knees are deeply bent, both knees bent") == {"knees_bent": 0.9, "hips_low": 0.3}


def test_words_are_whole_and_may_have_one_between_them():
    words = lexicon(arms_up={"arms_up": 0.9})
    assert words.features("arms held up") == {"arms_up": 0.9}
    assert words.features("ARMS, up!") == {"arms_up": 0.9}
    for other in ("arms held far up", "forearms up", "arms upper", "up arms"):
        assert words.features(other) == {}, other


@pytest.mark.parametrize("features", [{"knees_bend": 0.5}, {"knees_bent": 1.2}, {"knees_bent": -0.1}])
def test_a_wrong_feature_in_the_lexicon_is_named(features):
    with pytest.raises(ValidationError, match=next(iter(features))):
        PostureEntry(phrases=("x",), features=features)


def test_every_phrase_of_the_lexicon_is_understood_as_itself():
    from importlib.resources import files

    import yaml

    for entry in yaml.safe_load(files("viddiff.tools").joinpath("posture_lexicon.yaml").read_text()):
        for phrase in entry["phrases"]:
            found = LEXICON.features(phrase)
            assert {name: found.get(name) for name in entry["features"]} == entry["features"], phrase


def retrievals() -> list[tuple[str, str]]:
    library = ActionLibrary.load()
    return [(a.key, text) for a in library.actions if a.key not in NO_BODY_IN_VIEW for s in a.stages for text in s.retrieval]


def test_nearly_every_sentence_of_the_library_says_something_about_a_posture():
    texts = retrievals()
    silent = sorted({text for _, text in texts if not LEXICON.features(text)})
    assert len(silent) <= SILENT_SHARE * len({text for _, text in texts}), silent


def test_every_known_action_has_stages_that_a_posture_can_tell():
    mute = {}
    for action in ActionLibrary.load().actions:
        if action.key in NO_BODY_IN_VIEW | {"general"}:
            continue
        names = [s.name for s in action.stages if not any(LEXICON.features(text) for text in s.retrieval)]
        if len(names) > len(action.stages) / 3:
            mute[action.key] = names
    assert not mute


def test_opposite_sentences_are_far_apart():
    for one, other in (
        ("knees straight", "knees deeply bent"),
        ("arms down by the sides", "arms overhead"),
        ("looking up", "looking down"),
        ("hands together", "hands wide apart"),
    ):
        first, second = ENCODER.encode_texts([one, other])
        assert first @ second < 0.6 * (first @ first), (one, other)


@LAW
@given(st.lists(st.dictionaries(st.sampled_from(FEATURE_NAMES), values, max_size=6), min_size=1, max_size=4))
def test_texts_are_unit_vectors_or_zero(wanted):
    vectors = text_vectors(wanted)
    assert vectors.shape == (len(wanted), 2 * len(FEATURES))
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0 if features else 0.0 for features in wanted], abs=1e-5)


@LAW
@given(st.sampled_from(FEATURE_NAMES), values, values, values)
def test_a_frame_is_liked_more_the_nearer_it_is_to_what_the_text_says(name, wanted, one, other):
    frames = np.full((2, len(FEATURES)), 0.5)
    frames[:, FEATURE_NAMES.index(name)] = one, other
    first, second = frame_vectors(frames) @ text_vectors([{name: wanted}])[0]
    if abs(one - wanted) + 0.01 < abs(other - wanted):
        assert first > second


def test_unknown_texts_are_zero_vectors():
    vectors = ENCODER.encode_texts(["a needle next to a ring", "", "knees bent"])
    assert not vectors[:2].any()
    assert vectors[2].any()
    assert ENCODER.encode_texts([]).shape == (0, 2 * len(FEATURES))


def likeness(text: str, *poses: dict) -> np.ndarray:
    return np.array(
        [
            (ENCODER.encode_frames(ClipFrames((), figure(**pose))).vectors @ ENCODER.encode_texts([text])[0]).mean()
            for pose in poses
        ]
    )


STANDING, SQUATTING = (
    {"knee": np.r_[np.zeros(30)]},
    {"knee": np.r_[np.zeros(10), np.full(20, 115.0)], "lean": np.r_[np.zeros(10), np.full(20, 35.0)]},
)


@pytest.mark.parametrize("yaw", [FRONT, FACING_RIGHT, FACING_LEFT, BACK, 45])
def test_squatting_frames_are_nearer_to_the_words_for_a_squat_and_standing_ones_to_standing(yaw):
    track = figure(yaw=yaw, **SQUATTING)
    vectors = ENCODER.encode_frames(ClipFrames((), track)).vectors
    low, high = ENCODER.encode_texts(["knees deeply bent with the hips low", "standing upright with the knees straight"])
    assert (vectors[10:] @ low).min() > (vectors[:10] @ low).max()
    assert (vectors[:10] @ high).min() > (vectors[10:] @ high).max()


@pytest.mark.parametrize(("text", "near", "far"), [
    ("arms overhead", {"arm": 175}, {"arm": 5}),
    ("arms down by the sides", {"arm": 5}, {"arm": 175}),
    ("arms forward at shoulder height", {"yaw": 90, "plane": 90, "arm": 90}, {"yaw": 90, "arm": 5}),
    ("arms out to the side", {"arm": 90}, {"arm": 5}),
    ("elbows bent", {"yaw": 90, "plane": 90, "arm": 10, "elbow": 100}, {"yaw": 90, "plane": 90, "arm": 10}),
    ("torso bent forward", {"yaw": 90, "lean": 80}, {"yaw": 90}),
    ("torso upright", {"yaw": 90}, {"yaw": 90, "lean": 60}),
    ("leaning to the side", {"side_lean": 30}, {"side_lean": 0}),
    ("feet wide apart", {"stance": 0.7}, {"stance": 0.15}),
    ("feet together", {"stance": 0.15}, {"stance": 0.7}),
    ("one knee lifted", {"yaw": 90, "knee_left": 90}, {"yaw": 90}),
    ("one arm raised", {"arm_left": 150}, {"arm": 75}),
    ("lying face down", {"yaw": 90, "roll": 88}, {"yaw": 90}),
    ("body straight in a plank", {"yaw": 90, "roll": 75}, {"yaw": 90, "lean": 100}),
    ("hands wide apart", {"arm": 90}, {"arm": 5}),
    ("looking up", {"yaw": 90, "pitch": 30}, {"yaw": 90, "pitch": -50}),
])  # fmt: skip
def test_a_figure_is_nearer_to_its_own_words(text, near, far):
    first, second = likeness(text, near, far)
    assert first > second + 0.05


def test_frames_without_a_person_are_zero():
    track = without(figure(10), slice(3, 5))
    encoded = ENCODER.encode_frames(ClipFrames((), track))
    assert encoded.times_s is track.times_s
    assert encoded.vectors.any(axis=1).tolist() == [at not in (3, 4) for at in range(10)]
