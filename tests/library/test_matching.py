import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_lists import library

from viddiff.tools.actions import GENERAL

LIBRARY = library()

BENCHMARK = {
    "fitness exercise called standing hip circle with hands on hips, one rotation anticlockwise": "hip_circles",
    "fitness exercise called two arm standing lucky cat starting with arms up, one repetition": "lucky_cat",
    "squat without weights, then knee raise on left side": "squat_knee_raise",
    "fitness exercise called standing hip circle with hands on hips, one rotation clockwise": "hip_circles",
    "a person is doing a basketball mid-range jump shot, starting with the ball in their hand, no defense, practice only": "jump_shot",
    "a person does the Basketball drill called the Mikan layup where they start under the basket, do a layup with the right hand "
    "and catch it, do a left hand layup and catch it, no defense, practice only": "mikan_layup",
    "a person playing basketball does a reverse layup starting from the left side of the basket and lays it up with their right hand "
    "on the right hand side, no defense, practice only": "reverse_layup",
    "a person does a soccer drill where they do a single penalty kick, practice only, no defense, no goalie": "penalty_kick",
    "competitive diving from 10m": "diving",
    "fitness exercise called opening and closing step on left side and then opening and closing step on right side": "opening_closing_step",
    "a single free weight deadlift without any weight": "bodyweight_deadlift",
    "a squat then a knee raise on left side": "squat_knee_raise",
    "fitness exercise called opening and closing step on right side and then opening and closing step on left side": "opening_closing_step",
    "a person is playing scales on the piano": "piano",
    "a person is playing scales on the guitar": "guitar",
    "The subject picks up one end of a suture tied to a flexible tube attached at its ends to the surface of the bench-top model, "
    "and ties a single loop knot.": "knot_tying",
    "The subject picks up needle, proceeds to the incision (designated as a vertical line on the bench-top model), and passes the needle "
    "through the fake tissue, entering at the dot marked on one side of the incision and exiting at the corresponding dot marked on the "
    "other side of the incision. After the first needle pass, the subject extracts the needle out of the tissue, passes it to the right "
    "hand and repeats the needle pass three more times.": "suturing",
    "The subject picks up the needle (in some cases not captured in the video) and passes it through four small metal hoops from right "
    "to left. The hoops are attached at a small height above the surface of the bench-top model.": "needle_passing",
}
"""The 18 descriptions that the public benchmark gives to the agent."""

FREE_TEXT = """
air_squat: squat | my squats | bodyweight squat, from the side | air squats x 10 | a person doing a deep squat | sqaut
air_squat: squatting without weights | knee bends | prisoner squat filmed from the front
back_squat: barbell back squats | back squat 5 reps | Squat with a barbell | high-bar squat | heavy barbell squat, side view
front_squat: front squat | barbell front squats | a front squat in front view
goblet_squat: kettlebell goblet squat
overhead_squat: front view of an overhead squat
pistol_squat: pistol squats | single-leg squats | one legged squat
squat_knee_raise: Squat Knee Raise side view | squat to knee lift
jump_squat: squat jumps | jump squats
thruster: squat to overhead press | thrusters
wall_sit: wall-sit hold for a minute
deadlift: deadlfit | dead lifts | heavy barbell deadlift, side angle | not a squat but a deadlift | a man deadlifting
sumo_deadlift: sumo deadlift
romanian_deadlift: RDL | stiff-legged deadlifts | Romanian deadlift with dumbbells
bodyweight_deadlift: car deadlift | a deadlift with no weight
kettlebell_swing: two-handed kettlebell swings | kettle bell swing
clean: power clean | cleans
clean_and_jerk: clean & jerk
snatch: hang snatch
push_press: push press
bench_press: benchpress | dumbbell bench press
overhead_press: military press | standing shoulder press with dumbbells
barbell_row: bent-over barbell rows
pull_up: pull-ups | chinups | one pullup
dip: dips | bench dips
biceps_curl: bicep curls with dumbbells | hammer curl | curls
lateral_raise: dumbbell lateral raises
front_raise: front raises
triceps_extension: overhead tricep extension
push_up: my push ups | pushups | Push-Up | press ups | slow push-ups on the knees
plank: forearm plank | planks
side_plank: side plank on the left side
sit_up: sit-ups | crunches
leg_raise: lying leg raises
straight_leg_raise: single straight leg raise, right leg
glute_bridge: glute bridges | hip thrust
bird_dog: bird-dog
mountain_climber: mountain climbers
burpee: burpees
forward_lunge: lunges | forward lunge with the right leg | lunging
reverse_lunge: reverse lunges
walking_lunge: walking lunges
side_lunge: side-lunge | lateral lunges
step_up: box step-ups
calf_raise: standing calf raises
side_bend: standing side bend to the left
arm_circles: big arm circles
hip_circles: Hip circle clockwise | hip circles
knee_raise: standing knee raises | knee lift
high_knees: high knees running | running in place
jumping_jack: jumping jacks | star jumps | jumpingjack
opening_closing_step: opening and closing step | Opening and closing step left side first
vertical_jump: countermovement jump | jumps | two jumps | jumping as high as possible
box_jump: box jumps | jumping on a box
broad_jump: standing long jump
drop_jump: drop jump from a box
single_leg_hop: hopping on one leg
jump_rope: jump rope | skipping rope | double unders
running: a man runs on a treadmill | jog | running
sprint: 100m sprint | sprints
walking: walking on a treadmill | gait analysis
hurdle: hurdles
baseball_pitch: pitching a baseball | a pitcher's fastball pitch
javelin_throw: throws a javelin
shot_put: shot put
bowling: bowling | rolling a bowling ball
cricket_bowling: fast bowling in cricket
free_throw: basketball free throws
layup: a lay-up | layups
jump_shot: jumpshots | a person shoots a three pointer
tennis_serve: tennis serve | serves in tennis | second tennis serves
tennis_forehand: tennis forehand, right handed
tennis_backhand: two-handed backhand
table_tennis: table tennis serve
badminton_smash: badminton smash
golf_swing: swinging a golf club | my golf swing from behind
baseball_swing: swings a baseball bat
soccer_kick: kicks a soccer ball | kick a football | free kicks
punt: football punt
volleyball_serve: overhand volleyball serve
volleyball_spike: spiking a volleyball
punch: jab | boxing punches
roundhouse_kick: round house kick
warrior_two: warrior II pose | warrior pose
warrior_one: Warrior I
tree_pose: yoga tree pose
downward_dog: downward-facing dog
sun_salutation: sun salutations
sit_to_stand: sit-to-stand test | standing up from a chair
heel_slide: heel slides
shoulder_abduction: shoulder abduction
single_leg_stance: standing on one leg
band_external_rotation: external rotation with a band
cartwheel: a cart-wheel
pirouette: ballet pirouettes
plie: plié
swimming: swimming laps | front crawl
rowing: rowing machine | rowing
cycling: indoor cycling | pedalling
violin: playing the violin
suturing: Suturing
knot_tying: Knot_Tying
needle_passing: Needle_Passing
"""
EXPECTED = [
    (text.strip(), key)
    for line in FREE_TEXT.strip().splitlines()
    for key, texts in [line.split(": ", 1)]
    for text in texts.split(" | ")
]

UNKNOWN = """
playing chess | cooking pasta | a person types on a laptop | brushing teeth | baking a cake | driving a car | reading a book |
scuba diving | ironing a shirt | a cat jumps off the sofa | playing basketball | clean the kitchen | bridge over a river | air guitar |
curling stone delivery | sitting on a bench | walking the dog | a goalkeeper dives for the ball | push the box up | stitching clothes |
tying a knot in a rope | throwing a party | planting a tree | flipping switches | breathing into the lungs | fencing lunge |
upright row | climbing stairs | crunching numbers | turkish get up | no squat | yoga | oil drum
"""

TWO_ACTIONS = [
    "a squat, then a push-up",
    "deadlift and then a pull up",
    "warrior pose and tree pose",
    "burpee followed by a box jump",
]


def found(text: str) -> str | None:
    """The key of the action that a text means."""
    match = LIBRARY.match(text)
    return match.action.key if match else None


def test_a_description_means_its_action() -> None:
    described = [*BENCHMARK.items(), *EXPECTED]
    assert [(text, key, found(text)) for text, key in described if found(text) != key] == []


def test_an_unknown_action_is_not_guessed() -> None:
    assert {text: key for text in UNKNOWN.split("|") if (key := found(text.strip()))} == {}


@pytest.mark.parametrize("text", TWO_ACTIONS)
def test_two_actions_in_a_row_are_neither_of_them(text: str) -> None:
    assert LIBRARY.match(text) is None


@pytest.mark.parametrize("text", ["", "   ", "!?", "the", "深蹲"])
def test_text_without_words_means_nothing(text: str) -> None:
    assert LIBRARY.match(text) is None


def test_the_longest_alias_wins() -> None:
    assert LIBRARY.match("table tennis serve").alias == "table tennis serve"
    assert LIBRARY.match("single leg romanian deadlift").action.key == "single_leg_deadlift"


def test_the_score_falls_with_everything_else_that_is_said() -> None:
    scores = [LIBRARY.match(text).score for text in ("squat", "squat near a window", "squat near a big window of a red house")]
    assert scores[0] == 1
    assert scores == sorted(set(scores), reverse=True)


@pytest.mark.parametrize(
    "view", ["from the side", "side view", "diagonal view", "seen from the left", "in front view", "on the right side"]
)
def test_where_the_camera_stands_changes_nothing(view: str) -> None:
    for text in ("squat", "lunge", "deadlift", "plank"):
        plain, viewed = LIBRARY.match(text), LIBRARY.match(f"{text}, {view}")
        assert plain is not None
        assert viewed is not None
        assert viewed.action == plain.action


SPOKEN = [(action, alias) for action in LIBRARY.actions if action.key != GENERAL for alias in (*action.aliases, *action.alone)]


def test_every_alias_finds_its_own_action() -> None:
    matches = [(action, alias, LIBRARY.match(alias)) for action, alias in SPOKEN]
    assert [alias for action, alias, match in matches if match is None or match.action is not action or match.score != 1] == []


@given(st.sampled_from(SPOKEN), st.sampled_from(["a person does {}", "{}, practice only", "my {}", "Two {} reps", "{} (slow)"]))
def test_the_words_around_an_alias_do_not_matter(spoken, frame: str) -> None:
    action, alias = spoken
    for text in (alias, alias.upper(), alias.replace(" ", "-"), alias.replace(" ", "_")):
        match = LIBRARY.match(frame.format(text))
        assert match is not None
        assert match.action is action


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    match = LIBRARY.match(text)
    assert match is None or 0 < match.score <= 1
