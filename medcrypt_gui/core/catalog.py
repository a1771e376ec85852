"""The models at hand, and those that are there but cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.model_card import ModelCard


@dataclass(frozen=True, eq=False)
class Catalog:
    """``segmenters`` by id, those that ship first; ``problems`` name the cards that were passed over and why."""

    segmenters: Mapping[str, Segmenter]
    problems: tuple[ModelUnavailableError, ...] = ()


@runtime_checkable
class Loadable(Protocol):
    """A segmenter that reads a file before it can run."""

    def load(self) -> object:
        """Read it, once. Raises `ModelUnavailableError` when it is missing, altered or cannot be run."""


class ModelLibrary(Protocol):
    """Where models lie: those that ship with MedCrypt, and a folder of the user's."""

    @property
    def user_dir(self) -> Path:
        """The user's folder, which may not exist yet."""

    def catalog(self) -> Catalog:
        """What both folders hold; read once. Raises `ModelUnavailableError` when a shipped card is not valid."""

    def is_shipped(self, model_id: str) -> bool: ...

    def opened(self, card: ModelCard) -> Segmenter:
        """A network that is in neither folder yet."""

    def forget(self) -> None:
        """Read the folders again when next asked: one of them changed."""
