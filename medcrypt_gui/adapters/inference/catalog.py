"""Which models there are: the cards that ship with MedCrypt and those that the user added."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.adapters.inference.text_boxes import TextBoxSegmenter
from medcrypt_gui.core.catalog import Catalog
from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.algorithm import AlgorithmSegmenter, FindRegion
from medcrypt_gui.core.segmentation.algorithms import algorithm_called
from medcrypt_gui.core.segmentation.model_card import ModelCard, read_card
from medcrypt_gui.core.task import TaskContext


def load_catalog(models_dir: Path, user_models_dir: Path | None = None) -> Catalog:
    """The models whose cards lie in the two folders. Weights are read when a model first runs.

    A card of the user's that is not valid, or bears the id of another model, becomes one of the catalog's problems.
    Raises `ModelUnavailableError` when ``models_dir`` has no card, or one is not valid: an installation without its
    models must not look like one that has none to offer.
    """
    segmenters: dict[str, Segmenter] = {}
    problems: list[ModelUnavailableError] = []
    for path in _cards_in(models_dir):
        _add(segmenters, path)
    if not segmenters:
        raise ModelUnavailableError(tr("there is no model in the folder"), path=models_dir)
    for path in _cards_in(user_models_dir) if user_models_dir is not None else ():
        try:
            _add(segmenters, path)
        except ModelUnavailableError as exc:
            problems.append(exc)
    return Catalog(segmenters, tuple(problems))


def _cards_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.toml") if path.is_file())


def _add(segmenters: dict[str, Segmenter], path: Path) -> None:
    card = read_card(path)
    if card.id in segmenters:
        raise ModelUnavailableError(tr("two models are called {id!r}", id=card.id), path=path)

    def find(model_id: str, volume: Volume, modality: str, task: TaskContext) -> NDArray[np.bool_]:
        """The port `FindRegion`, over all models that are there when it is called."""
        if model_id not in segmenters:
            raise ModelUnavailableError(
                tr(
                    "{title} needs the model {model_id!r}, which is not installed",
                    title=tr(card.title),
                    model_id=model_id,
                )
            )
        return segmenters[model_id].propose(volume, modality, task).mask.region(ROI)

    segmenters[card.id] = _segmenter(card, path, find)


def _segmenter(card: ModelCard, path: Path, find: FindRegion) -> Segmenter:
    """What runs the model of a card."""
    if card.network is not None:
        return OnnxSegmenter(card)
    if card.algorithm is not None:
        try:
            return AlgorithmSegmenter(card, algorithm_called(card.algorithm), find)
        except ModelUnavailableError as exc:
            raise ModelUnavailableError(tr("algorithm: {detail}", detail=exc.detail), path=path) from exc
    return TextBoxSegmenter(card)
