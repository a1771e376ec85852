"""Say in words what a mask covers and what it leaves open, from what is known: the mask, its origin, the header."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from medcrypt_gui.core.enumeration import all_of
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import grouped, tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.statistics import LabelSizes, counts_of
from medcrypt_gui.core.segmentation.mask_origin import Finding, MaskOrigin, Region
from medcrypt_gui.core.task import TaskContext

_HEADS = re.compile(r"brain|head|skull|cranial|neuro|mprage", re.IGNORECASE)
_WITH_FACES = frozenset({"MR", "CT", "PT", "NM", "", "OT"})  # volumes from which a surface can be rendered
_WITH_TEXT = frozenset({"US", "SC", "XC", "ES", "CR", "DX", "MG", "XA", "RF", "IO", "PX", "GM", "OP", "OT"})
_FEWEST_SLICES = 8  # fewer show no surface
_WHOLE = 0.995  # of a finding; what is missing beyond is worth a word
_WORTH_ML = 0.1


@dataclass(frozen=True)
class Coverage:
    """Short phrases for the user. ``face_open`` says that a face is known to be in the picture and not covered.

    ``spared`` are marked labels that the user leaves readable, each with its size; they stand in ``open`` as well.
    """

    covered: tuple[str, ...]
    open: tuple[str, ...]
    face_open: bool
    spared: tuple[str, ...] = ()


def describe_coverage(series: Series, mask: RoiMask, origin: MaskOrigin | None) -> Coverage:
    """What is covered and what is not. Nothing is claimed that neither a model nor the header says."""
    region = mask.roi()
    findings = origin.findings if origin is not None else ()
    shares = [(finding, _share(finding, region)) for finding in findings]
    covered = [_covered_text(finding, share) for finding, share in shares if share > 0.0]
    beyond_ml = _beyond(findings, region) * mask.geometry.voxel_volume_ml
    if beyond_ml >= _WORTH_ML:
        covered.append(_beyond_text(beyond_ml, bool(findings)))
    encrypted, spared = _labels_texts(mask)
    left = [_left_text(finding, share) for finding, share in shares if share < _WHOLE]
    face, face_open = _face(series, shares)
    return Coverage(
        (*encrypted, *covered),
        (
            *(tr("{label}: marked, but not protected", label=one) for one in spared),
            *left,
            *face,
            *_text(series, shares),
            tr("everything else in the picture"),
        ),
        face_open,
        spared,
    )


def _labels_texts(mask: RoiMask) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The labels that are encrypted, where there are several in the mask, and those that are not."""
    counts = counts_of(mask.labels, range(mask.labels.shape[0]), TaskContext())
    sizes = LabelSizes.of(counts, mask.geometry)
    marked = [label for label in mask.table if sizes.label(label.number).voxels]
    texts = {
        label.number: tr(
            "label “{name}”, {volume_ml} ml",
            name=label.name,
            volume_ml=grouped(sizes.label(label.number).volume_ml, 1),
        )
        for label in marked
    }
    encrypted = tuple(texts[label.number] for label in marked if label.in_roi)
    return encrypted if len(marked) > 1 else (), tuple(texts[label.number] for label in marked if not label.in_roi)


def _share(finding: Finding, region: Region) -> float:
    """The part of a finding that the mask covers, 0 to 1."""
    if finding.region.box is None:
        return 0.0
    proposed = finding.region.unpacked()[finding.region.box]
    return float(np.count_nonzero(proposed & region[finding.region.box]) / np.count_nonzero(proposed))


def _beyond(findings: Iterable[Finding], region: Region) -> int:
    """How many voxels of the mask no model proposed."""
    rest = region.copy()
    for finding in findings:
        rest &= ~finding.region.unpacked()
    return int(np.count_nonzero(rest))


def _covered_text(finding: Finding, share: float) -> str:
    what, title = _labels(finding), tr(finding.title)
    if share >= _WHOLE:
        return tr("{what}, as “{title}” proposed it", what=what, title=title)
    return tr("{what}, as “{title}” proposed it: {share:.1%} of that", what=what, title=title, share=share)


def _beyond_text(volume_ml: float, beside_findings: bool) -> str:
    if beside_findings:
        return tr("{volume_ml} ml beyond what was proposed", volume_ml=grouped(volume_ml, 1))
    return tr(
        "{volume_ml} ml marked by hand or read from a file; no model knows what they show",
        volume_ml=grouped(volume_ml, 1),
    )


def _left_text(finding: Finding, share: float) -> str:
    return tr("{share:.1%} of what was proposed as {what}", share=1 - share, what=_labels(finding))


def _labels(finding: Finding) -> str:
    return all_of(tr(label) for label in finding.labels)


def _face(series: Series, shares: list[tuple[Finding, float]]) -> tuple[tuple[str, ...], bool]:
    if series.modality not in _WITH_FACES or series.geometry.shape[0] < _FEWEST_SLICES:
        return (), False
    if any(share >= _WHOLE and _names(finding, "face", "body") for finding, share in shares):
        return (), False
    if any(_names(finding, "brain", "head", "face") for finding, _ in shares) or _HEADS.search(series.description):
        return (tr("the face: it can be reconstructed from this scan"),), True
    return (tr("the face, if this scan shows a head: it could be reconstructed from it"),), False


def _text(series: Series, shares: list[tuple[Finding, float]]) -> tuple[str, ...]:
    if series.modality not in _WITH_TEXT or any(share >= _WHOLE and _names(f, "text") for f, share in shares):
        return ()
    return (tr("text burned into the picture: it was not looked for"),)


def _names(finding: Finding, *words: str) -> bool:
    return any(word in label.lower() for label in finding.labels for word in words)
