"""The proportions of a drawn person."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from ...memory.values import Value


class Figure(Value):
    """Segment lengths of one person, in metres, as fractions of standing height (Winter 2009, figure 4.1) times a personal factor."""

    height_m: float = Field(default=1.72, ge=1.2, le=2.2)
    legs: float = Field(default=1.0, ge=0.9, le=1.1)
    """Leg length relative to the average for this height."""
    arms: float = Field(default=1.0, ge=0.9, le=1.1)
    shoulders: float = Field(default=1.0, ge=0.85, le=1.15)
    """Shoulder width relative to the average."""
    hips: float = Field(default=1.0, ge=0.85, le=1.15)
    build: float = Field(default=1.0, ge=0.8, le=1.3)
    """Thickness of limbs and torso relative to the average."""
    head: float = Field(default=1.0, ge=0.9, le=1.15)

    @property
    def thigh(self) -> float:
        """Hip to knee, metres."""
        return 0.245 * self.height_m * self.legs

    @property
    def shank(self) -> float:
        """Knee to ankle, metres."""
        return 0.246 * self.height_m * self.legs

    @property
    def torso(self) -> float:
        """Middle of the hips to middle of the shoulders, metres."""
        return 0.288 * self.height_m

    @property
    def body_length(self) -> float:
        """Shoulders to ankles when standing straight, metres."""
        return self.torso + self.thigh + self.shank

    @property
    def upper_arm(self) -> float:
        """Shoulder to elbow, metres."""
        return 0.172 * self.height_m * self.arms

    @property
    def forearm(self) -> float:
        """Elbow to wrist, metres."""
        return 0.146 * self.height_m * self.arms

    @property
    def hand(self) -> float:
        """Wrist to knuckles, metres."""
        return 0.055 * self.height_m * self.arms

    @property
    def shoulder_width(self) -> float:
        """Between the shoulder joints, metres."""
        return 0.212 * self.height_m * self.shoulders

    @property
    def hip_width(self) -> float:
        """Between the hip joints, metres."""
        return 0.112 * self.height_m * self.hips

    @property
    def ankle_height(self) -> float:
        """Ankle joint above the sole, metres."""
        return 0.042 * self.height_m

    @property
    def foot(self) -> float:
        """Ankle to ball of the foot along the sole, metres."""
        return 0.098 * self.height_m

    @property
    def heel(self) -> float:
        """Ankle to heel along the sole, metres."""
        return 0.036 * self.height_m

    def leg_reach(self, knee_deg: np.ndarray) -> np.ndarray:
        """Distance from hip to ankle with the knee bent by this angle (0 is straight), metres."""
        return _reach(self.thigh, self.shank, knee_deg)

    def arm_reach(self, elbow_deg: np.ndarray) -> np.ndarray:
        """Distance from shoulder to wrist with the elbow bent by this angle (0 is straight), metres."""
        return _reach(self.upper_arm, self.forearm, elbow_deg)


def _reach(first: float, second: float, bend_deg: np.ndarray) -> np.ndarray:
    return np.sqrt(first**2 + second**2 + 2 * first * second * np.cos(np.radians(bend_deg)))
