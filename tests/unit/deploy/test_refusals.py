"""Commands for containers whose settings are wrong: exit status 2, one line for each."""

import os
from collections.abc import Callable

import pytest

from deploy import integrators, provision


@pytest.mark.parametrize(
    ("name", "command"),
    [("provision", provision.main), ("integrators", lambda: integrators.main(["acme"]))],
)
def test_settings_that_are_not_there_are_named(
    name: str,
    command: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "environ", {})
    assert command() == 2
    assert capsys.readouterr().err.splitlines() == [
        f"{name}: COTERIE_{variable} (or COTERIE_{variable}_FILE) is not set"
        for variable in ("MANAGEMENT_URL", "MONGO_ADMIN_URL", "PROVISION_SECRETS")
    ]
