"""A model of the user's own is tried before anything is copied, and never takes the place of a shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.onnx_model import onnx_model, write_model

from medcrypt_gui.adapters.inference.model_folders import ModelFolders
from medcrypt_gui.core.errors import Cancelled, ModelUnavailableError, TargetExistsError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.add_model import add_model, remove_model
from medcrypt_gui.services.list_models import list_models

_COMMON = {"id", "title", "summary", "intended_use", "limits", "licence", "modality", "labels"}


@pytest.fixture
def library(tmp_path: Path) -> ModelFolders:
    (tmp_path / "shipped").mkdir()
    write_model(tmp_path / "shipped", "shipped", onnx_model())
    return ModelFolders(lambda: tmp_path / "shipped", tmp_path / "user" / "models")


@pytest.fixture
def download(tmp_path: Path) -> Path:
    (tmp_path / "download").mkdir()
    return tmp_path / "download"


def _add(library: ModelFolders, card: Path, *, force: bool = False) -> str:
    return add_model(card.with_suffix(".onnx"), card, library, TaskContext(), force=force).id


def test_an_added_model_is_among_the_others_and_runs(library: ModelFolders, download: Path) -> None:
    assert list(library.catalog().segmenters) == ["shipped"]
    assert _add(library, write_model(download, "mine", onnx_model())) == "mine"
    found = list_models(library, TaskContext())
    assert [(model.card.id, model.shipped, model.problem) for model in found.models] == [
        ("shipped", True, None),
        ("mine", False, None),
    ]


def test_file_names_do_not_matter_but_the_id_does(library: ModelFolders, download: Path) -> None:
    card = write_model(download, "mine", onnx_model())
    weights = card.with_suffix(".onnx").rename(download / "weights of Tuesday.onnx")
    add_model(weights, card.rename(download / "card.txt"), library, TaskContext())
    assert sorted(path.name for path in library.user_dir.iterdir()) == ["mine.onnx", "mine.toml"]
    assert "mine" in library.catalog().segmenters


@pytest.mark.parametrize("intensity", ['{ kind = "window", low = -1000, high = 1000 }', None])
@pytest.mark.parametrize("placement", ['"image"', '"head"'])
def test_every_kind_of_preparation_can_be_tried(
    library: ModelFolders, download: Path, placement: str, intensity: str | None
) -> None:
    changes = {"placement": placement} | ({} if intensity is None else {"intensity": intensity})
    assert _add(library, write_model(download, "mine", onnx_model(), **changes)) == "mine"


@pytest.mark.parametrize(
    ("model_id", "weights", "changes", "reason"),
    [
        ("shipped", onnx_model(), {}, "id must be another one: 'shipped' ships with MedCrypt"),
        ("mine", onnx_model(), {"threshold": "2"}, "threshold must be"),
        ("mine", onnx_model(), {"sha256": f'"{"0" * 64}"'}, "not the one its card names"),
        ("mine", onnx_model(shape=(1, 16)), {}, "input is 1 x 16"),
        ("mine", onnx_model(("Identity",)), {}, "probabilities lie in 0 to 1"),
        ("mine", onnx_model(external=True), {}, "weights in another file"),
        ("mine", b"was never added", {}, "not a model that can be run"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    library: ModelFolders, download: Path, model_id: str, weights: bytes, changes: dict[str, str], reason: str
) -> None:
    with pytest.raises(ModelUnavailableError, match=reason):
        _add(library, write_model(download, model_id, weights, **changes))
    assert not library.user_dir.exists()


def test_an_algorithm_cannot_be_added(library: ModelFolders, download: Path) -> None:
    card = write_model(download, "mine", onnx_model())
    lines = [line for line in card.read_text("utf-8").splitlines() if line.split(" = ")[0] in _COMMON]
    card.write_text("\n".join([*lines, 'kind = "algorithm"', 'algorithm = "body"']), "utf-8")
    with pytest.raises(ModelUnavailableError, match="kind must be 'network'"):
        _add(library, card)


def test_missing_files_are_named(library: ModelFolders, download: Path) -> None:
    card = write_model(download, "mine", onnx_model())
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        add_model(download / "none.onnx", card, library, TaskContext())
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        add_model(card.with_suffix(".onnx"), download / "none.toml", library, TaskContext())


def test_a_model_is_replaced_only_when_that_is_wished(library: ModelFolders, download: Path) -> None:
    card = write_model(download, "mine", onnx_model())
    _add(library, card)
    newer = write_model(download, "mine", onnx_model(shape=(1, 1, "z", "y", "x")))
    with pytest.raises(TargetExistsError):
        _add(library, newer)
    _add(library, newer, force=True)
    assert (library.user_dir / "mine.onnx").read_bytes() == newer.with_suffix(".onnx").read_bytes()


def test_a_removed_model_is_gone(library: ModelFolders, download: Path) -> None:
    _add(library, write_model(download, "mine", onnx_model()))
    remove_model("mine", library)
    assert not list(library.user_dir.iterdir())
    assert "mine" not in library.catalog().segmenters


@pytest.mark.parametrize(
    ("model_id", "reason"), [("shipped", "cannot be removed"), ("../shipped/shipped", "never added")]
)
def test_only_models_of_the_user_can_be_removed(library: ModelFolders, model_id: str, reason: str) -> None:
    with pytest.raises(ModelUnavailableError, match=reason):
        remove_model(model_id, library)
    assert "shipped" in library.catalog().segmenters


def test_an_altered_file_is_found_when_models_are_listed(library: ModelFolders, download: Path) -> None:
    _add(library, write_model(download, "mine", onnx_model()))
    (library.user_dir / "mine.onnx").write_bytes(onnx_model() + b" ")
    (library.user_dir / "bad.toml").write_text("id = 7", "utf-8")
    library.forget()
    found = list_models(library, TaskContext())
    assert found.models[0].problem is None
    assert "not the one its card names" in str(found.models[1].problem)
    assert [error.path for error in found.unusable] == [library.user_dir / "bad.toml"]


def test_it_ends_when_cancelled(library: ModelFolders, download: Path) -> None:
    task = TaskContext()
    task.cancel()
    card = write_model(download, "mine", onnx_model())
    with pytest.raises(Cancelled):
        add_model(card.with_suffix(".onnx"), card, library, task)
    assert not library.user_dir.exists()
