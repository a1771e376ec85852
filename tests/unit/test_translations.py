"""Every visible text passes through the translation layer, and every language has all of them."""

from __future__ import annotations

import ast
import importlib.util
import re
import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from conftest import REPOSITORY

PACKAGE = REPOSITORY / "medcrypt_gui"
_TRANSLATED = {"tr", "trn", "mark"}
# Calls whose texts nobody reads in the window: the log, mistakes of programmers, patterns, keywords of DICOM, and what
# a stream that ends early says to the reader that asked for more.
_NOT_SHOWN = {
    "debug", "info", "warning", "error", "exception", "ValueError", "TypeError", "RuntimeError", "AssertionError",
    "KeyError", "NotImplementedError", "compile", "match", "search", "sub", "fullmatch", "add_argument", "njit",
    "setObjectName", "getLogger", "TypeVar", "warn", "filterwarnings", "cast", "text",
    "EOFError", "IndexError", "PermissionError", "setStyle",
}  # fmt: skip
# Parts that speak to no one in the window: the command line stays English, and so does what it shares.
_ENGLISH = {"cli", "demo.py", "bootstrap.py", "__main__.py"}
# Tables of names that formats and makers gave to things, and style sheets, by the constant that holds them.
_TABLES = {
    "adapters/images/dicom_axes.py": {"_NAMED", "_B_VALUES"},
    "adapters/images/dicom_header.py": {"_KEYWORDS"},
    "adapters/images/dicom_instance.py": {"_COLOURS"},
    "adapters/images/dicom_suv.py": {"_PHILIPS"},
    "adapters/images/nrrd.py": {"_TYPES"},
    "adapters/images/picture_file.py": {"_COLOUR"},
    "adapters/masks/picture_mask.py": {"_COMMENT"},
    "adapters/masks/seg_writer.py": {"TRACKING_ID", "_TISSUE", "_MODEL_FAMILY", "_BINARY", "_LABEL_MAP"},
    "core/imaging/phases.py": {"_KINDS", "_CALLED"},  # its keys; its values are marked
    "ui/viewer/surface_controls.py": {"_STYLE"},
}
_KEYS = ("Up", "Down", "Home", "End", "Left", "Right", "Esc", "Del", "Return", "Enter", "Backspace")
_NO_TEXTS = {
    # Keywords, values and fields of formats.
    ("adapters/images/dicom_axes.py", "image type"),
    ("adapters/images/dicom_header.py", "Rows"),
    ("adapters/images/dicom_header.py", "Columns"),
    ("adapters/images/dicom_header.py", "Image"),
    ("adapters/images/dicom_instance.py", "PALETTE COLOR"),
    ("adapters/images/dicom_pixels.py", "PALETTE COLOR"),
    ("adapters/images/dicom_suv.py", "SeriesTime, AcquisitionTime"),
    ("adapters/images/dicom_text.py", "Gy"),
    ("adapters/images/nrrd.py", "datafile list"),
    ("adapters/images/picture_file.py", "La"),
    ("adapters/masks/seg_frames.py", "Rows"),
    ("adapters/masks/seg_frames.py", "Columns"),
    ("core/imaging/phases.py", "trigger time"),
    # Written into masks, where the program finds them again and other programs read them.
    ("adapters/masks/rtstruct_writer.py", "MedCrypt mask"),
    ("adapters/masks/seg_reader.py", "MedCrypt label "),
    # Under which the system keeps the key, and where it keeps the policy.
    ("adapters/keyring_key.py", "unsaved work"),
    ("adapters/policy_file.py", "/Library/Application Support/MedCrypt/policy.toml"),
    # Between parts of the program only.
    ("adapters/instance_lock.py", " is held"),
    *(("ui/widgets/label_row.py", name) for name in ("Roi", "Lock", "Eye")),
    # Written into protected files and demanded of model cards, which are English wherever they are read.
    ("core/protect/dicom_rules.py", "Region of interest encrypted by MedCrypt; not for diagnosis"),
    ("core/segmentation/model_card.py", "not a medical device"),
    # Settings are read before their language is known; why they cannot be used is not told.
    ("adapters/settings_file.py", "the file is far too large for settings"),
    ("adapters/settings_file.py", "written by another version"),
    # A language is named in itself.
    ("ui/choice_commands.py", "&English"),
    ("ui/choice_commands.py", "&Deutsch"),
    # Style sheets.
    ("ui/widgets/change_key.py", ", stop:0.51 transparent, stop:1 transparent"),
    ("ui/widgets/change_key.py", "qlineargradient(spread:repeat, x1:0, y1:0, x2:0.25, y2:0.25, "),
    ("ui/widgets/change_key.py", "; border: 1px solid "),
    # Names of keys, which Qt shows in the language of the system.
    *(("ui/viewer/keys.py", key) for key in _KEYS),
}
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,.:…]*\s[\s,.:…]*[A-Za-z(“]")  # file names have no space
_LABEL = re.compile(r"&?[A-Z][a-z]+(…|\.)?")


def _load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("translations", REPOSITORY / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tool = _load_tool()


@pytest.mark.parametrize("language", tool.languages())
def test_every_text_has_its_translation(language: str) -> None:
    catalogue = tool.read_catalogue(language)
    wanted = {tool.first(message.id) for message in tool.collected() if message.id}
    there = {tool.first(message.id) for message in catalogue if message.id}
    assert wanted == there, "run: python3 dev.py translations"
    assert tool.untranslated(catalogue) == []


@pytest.mark.parametrize("language", tool.languages())
def test_translations_keep_the_fields_the_mnemonics_and_the_marks_of_their_text(language: str) -> None:
    wrong = []
    for message in tool.read_catalogue(language):
        for text, translated in _pairs(message):
            same_fields = _fields(text) == _fields(translated)
            same_mnemonic = _has_mnemonic(text) == _has_mnemonic(translated)
            same_end = text.endswith("…") == translated.endswith("…") and text.endswith(".") == translated.endswith(".")
            if not (same_fields and same_mnemonic and same_end and text.count("\t") == translated.count("\t")):
                wrong.append((text, translated))
    assert wrong == []


@pytest.mark.parametrize("language", tool.languages())
def test_the_compiled_catalogue_is_that_of_the_texts(language: str) -> None:
    path = tool.catalogue_path(language)
    assert path.with_suffix(".mo").read_bytes() == tool.compiled(tool.read_catalogue(language))


def test_no_visible_text_bypasses_the_translation_layer() -> None:
    found = [f"{path.relative_to(PACKAGE)}:{line}: {text!r}" for path, line, text in _bypassing()]
    assert found == []


def _pairs(message: object) -> Iterator[tuple[str, str]]:
    forms, translated = tool.strings(message.id), tool.strings(message.string)  # type: ignore[attr-defined]
    if forms != ("",):
        yield from ((forms[min(n, len(forms) - 1)], text) for n, text in enumerate(translated) if text)


def _fields(text: str) -> set[str | None]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None} - {"count"}


def _has_mnemonic(text: str) -> bool:
    return re.search(r"&[^\s&]", text) is not None


def test_what_is_exempt_from_translation_is_there() -> None:
    tables = {(file, name) for file, names in _TABLES.items() for name in names}
    held, texts = set(), set()
    for path, tree in _modules():
        file = _named(path)
        held |= {(file, name) for node in tree.body for name in _names_of(node)}
        texts |= {(file, node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert sorted(tables - held) == []
    assert sorted(_NO_TEXTS - texts) == []


def _modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in _ENGLISH:
            yield path, ast.parse(path.read_text("utf-8"))


def _named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def _bypassing() -> Iterator[tuple[Path, int, str]]:
    for path, tree in _modules():
        exempt = {"__all__"} | _TABLES.get(_named(path), set())
        for statement in tree.body:
            if exempt.isdisjoint(_names_of(statement)):
                for node in _texts(statement, shown=True):
                    if (_named(path), node.value) not in _NO_TEXTS:
                        yield path, node.lineno, node.value


def _names_of(statement: ast.stmt) -> set[str]:
    """The names that a statement at the top of a module gives to values."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}


def _texts(node: ast.AST, shown: bool, label: bool = True) -> Iterator[ast.Constant]:
    """String constants that read like a text and stand outside of every call that makes them none.

    A word alone inside an f-string touches a value, so that it is a part of an object's name and no ``label``.
    """
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if shown and (_SENTENCE.search(node.value) or (label and _LABEL.fullmatch(node.value))):
            yield node
        return
    if isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        shown = shown and name not in _TRANSLATED | _NOT_SHOWN
    if isinstance(node, ast.Assert):
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child, shown, label=not isinstance(node, ast.JoinedStr))
