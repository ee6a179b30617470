"""Keeps the tests of remote models quick: nothing is encrypted here, and every client would load the certificates of all the world."""

from __future__ import annotations

import ssl

import pytest


@pytest.fixture(autouse=True)
def _no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *args, **kwargs: None)
