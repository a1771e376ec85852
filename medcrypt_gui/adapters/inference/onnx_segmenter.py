"""Segmentation models run by ONNX Runtime, on this machine's processor and nowhere else."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.domain import check_domain
from medcrypt_gui.core.segmentation.model_card import ModelCard, NetworkSpec
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.preprocess import prepare
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap, Proposal
from medcrypt_gui.core.task import TaskContext

_CANCEL_POLL_S = 0.05
_RUNTIME_ERRORS = (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf, RuntimeError)


class OnnxSegmenter:
    """One model. Safe to use from several threads; the same volume always gives the same mask on one machine."""

    def __init__(self, card: ModelCard) -> None:
        if card.network is None:
            raise ValueError(f"{card.id} is no network")
        self.card = card
        self._network = card.network
        self._session: onnxruntime.InferenceSession | None = None
        self._loading = threading.Lock()

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        """The region on the volume's own grid, empty when nothing was found, and the probabilities behind it.

        Raises `UnsupportedInputError`, `ModelUnavailableError` and, within half a second of the wish, `Cancelled`.
        """
        check_domain(volume, modality, self.card)
        task.progress(0.0, "Loading the model")
        session = self._loaded()
        task.progress(0.1, "Finding the head")
        model_input = prepare(volume, self._network, task)
        task.progress(0.3, "Proposing the region of interest")
        probability = self._run(session, model_input.values, task)
        task.progress(0.8, "Fitting the region to the image")
        grid = model_input.geometry
        mask = to_mask(probability, grid, volume.geometry, self._network.threshold, task)
        task.progress(1.0, "Region proposed")
        return Proposal(mask, ProbabilityMap(probability, grid))

    def _loaded(self) -> onnxruntime.InferenceSession:
        with self._loading:
            if self._session is None:
                self._session = _open_session(self._network)
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
            raise ModelUnavailableError("the model failed to run", path=self._network.weights) from exc
        task.checkpoint()
        return np.asarray(result[0, 0], dtype=np.float32)


def _open_session(network: NetworkSpec) -> onnxruntime.InferenceSession:
    """The model's weights, if they are the ones that the card names."""
    try:
        weights = network.weights.read_bytes()
    except OSError as exc:
        raise ModelUnavailableError(f"the model file cannot be read: {exc.strerror}", path=network.weights) from exc
    if hashlib.sha256(weights).hexdigest() != network.sha256:
        raise ModelUnavailableError("the model file is not the one its card names", path=network.weights)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count() or 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4  # fatal only: errors reach us as exceptions
    try:
        return onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    except _RUNTIME_ERRORS as exc:
        raise ModelUnavailableError("the model file is not a model that can be run", path=network.weights) from exc


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
