"""Segmentation models run by ONNX Runtime, on this machine's processor and nowhere else."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.domain import check_domain
from medcrypt_gui.core.segmentation.model_card import ModelCard, read_card
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.preprocess import prepare
from medcrypt_gui.core.task import TaskContext

_CANCEL_POLL_S = 0.05
_RUNTIME_ERRORS = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, RuntimeError)


def load_segmenters(models_dir: Path) -> Mapping[str, OnnxSegmenter]:
    """The models whose cards lie in ``models_dir``, by id. Weights are read when a model first runs.

    Raises `ModelUnavailableError` when there is no card, or one is not valid: an installation without its models must
    not look like one that has none to offer.
    """
    segmenters: dict[str, OnnxSegmenter] = {}
    for path in sorted(models_dir.glob("*.toml")):
        card = read_card(path)
        if card.id in segmenters:
            raise ModelUnavailableError(f"two models are called {card.id!r}", path=path)
        segmenters[card.id] = OnnxSegmenter(card)
    if not segmenters:
        raise ModelUnavailableError("there is no model in the folder", path=models_dir)
    return segmenters


class OnnxSegmenter:
    """One model. Safe to use from several threads; the same volume always gives the same mask on one machine."""

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self._session: onnxruntime.InferenceSession | None = None
        self._loading = threading.Lock()

    def segment(self, volume: Volume, modality: str, task: TaskContext) -> RoiMask:
        """The region on the volume's own grid; empty when nothing was found.

        Raises `UnsupportedInputError`, `ModelUnavailableError` and, within half a second of the wish, `Cancelled`.
        """
        check_domain(volume, modality, self.card)
        task.progress(0.0, "Loading the model")
        session = self._loaded()
        task.progress(0.1, "Finding the head")
        model_input = prepare(volume, self.card, task)
        task.progress(0.3, "Proposing the region of interest")
        probability = self._run(session, model_input.values, task)
        task.progress(0.8, "Fitting the region to the image")
        mask = to_mask(probability, model_input.geometry, volume.geometry, self.card.threshold, task)
        task.progress(1.0, "Region proposed")
        return mask

    def _loaded(self) -> onnxruntime.InferenceSession:
        with self._loading:
            if self._session is None:
                self._session = _open_session(self.card)
            return self._session

    def _run(
        self, session: onnxruntime.InferenceSession, values: NDArray[np.float32], task: TaskContext
    ) -> NDArray[np.float32]:
        """Probabilities ``(Z, Y, X)`` for standardised intensities ``(Z, Y, X)``."""
        options = onnxruntime.RunOptions()
        try:
            with _terminated_on_cancel(options, task):
                name = session.get_inputs()[0].name
                (result,) = session.run(None, {name: values[None, None]}, options)
        except _RUNTIME_ERRORS as exc:
            task.checkpoint()  # the runtime reports a wished-for end as a failure
            raise ModelUnavailableError("the model failed to run", path=self.card.weights) from exc
        task.checkpoint()
        return np.asarray(result[0, 0], dtype=np.float32)


def _open_session(card: ModelCard) -> onnxruntime.InferenceSession:
    """The model's weights, if they are the ones that the card names."""
    try:
        weights = card.weights.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(f"the model file cannot be read: {exc.strerror}", path=card.weights) from exc
    if hashlib.sha256(weights).hexdigest() != card.sha256:
        raise ModelUnavailableError("the model file is not the one its card names", path=card.weights)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # fatal only: errors reach us as exceptions
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except _RUNTIME_ERRORS as exc:
        raise ModelUnavailableError("the model file is not a model that can be run", path=card.weights) from exc


@contextmanager
def _terminated_on_cancel(options: onnxruntime.RunOptions, task: TaskContext) -> Iterator[None]:
    """Ask the runtime to stop at its next layer as soon as the task is cancelled."""
    finished = threading.Event()

    def watch() -> None:
        while not finished.wait(_CANCEL_POLL_S):
            if task.cancelled:
                options.terminate = True
                return

    watcher = threading.Thread(target=watch, name="cancel-watch")
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join()
