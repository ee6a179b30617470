"""Reads the YAML that comes with viddiff, and users' own, as plain data."""

from __future__ import annotations

from typing import Any

import yaml


def read_yaml(text: str) -> Any:
    """What the text holds; only plain data, never objects.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    # The reader in C, where PyYAML has it, is five times as fast.
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
