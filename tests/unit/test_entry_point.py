"""``medcrypt`` starts the window or a command, and can be interrupted at any moment."""

from __future__ import annotations

import sys

import pytest

from medcrypt_gui import __main__, bootstrap


def interrupt(_: object) -> int:
    raise KeyboardInterrupt


def test_ctrl_c_while_the_program_loads_is_exit_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["medcrypt", "info", "."])
    monkeypatch.setattr(bootstrap, "run_command", interrupt)
    assert __main__.main() == 130
    assert "Cancelled" in capsys.readouterr().err
