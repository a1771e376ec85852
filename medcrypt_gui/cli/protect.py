"""``medcrypt protect PATH -o DIR``: encrypt the region of interest and write the key card."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medcrypt_gui.cli import choose_series
from medcrypt_gui.cli.console import Console, counted
from medcrypt_gui.cli.secrets import new_passphrase
from medcrypt_gui.cli.segment import propose
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.safe_write import taken_back_on_error
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.issue_key_card import issue_key_card
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.print_key_card import check_card_paths
from medcrypt_gui.services.protect_study import ProtectedSet, ProtectionPlan, ProtectRequest, plan_protection, protect
from medcrypt_gui.services.site import Site
from medcrypt_gui.services.workbench import Workbench

NAME = "protect"
HELP = "encrypt the region of interest into new files and write the key card"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="where protected files go")
    region = parser.add_mutually_exclusive_group(required=True)
    region.add_argument("--mask", type=Path, metavar="MASK", help="the region: NIfTI, DICOM SEG, RTSTRUCT, ...")
    region.add_argument("--model", metavar="ID", help="let this model propose the region")
    parser.add_argument(
        "--foreign-mask", action="store_true", help="take a mask that was drawn in another frame of reference"
    )
    parser.add_argument("--card", type=Path, action="append", required=True, metavar="FILE.png|.pdf")
    parser.add_argument("--passphrase-file", type=Path, metavar="F", help="its first line is the passphrase")
    parser.add_argument("--no-passphrase", action="store_true", help="a card that opens the study by itself")
    parser.add_argument("--keystream", default="henon-w", help="the chaotic second layer (default henon-w)")
    parser.add_argument("--force", action="store_true", help="replace files of the same name")
    choose_series.add_arguments(parser)


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0 with the study protected and its card tried; 7 when unreadable files had to be left out."""
    check_card_paths(options.card, writer=bench.card_writer, protected_folder=options.output, force=options.force)
    policy = bench.policy.read()
    policy.check_target(options.output)
    passphrase = new_passphrase(options.passphrase_file, none_wanted=options.no_passphrase)
    policy.check_passphrase(passphrase)  # before the study is encrypted, not after
    with console.task() as task:
        choice = choose_series.choose_series(options.path, options, bench, console, task.part(0.0, 0.05))
        mask = _region(choice.series, options, bench, console, task.part(0.05, 0.4))
        request = ProtectRequest(choice.series, mask, options.output, options.keystream, options.force)
        plan = plan_protection(request, bench.protectors, task.part(0.4, 0.45), Site.of(bench))
        if plan.asks and plan.policy.source is not None:  # giving the command is the answer
            console.note("note: nobody approved this mask")
        protected, card = _protect_with_card(plan, options, passphrase, bench, task.part(0.45, 1.0))
    console.result(
        _record(plan, protected, card, options, choice.left_out), _lines(plan, protected, card, options, choice.series)
    )
    return 7 if choice.left_out else 0


def _region(
    series: Series, options: argparse.Namespace, bench: Workbench, console: Console, task: TaskContext
) -> RoiMask:
    """Nobody looks at the mask before it counts, so one of another frame of reference must be asked for."""
    if options.mask is None:
        return propose(series, options.model, bench, task).mask
    loaded = load_mask(options.mask, series, bench.masks, task)
    if loaded.foreign and not options.foreign_mask:
        detail = "the mask belongs to another frame of reference (another study, or another patient)"
        raise MaskMismatchError(f"{detail}; --foreign-mask takes it all the same", path=options.mask)
    for notice in loaded.notices:
        console.note(f"note: {notice}")
    return loaded.mask


def _protect_with_card(
    plan: ProtectionPlan, options: argparse.Namespace, passphrase: str | None, bench: Workbench, task: TaskContext
) -> tuple[ProtectedSet, CardContent]:
    """Both or neither. The card comes first: files without one, as a killed process could leave, open for nobody."""
    identity = HybridIdentity.generate()
    cards: list[CardContent] = []

    def issue(protected: ProtectedSet) -> None:
        part = task.part(0.6, 1.0)
        cards.append(issue_key_card(identity, protected, options.card, passphrase, bench, part, force=options.force))

    with taken_back_on_error(options.card):
        protected = protect(plan, identity, task.part(0.0, 0.6), then=issue)
    return protected, cards[0]


def _record(
    plan: ProtectionPlan,
    protected: ProtectedSet,
    card: CardContent,
    options: argparse.Namespace,
    left_out: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "folder": protected.folder,
        "files": list(protected.files),
        "set_id": protected.set_id.hex(),
        "recipient": protected.recipient,
        "cards": options.card,
        "card_fingerprint": card.fingerprint_hex,
        "card_words": list(card.words),
        "passphrase_protected": card.protected,
        "voxels_covered": protected.voxels_covered,
        "share": round(protected.share, 6),
        "still_readable": list(plan.readable),
        "originals_unprotected": [str(path) for path in protected.originals],
        "left_out": list(left_out),
    }


def _lines(
    plan: ProtectionPlan, protected: ProtectedSet, card: CardContent, options: argparse.Namespace, series: Series
) -> list[str]:
    originals = series.files[0] if len(series.files) == 1 else series.files[0].parent
    files = counted(len(protected.files), "protected file")
    return [
        f"{files} in {protected.folder}, {protected.share:.1%} of the voxels covered",
        f"still readable: {'; '.join(plan.readable)}",
        f"key card: {', '.join(str(path) for path in options.card)} ({' '.join(card.words)})",
        "The card was read back and opens the protected files.",
        f"The originals at {originals} are still unprotected.",
    ]
