"""The names of the commands, apart from their code so that the window starts without loading it."""

from __future__ import annotations

COMMAND_NAMES = frozenset({"info", "models", "segment", "review", "policy", "protect", "restore", "verify"})
