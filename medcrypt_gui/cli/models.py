"""``medcrypt models``: what can propose a region, whether it is what its card says, and models of one's own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medcrypt_gui.cli.console import Console
from medcrypt_gui.cli.exit_codes import exit_code
from medcrypt_gui.core.errors import ModelUnavailableError, PartialResultError, TextReaderMissingError
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.services.add_model import add_model, remove_model
from medcrypt_gui.services.list_models import CheckedModel, CheckedModels, list_models
from medcrypt_gui.services.workbench import Workbench

NAME = "models"
HELP = "list the models that propose regions and check their files; add or remove one of your own"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    change = parser.add_mutually_exclusive_group()
    change.add_argument(
        "--add", nargs=2, type=Path, metavar=("FILE.onnx", "CARD.toml"), help="check a network and keep a copy of it"
    )
    change.add_argument("--remove", metavar="ID", help="delete a model that was added")
    parser.add_argument("--force", action="store_true", help="with --add: replace the model of that id")


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0; 3 when a model to be added does not fit its card; 7 when a model that is listed cannot run."""
    if options.add is not None:
        return _add(options, bench, console)
    if options.remove is not None:
        remove_model(options.remove, bench.models)
        console.result({"removed": options.remove}, [f"{options.remove} was removed"])
        return 0
    with console.task() as task:
        return _list(list_models(bench.models, task), console)


def _add(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    weights, card_file = options.add
    with console.task() as task:
        card = add_model(weights, card_file, bench.models, task, force=options.force)
    folder = bench.models.user_dir
    console.result({"added": card.id, "folder": folder}, [f"{card.title} was added as {card.id} to {folder}"])
    return 0


def _list(found: CheckedModels, console: Console) -> int:
    record = {
        "models": [_record(model) for model in found.models],
        "unusable": [{**_reason(error), "path": error.path} for error in found.unusable],
    }
    lines = [line for model in found.models for line in _lines(model)]
    lines += [f"cannot be used: {error.path}: {error.detail}" for error in found.unusable]
    bad = [model.card.id for model in found.models if _is_fault(model.problem)]
    bad += [str(error.path) for error in found.unusable]
    if not bad:
        console.result(record, lines)
        return 0
    if not console.as_json:
        console.result(record, lines)
    good = tuple(model.card.id for model in found.models if model.problem is None)
    error = PartialResultError(f"not every model can be used: {', '.join(bad)}", done=good, missing=tuple(bad))
    return console.failure(error, record)


def _is_fault(problem: ModelUnavailableError | None) -> bool:
    """Not so where an optional part was never installed."""
    return problem is not None and not isinstance(problem, TextReaderMissingError)


def _record(model: CheckedModel) -> dict[str, Any]:
    card = model.card
    return {
        "id": card.id,
        "title": card.title,
        "kind": card.kind,
        "modality": list(card.modality),
        "labels": list(card.labels),
        "licence": card.licence,
        "mean_dice": None if card.mean_dice is None else round(card.mean_dice, 4),
        "results": len(card.results),
        "shipped": model.shipped,
        "verified": model.problem is None,
        "problem": None if model.problem is None else _reason(model.problem),
        "summary": card.summary,
        "intended_use": card.intended_use,
        "limits": card.limits,
    }


def _reason(error: ModelUnavailableError) -> dict[str, Any]:
    return {"reason": error.detail, "exit_code": exit_code(error)}


def _lines(model: CheckedModel) -> list[str]:
    card = model.card
    state = "verified" if model.problem is None else f"cannot be used: {model.problem.detail}"
    origin = "" if model.shipped else ", added by you"
    return [
        f"{card.id}: {card.title}, {card.kind} for {', '.join(card.modality)}{origin}",
        f"     {card.summary}",
        f"     {_measured(card)}, licence {card.licence}; {state}",
    ]


def _measured(card: ModelCard) -> str:
    if card.mean_dice is None:
        return "no Dice on its card"
    return f"mean Dice {card.mean_dice:.3f} on {len(card.results)} scans"
