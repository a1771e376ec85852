"""Add a network of the user's own, and remove one."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from pathlib import Path

from medcrypt_gui.core.catalog import Loadable, ModelLibrary
from medcrypt_gui.core.errors import ModelUnavailableError, TargetExistsError, UnfitModelError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, taken_back_on_error, write_atomically
from medcrypt_gui.core.segmentation.model_card import ModelCard, NetworkSpec, read_card
from medcrypt_gui.core.segmentation.phantom import phantom
from medcrypt_gui.core.task import TaskContext

_log = logging.getLogger("medcrypt.mask")


def add_model(
    weights: Path, card_file: Path, library: ModelLibrary, task: TaskContext, *, force: bool = False
) -> ModelCard:
    """Copy a network and its card to the user's models; returns the card of the copy.

    Everything is tried before anything is written: the card, the checksum, whether the network runs and answers a
    phantom of its size with probabilities. ``force`` replaces a model of the user's that has the same id.

    Raises `UnfitModelError` with what does not fit, `TargetExistsError` and other `WriteError`, `Cancelled`.
    """
    try:
        return _add(weights, card_file, library, task, force)
    except ModelUnavailableError as error:
        raise UnfitModelError(error.detail, path=error.path) from error


def _add(weights: Path, card_file: Path, library: ModelLibrary, task: TaskContext, force: bool) -> ModelCard:
    task.progress(0.0, tr("Reading the model card"))
    card = read_card(card_file)
    if card.network is None:
        raise ModelUnavailableError(tr("kind must be 'network' in the card of a model to be added"), path=card_file)
    if library.is_shipped(card.id):
        raise ModelUnavailableError(
            tr("id must be another one: {id!r} ships with MedCrypt", id=card.id), path=card_file
        )
    target = library.user_dir / f"{card.id}.toml"
    if target.exists() and not force:
        raise TargetExistsError(tr("a model of this id was added before"), path=target)
    task.progress(0.1, tr("Trying the model"))
    _try(replace(card, network=replace(card.network, weights=weights)), library, task.part(0.1, 0.8))
    task.progress(0.8, tr("Copying the model"))
    _copy(card_file, card.network, weights, target)
    library.forget()
    _log.info("model %s added", card.id)
    task.progress(1.0, tr("Model added"))
    return read_card(target)


def remove_model(model_id: str, library: ModelLibrary) -> None:
    """Delete a model that the user added, its card first.

    Raises `UnfitModelError` when it ships with MedCrypt or there is none of that id, `WriteError`.
    """
    if library.is_shipped(model_id):
        raise UnfitModelError(tr("{model_id!r} ships with MedCrypt and cannot be removed", model_id=model_id))
    card = next((path for path in sorted(library.user_dir.glob("*.toml")) if path.stem == model_id), None)
    if card is None:
        raise UnfitModelError(tr("the model {model_id!r} was never added", model_id=model_id), path=library.user_dir)
    for path in (card, card.with_suffix(".onnx")):
        with os_errors_as_write_errors(path):
            path.unlink(missing_ok=True)
    library.forget()
    _log.info("model %s removed", model_id)


def _try(card: ModelCard, library: ModelLibrary, task: TaskContext) -> None:
    segmenter = library.opened(card)
    if isinstance(segmenter, Loadable):
        segmenter.load()
    assert card.network is not None
    segmenter.propose(phantom(card.network), card.modality[0], task)


def _copy(card_file: Path, network: NetworkSpec, weights: Path, target: Path) -> None:
    """The card last: weights without a card are no model."""
    try:
        content, text = weights.read_bytes(), card_file.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(
            tr("the model cannot be read: {strerror}", strerror=exc.strerror), path=weights
        ) from exc
    if hashlib.sha256(content).hexdigest() != network.sha256:
        raise ModelUnavailableError(tr("the model file changed while it was tried"), path=weights)
    with os_errors_as_write_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    with taken_back_on_error((target.with_suffix(".onnx"), target)):
        write_atomically(target.with_suffix(".onnx"), content, force=True)
        write_atomically(target, text, force=True)
