"""``medcrypt segment PATH -o MASK``: let a model propose the region of interest."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from medcrypt_gui.cli import choose_series, series_together
from medcrypt_gui.cli.console import Console
from medcrypt_gui.core.errors import ModelUnavailableError, UsageError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker
from medcrypt_gui.core.mask.statistics import extent
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.fuse_proposals import propose_together
from medcrypt_gui.services.open_study import load_volume
from medcrypt_gui.services.save_mask import kind_of, save_mask
from medcrypt_gui.services.segment_roi import segment_roi
from medcrypt_gui.services.workbench import Workbench

NAME = "segment"
HELP = "let a model propose the region of interest and save it as a mask"
DEFAULT_MODEL = "brain-mr"
_OUTPUT = "the mask: .nii.gz, .nii, .dcm (DICOM SEG), or .png for a picture"
_FORMATS = ("nifti", "seg", "labelmap", "rtstruct", "png")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="MASK", help=_OUTPUT)
    parser.add_argument("--format", choices=_FORMATS, help="what a .dcm becomes: seg (default), labelmap, rtstruct")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"the model's id (default {DEFAULT_MODEL})")
    parser.add_argument("--force", action="store_true", help="replace an existing mask")
    choose_series.add_arguments(parser)
    series_together.add_arguments(parser)


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0 with the mask written; 7 when unreadable files had to be left out."""
    kind = kind_of(options.output, bench.masks, _wanted(options.format, bench))
    if options.format not in (None, kind.id):
        raise UsageError(f"a file of format {options.format} cannot be called {options.output.name}")
    with console.task() as task:
        choice = choose_series.choose_series(options.path, options, bench, console, task.part(0.0, 0.1))
        others = series_together.find_others(options, choice, bench, task.part(0.1, 0.15))
        proposal = propose(choice.series, options.model, bench, task.part(0.15, 0.9), others)
        maker = MaskMaker((bench.segmenters()[options.model].card.title,), corrected=False)
        save_mask(
            options.output, proposal.mask, choice.series, bench.masks, kind=kind, maker=maker, force=options.force,
            task=task.part(0.9, 1.0),
        )  # fmt: skip
    for doubt in proposal.doubts:
        console.note(doubt)
    figures = extent(proposal.mask)
    record = {
        "mask": options.output,
        "model": options.model,
        "series": choice.series.uid,
        "with": [series.uid for series in others],
        "voxels": figures.voxels,
        "volume_ml": round(figures.volume_ml, 1),
        "doubts": list(proposal.doubts),
        "left_out": list(choice.left_out),
    }
    console.result(record, [f"{options.output}: {figures.voxels} voxels, {figures.volume_ml:.0f} ml"])
    return 7 if choice.left_out else 0


def _wanted(name: str | None, bench: Workbench) -> MaskKind | None:
    return next((kind for one in bench.masks for kind in one.kinds if kind.id == name), None)


def propose(
    series: Series, model_id: str, bench: Workbench, task: TaskContext, others: Sequence[Series] = ()
) -> Proposal:
    """What a model proposes for a series, ``others`` of the same head being heard as well.

    Raises `ModelUnavailableError` for an unknown model.
    """
    segmenters = bench.segmenters()
    if model_id not in segmenters:
        raise ModelUnavailableError(f"there is no model {model_id!r}; there are: {', '.join(sorted(segmenters))}")
    everything = (series, *others)
    parts = [task.part(0.4 * n / len(everything), 0.4 * (n + 1) / len(everything)) for n in range(len(everything))]
    volumes = [
        (load_volume(one, bench.readers, part), one.modality) for one, part in zip(everything, parts, strict=True)
    ]
    proposing, volume = task.part(0.4, 1.0), volumes[0][0]
    if not others:
        return segment_roi(volume, series.modality, segmenters[model_id], proposing)
    return propose_together(volumes, volume.geometry, segmenters[model_id], proposing)
