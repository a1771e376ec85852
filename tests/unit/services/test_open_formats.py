"""Which files of a folder are opened, and what can be protected of them."""

import numpy as np
import pytest
from builders.archives import zip_folder
from builders.dicom import build_series
from builders.key_card import write_key_card_picture
from builders.nifti import AFFINE_RAS, build_nifti
from builders.plain_formats import voxels, write_mgh, write_with_itk
from PIL import Image

from medcrypt_gui.adapters.archives.archives import Archives
from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.bootstrap import build_readers
from medcrypt_gui.core.errors import KeyCardGivenError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.protect_study import ProtectRequest, plan_protection

READERS = build_readers()


def find(*paths):
    return find_series(paths, READERS, TaskContext(), Archives())


def picture(path):
    Image.fromarray(voxels(np.uint8, (8, 8))).save(path)
    return path


def test_pictures_beside_a_study_are_passed_over(tmp_path):
    build_nifti(tmp_path / "a.nii")
    picture(tmp_path / "photo.png")
    write_key_card_picture(tmp_path / "card.png")
    found = find(tmp_path)
    assert [series.format for series in found.series] == [ImageFormat.NIFTI]
    assert {entry.path.name: entry.reason for entry in found.skipped} == {
        "photo.png": "a picture; open it by itself",
        "card.png": "a picture; open it by itself",
    }


def test_pictures_beside_broken_images_are_passed_over_too(tmp_path):
    (tmp_path / "broken.nii").write_bytes(b"x")
    picture(tmp_path / "photo.png")
    found = find(tmp_path)
    assert not found.series
    assert len(found.unreadable) == len(found.skipped) == 1


def test_a_folder_of_nothing_but_pictures_is_opened_without_its_key_cards(tmp_path):
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.tif")
    write_key_card_picture(tmp_path / "card.png")
    (tmp_path / "notes.txt").write_text("text")
    found = find(tmp_path)
    assert [series.description for series in found.series] == ["a.png", "b.tif"]
    assert {entry.reason for entry in found.skipped} == {"a MedCrypt key card", "not an image"}


def test_a_picture_named_beside_a_study_is_opened(tmp_path):
    build_nifti(tmp_path / "study" / "a.nii")
    picture(tmp_path / "study" / "other.png")
    found = find(tmp_path / "study", picture(tmp_path / "photo.png"))
    assert [series.format for series in found.series] == [ImageFormat.NIFTI, ImageFormat.PICTURE]
    assert [entry.path.name for entry in found.skipped] == ["other.png"]


def test_a_key_card_is_never_opened_as_an_image(tmp_path):
    card = write_key_card_picture(tmp_path / "card.png")
    with pytest.raises(KeyCardGivenError):
        find(card)
    turned = tmp_path / "scan.jpg"
    Image.open(card).convert("L").rotate(7, expand=True, fillcolor=255).resize((900, 1250)).save(turned, quality=70)
    with pytest.raises(KeyCardGivenError):
        find(turned)


def nrrd(folder):
    write_with_itk(folder / "scan.nrrd", voxels())


def mha(folder):
    write_with_itk(folder / "scan.mha", voxels())


def mgz(folder):
    write_mgh(folder / "scan.mgz", voxels(), AFFINE_RAS)


def png(folder):
    picture(folder / "photo.png")


@pytest.mark.parametrize(("build", "named"), [(nrrd, "NRRD"), (mha, "MetaImage"), (mgz, "MGH"), (png, "Picture")])
def test_what_cannot_be_protected_is_refused_before_anything_is_written(tmp_path, build, named):
    (tmp_path / "study").mkdir()
    build(tmp_path / "study")
    (series,) = find(tmp_path / "study").series
    with pytest.raises(UnsupportedInputError, match=f"{named} images cannot be protected in this version"):
        plan_protection(request(series, tmp_path / "out"), PROTECTORS)
    assert not (tmp_path / "out").exists()


def test_a_study_in_an_archive_must_be_unpacked_to_be_protected(tmp_path):
    build_series(tmp_path / "study")
    archive = zip_folder(tmp_path / "study", tmp_path / "study.zip")
    (series,) = find(archive).series
    with pytest.raises(UnsupportedInputError, match="unpack it") as refused:
        plan_protection(request(series, tmp_path / "out"), PROTECTORS)
    assert refused.value.path == archive
    assert not (tmp_path / "out").exists()


def request(series, target):
    return ProtectRequest(series, RoiMask.from_bool(np.ones(series.geometry.shape, bool), series.geometry), target)
