"""The policy of the site: one TOML file that users can read and administrators write.

Whatever is wrong with the file makes the whole policy unusable: a demand that was meant and is not understood must not
be dropped in silence.
"""

from __future__ import annotations

import ctypes
import sys
import tomllib
from pathlib import Path
from typing import Any

from medcrypt_gui.adapters.small_file import content_of
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.policy import ApprovalRule, Policy

_LARGEST_BYTES = 1 << 20
_COMMON_APPDATA, _MAX_PATH = 35, 260  # CSIDL_COMMON_APPDATA, MAX_PATH
_APPROVAL = {"none": ApprovalRule.NONE, "ask": ApprovalRule.ASK, "forbid": ApprovalRule.FORBID}


def policy_path() -> Path:
    """Where the site's policy lies. No variable of the user's environment moves it, as platformdirs would let it."""
    if sys.platform == "win32":
        return _program_data() / "MedCrypt" / "policy.toml"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/MedCrypt/policy.toml")
    return Path("/etc/medcrypt/policy.toml")


def _program_data() -> Path:
    """The folder that Windows itself names, not the variable of that name."""
    found = ""
    if sys.platform == "win32":
        buffer = ctypes.create_unicode_buffer(_MAX_PATH)
        ctypes.windll.shell32.SHGetFolderPathW(None, _COMMON_APPDATA, None, 0, buffer)
        found = buffer.value
    return Path(found or r"C:\ProgramData")


class PolicyFile:
    """The port `PolicySource`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Policy:
        """The policy as the file has it now; where there is no file, one that demands nothing but a question."""
        try:
            content = content_of(self._path, _LARGEST_BYTES)
        except UnreadableFileError as error:
            return self._unusable(error.detail)
        if content is None:
            return Policy()
        try:
            kept = tomllib.loads(content.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            where = str(error) if isinstance(error, tomllib.TOMLDecodeError) else type(error).__name__
            return self._unusable(tr("it is no TOML file: {reason}", reason=where))
        try:
            return _policy(kept, self._path)
        except ValueError as error:
            return self._unusable(str(error))

    def _unusable(self, reason: str) -> Policy:
        return Policy(source=self._path, fault=reason)


def _policy(kept: dict[str, Any], path: Path) -> Policy:
    """Raises ValueError with a sentence that names the key."""
    known = {"approval_required", "passphrase_required", "minimum_entropy_bits", "escrow_recipient", "allowed_targets"}
    unknown = sorted(set(kept) - known)
    if unknown:
        raise ValueError(tr("the key {key!r} is unknown", key=unknown[0]))
    first = Policy()
    return Policy(
        approval=_approval(kept["approval_required"]) if "approval_required" in kept else first.approval,
        passphrase_required=_flag(kept, "passphrase_required"),
        minimum_entropy_bits=_number(kept, "minimum_entropy_bits"),
        escrow_recipient=_escrow(kept),
        allowed_targets=_folders(kept),
        source=path,
    )


def _approval(value: object) -> ApprovalRule:
    if not isinstance(value, str) or value not in _APPROVAL:
        raise ValueError(tr('approval_required must be "forbid", "ask" or "none"'))
    return _APPROVAL[value]


def _flag(kept: dict[str, Any], key: str) -> bool:
    value = kept.get(key, False)
    if not isinstance(value, bool):
        raise ValueError(tr("{key} must be true or false", key=key))
    return value


def _number(kept: dict[str, Any], key: str) -> float:
    value = kept.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(tr("{key} must be a number", key=key))
    return float(value)


def _escrow(kept: dict[str, Any]) -> str:
    value = kept.get("escrow_recipient")
    if value is None:
        return ""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(tr("escrow_recipient is no age recipient"))  # empty text is no way to have none
    return value.strip()


def _folders(kept: dict[str, Any]) -> tuple[Path, ...]:
    value = kept.get("allowed_targets")
    if value is None:
        return ()
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise ValueError(tr("allowed_targets must be a list of folders, with at least one"))
    return tuple(Path(one) for one in value)
