"""All actions that can be drawn, by name."""

from __future__ import annotations

from collections.abc import Mapping

from ...memory.errors import SettingsError
from .arms import ArmCircles, JumpingJack, LateralRaise, LuckyCat, OverheadPress
from .legs import Kick, KneeRaise, StepOut
from .motion import ActionParameters
from .squats import Deadlift, Lunge, Squat, SquatKneeRaise
from .trunk import ForwardBend, HipCircle, PushUp, SideBend

ACTIONS: dict[str, type[ActionParameters]] = {
    kind.action: kind
    for kind in (
        Squat,
        SquatKneeRaise,
        Lunge,
        Deadlift,
        JumpingJack,
        LateralRaise,
        ArmCircles,
        OverheadPress,
        LuckyCat,
        KneeRaise,
        Kick,
        StepOut,
        SideBend,
        ForwardBend,
        HipCircle,
        PushUp,
    )
}
"""Action name -> the class of its parameters."""


def parameters_of(action: str, values: Mapping[str, object] | ActionParameters) -> ActionParameters:
    """The validated parameters of an action.

    Raises:
        SettingsError: No such action, or the parameters of another one.
        ValueError: A parameter is unknown or out of its range.
    """
    if action not in ACTIONS:
        raise SettingsError(f"no drawn action {action!r}: expected one of {', '.join(ACTIONS)}")
    if isinstance(values, ActionParameters):
        if not isinstance(values, ACTIONS[action]):
            raise SettingsError(f"parameters of {values.action} given for {action}: pass {ACTIONS[action].__name__}")
        return values
    return ACTIONS[action].model_validate(dict(values))
