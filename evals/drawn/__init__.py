"""Drawn clips: shaded figures performing actions with known parameters, so that the truth is known."""
