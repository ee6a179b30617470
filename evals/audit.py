"""Asks pip-audit for known weaknesses of what is installed: `python -m viddiff.evals.audit`; says so where it cannot ask."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

COMMAND = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--timeout", "15")


def verdict(output: str) -> tuple[int, str]:
    """The exit status and a line for each finding, from what pip-audit wrote as JSON.

    Returns:
        1 with the weaknesses; 0 and why nothing is known where no package could be looked up.
    """
    try:
        listed: list[dict[str, Any]] = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, "skipped: pip-audit gave no list, so the service with the advisories cannot be reached"
    looked_up = [one for one in listed if "skip_reason" not in one]
    if not looked_up:
        return 0, "skipped: no package could be looked up, so the service with the advisories cannot be reached"
    weak = [f"{one['name']} {one['version']}: {found['id']}" for one in looked_up for found in one["vulns"]]
    if not weak:
        return 0, f"no known weakness in {len(looked_up)} packages ({len(listed) - len(looked_up)} could not be looked up)"
    return 1, "\n".join(weak)


def main() -> int:
    """Ask, and say what came of it."""
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    status, said = verdict(done.stdout)
    sys.stdout.write(f"{said}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
