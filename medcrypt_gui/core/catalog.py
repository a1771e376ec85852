"""The models at hand, and those that are there but cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.ports import Segmenter


@dataclass(frozen=True, eq=False)
class Catalog:
    """``segmenters`` by id, those that ship first; ``problems`` name the cards that were passed over and why."""

    segmenters: Mapping[str, Segmenter]
    problems: tuple[ModelUnavailableError, ...] = ()
