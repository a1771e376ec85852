"""The settings as one small JSON file of the user."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from types import MappingProxyType
from typing import Any

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import UserPreset
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically
from medcrypt_gui.core.settings import FoundSettings, Settings, Theme

_log = logging.getLogger("medcrypt.settings")
_VERSION = 1
_LARGEST_BYTES = 1 << 20
_SET_ASIDE = ".unusable"


class SettingsFile:
    """The port `SettingsStore`. The file is read once; what was written last holds from then on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: FoundSettings | None = None

    def read(self) -> FoundSettings:
        """The kept settings. A file that cannot be used is renamed, and everything is as at first."""
        if self._found is None:
            self._found = self._read()
        return self._found

    def write(self, settings: Settings) -> None:
        """Keep these settings. Raises `WriteError` and its kinds."""
        self._found = FoundSettings(settings)
        with os_errors_as_write_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(_as_json(settings), indent=1, ensure_ascii=False, sort_keys=True)
        write_atomically(self._path, text.encode(), force=True)

    def _read(self) -> FoundSettings:
        try:
            with self._path.open("rb") as stream:
                content = stream.read(_LARGEST_BYTES + 1)
        except FileNotFoundError:
            return FoundSettings()
        except OSError:
            _log.warning("the settings could not be read")
            return FoundSettings(unusable=True)
        try:
            return FoundSettings(_from_json(content))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UnsupportedInputError) as error:
            _log.warning("the settings cannot be used: %s", type(error).__name__)
            return FoundSettings(unusable=True, set_aside=self._put_aside())

    def _put_aside(self) -> Path | None:
        aside = self._path.with_name(self._path.name + _SET_ASIDE)
        try:
            self._path.replace(aside)
        except OSError:  # a folder that cannot be written to: the file stays where it is
            return None
        return aside


def _as_json(settings: Settings) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "theme": settings.theme.value,
        "language": settings.language,
        "smooth": settings.smooth,
        "neurological": settings.neurological,
        "keep_measurements": settings.keep_measurements,
        "reviewer": settings.reviewer,
        "keys": {name: list(keys) for name, keys in settings.keys.items()},
        "presets": [
            {
                "modality": one.modality,
                "name": one.name,
                "level": one.window.level,
                "width": one.window.width,
                "key": one.key,
            }
            for one in settings.presets
        ],
    }


def _from_json(content: bytes) -> Settings:
    """Raises one of the errors that `SettingsFile` takes for a file that cannot be used."""
    if len(content) > _LARGEST_BYTES:
        raise UnsupportedInputError("the file is far too large for settings")
    kept = json.loads(content.decode("utf-8"))
    if kept["version"] != _VERSION:
        raise UnsupportedInputError("written by another version")
    first = Settings()
    return Settings(
        theme=Theme(kept.get("theme", first.theme.value)),
        language=_text(kept.get("language", first.language)),
        smooth=_flag(kept.get("smooth", first.smooth)),
        neurological=_flag(kept.get("neurological", first.neurological)),
        keep_measurements=_flag(kept.get("keep_measurements", first.keep_measurements)),
        keys=MappingProxyType({_text(name): tuple(map(_text, keys)) for name, keys in kept.get("keys", {}).items()}),
        presets=tuple(map(_preset, kept.get("presets", []))),
        reviewer=_text(kept.get("reviewer", first.reviewer)),
    )


def _preset(kept: dict[str, Any]) -> UserPreset:
    key = _text(kept.get("key", ""))
    window = Window(float(kept["level"]), float(kept["width"]))
    return UserPreset(_text(kept["modality"]), _text(kept["name"]), window, key if key == "9" else "")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text was expected")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("true or false was expected")
    return value
