"""Segmentation networks behind the port `Segmenter`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.inference.onnx_session import OnnxSession, Tensor
from medcrypt_gui.core.errors import ModelUnavailableError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation import familiarity
from medcrypt_gui.core.segmentation.domain import check_domain
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.preprocess import prepare
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap, Proposal
from medcrypt_gui.core.segmentation.tiling import run_in_tiles
from medcrypt_gui.core.task import TaskContext

_FLOATS = ("tensor(float)", "tensor(float16)")
_ROUNDING = 1e-3  # by which half-precision probabilities may leave 0..1


class OnnxSegmenter:
    """One model. Safe to use from several threads; the same volume always gives the same mask on one machine."""

    def __init__(self, card: ModelCard) -> None:
        if card.network is None:
            raise ValueError(f"{card.id} is no network")
        self.card = card
        self._network = card.network
        self._session = OnnxSession(card.network.weights, card.network.sha256)
        self._checked = False

    def load(self) -> None:
        """Read the weights, once; `propose` does so when needed.

        Raises `ModelUnavailableError` when they are not those of the card, cannot be run, or do not fit the card.
        """
        if not self._checked:
            inputs, outputs = self._session.tensors()
            _check_tensors(_OF_INPUT, inputs, self._network.input_shape, self.card)
            _check_tensors(_OF_OUTPUT, outputs, self._network.input_shape, self.card)
            self._checked = True

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        """The region on the volume's own grid, empty when nothing was found, and the probabilities behind it.

        Raises `UnsupportedInputError`, `ModelUnavailableError` and, within half a second of the wish, `Cancelled`.
        """
        check_domain(volume, modality, self.card)
        task.progress(0.0, tr("Loading the model"))
        self.load()
        task.progress(0.1, tr("Preparing the image"))
        model_input = prepare(volume, self._network, task)
        probability = self._probability(model_input.values, task.part(0.3, 0.8))
        task.progress(0.8, tr("Fitting the region to the image"))
        grid = model_input.geometry
        mask = to_mask(probability, grid, volume.geometry, self._network.threshold, task)
        proposed = ProbabilityMap(probability, grid)
        doubts = self._doubts(model_input.values, proposed, mask)
        task.progress(1.0, tr("Region proposed"))
        return Proposal(mask, proposed, doubts)

    def _doubts(self, values: NDArray[np.float32], probability: ProbabilityMap, mask: RoiMask) -> tuple[str, ...]:
        if self._network.familiar is None:
            return ()
        volume_ml = float(np.count_nonzero(mask.labels)) * mask.geometry.voxel_volume_ml
        return familiarity.doubts(values, probability, volume_ml, self._network.familiar)

    def _probability(self, values: NDArray[np.float32], task: TaskContext) -> NDArray[np.float32]:
        """Probabilities ``(Z, Y, X)`` for the prepared image of the same shape."""

        def on_tile(fraction: float) -> None:
            task.progress(fraction, tr("Proposing the region of interest"))

        return run_in_tiles(values, self._network.input_shape, lambda tile: self._run(tile, task), on_tile)

    def _run(self, values: NDArray[np.float32], task: TaskContext) -> NDArray[np.float32]:
        result = self._session.run(values[None, None], task)
        if result.shape != (1, 1, *values.shape):
            raise self._misfit(
                tr(
                    "its output is {given} for an input of {asked}",
                    given=_sizes(result.shape),
                    asked=_sizes((1, 1, *values.shape)),
                )
            )
        if not np.isfinite(result).all():
            raise self._misfit(tr("its output holds values that are no numbers"))
        low, high = float(result.min()), float(result.max())
        if low < -_ROUNDING or high > 1 + _ROUNDING:
            raise self._misfit(
                tr("its output reaches from {low:.3g} to {high:.3g}; probabilities lie in 0 to 1", low=low, high=high)
            )
        return np.asarray(np.clip(result[0, 0], 0.0, 1.0), dtype=np.float32)

    def _misfit(self, reason: str) -> ModelUnavailableError:
        return ModelUnavailableError(
            tr("the model does not do what it should: {reason}", reason=reason), path=self._network.weights
        )


@dataclass(frozen=True)
class _Complaints:
    """What is said of an end of the network that does not fit, as whole sentences."""

    number: str
    kind: str
    size: str


_OF_INPUT = _Complaints(
    mark("the model has {count} inputs; it must have one"),
    mark("the model's input is {kind}; it must be float32 or float16"),
    mark("the model's input is {given}; with the card's input_shape it must be {wanted}"),
)
_OF_OUTPUT = _Complaints(
    mark("the model has {count} outputs; it must have one"),
    mark("the model's output is {kind}; it must be float32 or float16"),
    mark("the model's output is {given}; with the card's input_shape it must be {wanted}"),
)


def _check_tensors(say: _Complaints, tensors: tuple[Tensor, ...], shape: tuple[int, int, int], card: ModelCard) -> None:
    """Raise `ModelUnavailableError` unless there is one tensor, of numbers, that may have that shape."""
    path = card.network.weights if card.network is not None else None
    if len(tensors) != 1:
        raise ModelUnavailableError(tr(say.number, count=len(tensors)), path=path)
    tensor = tensors[0]
    if tensor.dtype not in _FLOATS:
        raise ModelUnavailableError(tr(say.kind, kind=tensor.dtype), path=path)
    wanted = (1, 1, *shape)
    fits = len(tensor.shape) == len(wanted) and all(a in (None, b) for a, b in zip(tensor.shape, wanted, strict=True))
    if not fits:
        raise ModelUnavailableError(tr(say.size, given=_sizes(tensor.shape), wanted=_sizes(wanted)), path=path)


def _sizes(shape: tuple[int | None, ...]) -> str:
    """Such as ``1 x 1 x 96 x ? x 96``."""
    return " x ".join("?" if size is None else str(size) for size in shape) or tr("a single number")
