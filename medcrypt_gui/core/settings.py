"""What the user chose and wants to find again: how the program looks, its keys, windows with names. No patient data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import MappingProxyType

from medcrypt_gui.core.imaging.windowing import UserPreset


class Theme(Enum):
    """Dark or light, or whichever the system has."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


SYSTEM_LANGUAGE = ""


@dataclass(frozen=True)
class Settings:
    """``keys`` holds, by command, the keys of those whose keys were changed (an empty tuple: none).

    ``language`` is a code such as "de", empty for the system's. ``smooth`` interpolates between voxels.
    ``keep_measurements`` writes measurements beside the study. ``reviewer`` is the name that approvals bear.
    """

    theme: Theme = Theme.SYSTEM
    language: str = SYSTEM_LANGUAGE
    smooth: bool = True
    neurological: bool = False
    keep_measurements: bool = True
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    presets: tuple[UserPreset, ...] = ()
    reviewer: str = ""


@dataclass(frozen=True)
class FoundSettings:
    """The settings as they were kept; ``set_aside`` is where a file went that could not be used."""

    settings: Settings = Settings()
    unusable: bool = False
    set_aside: Path | None = None
