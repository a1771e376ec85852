"""List the models, and check that each could run."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.catalog import Loadable, ModelLibrary
from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class CheckedModel:
    """``problem`` is None for a model whose file is the one its card names and can be run."""

    card: ModelCard
    shipped: bool
    problem: ModelUnavailableError | None


@dataclass(frozen=True)
class CheckedModels:
    """``unusable`` are the cards that are no models at all."""

    models: tuple[CheckedModel, ...]
    unusable: tuple[ModelUnavailableError, ...]


def list_models(library: ModelLibrary, task: TaskContext) -> CheckedModels:
    """All models, each one's checksum compared and its weights loaded. Raises `Cancelled`."""
    catalog = library.catalog()
    checked = []
    for number, (model_id, segmenter) in enumerate(catalog.segmenters.items()):
        task.progress(number / len(catalog.segmenters), tr("Checking {title}", title=tr(segmenter.card.title)))
        problem = None
        try:
            if isinstance(segmenter, Loadable):
                segmenter.load()
        except ModelUnavailableError as error:
            problem = error
        checked.append(CheckedModel(segmenter.card, library.is_shipped(model_id), problem))
    task.progress(1.0, tr("Models checked"))
    return CheckedModels(tuple(checked), catalog.problems)
