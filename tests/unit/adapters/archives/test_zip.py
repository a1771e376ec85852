"""ZIP archives: read in memory, the same as the unpacked files; traps and wrong passwords told apart."""

import builtins
import os
import pickle
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pytest
from builders.archives import PASSWORD, zip_folder, zip_with_aes, zip_with_zipcrypto
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.plain_formats import voxels, write_with_itk

from medcrypt_gui.adapters.archives.archives import Archives
from medcrypt_gui.adapters.archives.zip_member import ZipMember, beside
from medcrypt_gui.bootstrap import build_readers
from medcrypt_gui.core.errors import (
    ArchiveLockedError,
    Cancelled,
    NothingFoundError,
    UnreadableFileError,
    UnsupportedInputError,
    WrongArchivePasswordError,
)
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, header_of, load_volume, thumbnail

READERS = build_readers()


def find(path, password=None, task=None):
    passwords = {} if password is None else {path.absolute(): password}
    return find_series([path], READERS, task or TaskContext(), Archives(), passwords)


def members(path, password=None):
    return Archives().members(path, password, TaskContext())


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """One series of every format that is read."""
    folder = tmp_path_factory.mktemp("study")
    build_series(folder / "dicom", slices=5)
    build_nifti(folder / "plain.nii")
    build_nifti(folder / "packed.nii.gz")
    write_with_itk(folder / "scan.nrrd", voxels())
    (folder / "detached").mkdir()
    write_with_itk(folder / "detached" / "scan.nhdr", voxels())
    write_with_itk(folder / "detached" / "scan.mhd", voxels(seed=2), compressed=True)
    (folder / "notes.txt").write_text("nothing")
    return folder


@pytest.mark.parametrize("pack", [zip_folder, zip_with_aes, zip_with_zipcrypto])
def test_a_zip_holds_the_same_series_as_the_folder(tmp_path, study, pack):
    archive = pack(study, tmp_path / "study.zip")
    unpacked, packed = find_series([study], READERS, TaskContext()), find(archive, PASSWORD)
    assert len(packed.series) == len(unpacked.series) == 6
    assert not packed.unreadable
    assert len(packed.skipped) == len(unpacked.skipped)
    by_name = {one.files[0].name: one for one in packed.series}
    for one in unpacked.series:
        other = by_name[one.files[0].name]
        assert other.archive == archive
        a, b = (load_volume(series, READERS, TaskContext()) for series in (one, other))
        np.testing.assert_array_equal(a.stored, b.stored)
        assert a.geometry.same_grid(b.geometry)
        np.testing.assert_array_equal(thumbnail(one, READERS), thumbnail(other, READERS))
        assert [str(e) for e in header_of(one, 0, READERS)] == [str(e) for e in header_of(other, 0, READERS)]


def test_the_builder_of_old_encryption_writes_what_others_read(tmp_path, study):
    archive = zip_with_zipcrypto(study, tmp_path / "study.zip")
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            assert info.flag_bits & 1
            assert opened.read(info, PASSWORD.encode()) == (study / info.filename).read_bytes()


def test_an_archive_of_the_zip_program_is_read(tmp_path, study):
    if shutil.which("zip") is None:
        pytest.skip("the zip program is not installed")
    archive = tmp_path / "study.zip"
    subprocess.run(["zip", "-q", "-r", "-P", "geheim", archive, "."], cwd=study, check=True)
    assert len(find(archive, "geheim").series) == 6


def test_jpeg_lossless_in_a_zip_is_decoded_in_its_own_process(tmp_path):
    from pydicom.data import get_testdata_file

    folder = tmp_path / "files"
    folder.mkdir()
    shutil.copy(Path(get_testdata_file("SC_rgb_jpeg_gdcm.dcm", download=False)), folder)
    archive = zip_folder(folder, tmp_path / "study.zip")
    for series in find(archive).series:
        (plain,) = find_series([folder / series.files[0].name], READERS, TaskContext()).series
        a, b = load_volume(series, READERS, TaskContext()), load_volume(plain, READERS, TaskContext())
        np.testing.assert_array_equal(a.stored, b.stored)


@pytest.mark.parametrize("pack", [zip_with_aes, zip_with_zipcrypto])
def test_no_password_and_a_wrong_one_are_told_apart(tmp_path, study, pack):
    archive = pack(study, tmp_path / "study.zip")
    with pytest.raises(ArchiveLockedError) as none_given:
        find(archive)
    assert not isinstance(none_given.value, WrongArchivePasswordError)
    assert none_given.value.path == archive
    for wrong in ("geheim", "Geheimnis a1", "x" * 5000, "\ud800"):
        with pytest.raises(WrongArchivePasswordError):
            find(archive, wrong)


def test_hundreds_of_wrong_passwords_never_open_an_archive(tmp_path, study):
    """The old encryption's own check lets one in 256 pass; the checksum does not."""
    archive = zip_with_zipcrypto(study, tmp_path / "study.zip")
    for number in range(600):
        with pytest.raises(WrongArchivePasswordError):
            members(archive, f"wrong {number}")


def test_a_member_with_another_password_is_unreadable_and_the_others_open(tmp_path, study):
    import pyzipper

    archive = zip_with_aes(study / "dicom", tmp_path / "study.zip")
    with pyzipper.AESZipFile(archive, "a", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as written:
        written.setpassword(b"another")
        written.write(study / "plain.nii", "plain.nii")
    found = find(archive, PASSWORD)
    assert len(found.series) == 1
    (entry,) = found.unreadable
    assert entry.path.name == "plain.nii"
    assert "another password" in entry.reason.detail


def test_nothing_is_written_to_the_disk(tmp_path, study, monkeypatch):
    archive = zip_with_aes(study, tmp_path / "study.zip")
    opened = []
    real, real_os = builtins.open, os.open

    def watched(file, mode="r", *rest, **more):
        opened.append((file, mode))
        return real(file, mode, *rest, **more)

    def watched_os(path, flags, *rest, **more):
        opened.append((path, "w" if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else "r"))
        return real_os(path, flags, *rest, **more)

    before = set(tmp_path.rglob("*"))
    monkeypatch.setattr(builtins, "open", watched)
    monkeypatch.setattr(os, "open", watched_os)
    monkeypatch.setattr("io.open", watched)
    for series in find(archive, PASSWORD).series:
        load_volume(series, READERS, TaskContext())
    assert opened, "the watch saw nothing"
    assert not [entry for entry in opened if set(str(entry[1])) & set("wax+")]
    assert set(tmp_path.rglob("*")) == before


def archive_of(path, entries):
    with zipfile.ZipFile(path, "w") as written:
        for name, data in entries:
            written.writestr(zipfile.ZipInfo(name), data)
    return path


@pytest.mark.parametrize(
    "name", ["../../evil.nii", "/etc/evil.nii", "C:\\evil.nii", "a/../b/./evil.nii", "//x//evil.nii"]
)
def test_names_are_only_labels(tmp_path, name):
    nifti = build_nifti(tmp_path / "a.nii").read_bytes()
    archive = archive_of(tmp_path / "study.zip", [(name, nifti)])
    (series,) = find(archive).series
    assert series.files[0].name == "evil.nii"
    assert series.files[0].is_relative_to(archive)
    assert ".." not in series.files[0].parts
    assert [p.name for p in tmp_path.iterdir()] == ["a.nii", "study.zip"] or len(list(tmp_path.iterdir())) == 2


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_there(tmp_path):
    one = build_nifti(tmp_path / "a.nii", voxels()).read_bytes()
    two = build_nifti(tmp_path / "b.nii", voxels(seed=2)).read_bytes()
    found = find(archive_of(tmp_path / "study.zip", [("x.nii", one), ("x.nii", two)]))
    volumes = [load_volume(series, READERS, TaskContext()).stored for series in found.series]
    assert len(volumes) == 2
    assert not np.array_equal(*volumes)


def test_what_is_no_image_in_it_is_listed(tmp_path):
    nifti = build_nifti(tmp_path / "a.nii").read_bytes()
    inner = archive_of(tmp_path / "inner.zip", [("a.nii", nifti)]).read_bytes()
    archive = archive_of(
        tmp_path / "study.zip",
        [
            ("a.nii", nifti),
            ("inner.zip", inner),
            ("x.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50)),
            ("notes.txt", b"text"),
            ("empty", b""),
            ("__MACOSX/._a.nii", b"x"),
            ("dir/.DS_Store", b"x"),
        ],
    )
    found = find(archive)
    assert len(found.series) == 1
    reasons = {entry.path.name: entry.reason for entry in found.skipped}
    assert reasons == {
        "inner.zip": "a ZIP archive; open it by itself",
        "x.7z": "a 7-Zip archive; unpack it first",
        "notes.txt": "not an image",
        "empty": "not an image",
    }


def test_archives_in_a_folder_are_passed_over_with_the_reason(tmp_path):
    build_nifti(tmp_path / "a.nii")
    archive_of(tmp_path / "study.zip", [("a.nii", (tmp_path / "a.nii").read_bytes())])
    archive_of(tmp_path / "report.docx", [("word.xml", b"x")])
    (tmp_path / "x.rar").write_bytes(b"Rar!\x1a\x07\0" + bytes(9))
    (tmp_path / "x.tar").write_bytes(bytes(257) + b"ustar\0" + bytes(300))
    (tmp_path / "x.tgz").write_bytes(b"\x1f\x8b" + bytes(30))
    reasons = {entry.path.name: entry.reason for entry in find(tmp_path).skipped}
    assert reasons == {
        "study.zip": "a ZIP archive; open it by itself",
        "report.docx": "not an image",
        "x.rar": "a RAR archive; unpack it first",
        "x.tar": "a tar archive; unpack it first",
        "x.tgz": "a gzipped file; unpack it first",
    }


def test_an_archive_without_images_says_so(tmp_path):
    with pytest.raises(NothingFoundError):
        find(archive_of(tmp_path / "study.zip", [("notes.txt", b"text")]))
    with pytest.raises(NothingFoundError):
        find(archive_of(tmp_path / "empty.zip", []))


def test_an_archive_cut_anywhere_is_an_input_error(tmp_path, study):
    data = zip_folder(study, tmp_path / "whole.zip").read_bytes()
    archive = tmp_path / "study.zip"
    for length in range(4, len(data), len(data) // 80):
        archive.write_bytes(data[:length])
        found = find(archive)
        assert found.unreadable[0].path == archive
        assert isinstance(found.unreadable[0].reason, UnreadableFileError)


@pytest.mark.parametrize("pack", [zip_folder, zip_with_aes])
def test_flipped_bytes_never_give_other_pixels(tmp_path, study, pack):
    whole = pack(study / "dicom", tmp_path / "whole.zip").read_bytes()
    (expected,) = find_series([study / "dicom"], READERS, TaskContext()).series
    rows = {row.tobytes() for row in load_volume(expected, READERS, TaskContext()).stored}
    archive, random = tmp_path / "study.zip", np.random.default_rng(3)
    for _ in range(150):
        changed = bytearray(whole)
        for at in random.integers(0, len(whole), 2):
            changed[at] ^= 1 << random.integers(0, 8)
        archive.write_bytes(changed)
        try:
            found = find(archive, PASSWORD)
            for series in found.series:
                volume = load_volume(series, READERS, TaskContext())
                assert {row.tobytes() for row in volume.stored} <= rows
        except (UnreadableFileError, UnsupportedInputError, NothingFoundError, ArchiveLockedError):
            continue


def test_a_member_that_claims_more_than_it_holds_is_not_believed(tmp_path):
    zeros = bytes(1 << 22)
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.nii", zeros)
    data = bytearray(archive.read_bytes())
    for at in (22, data.rindex(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<I", 0xF0000000)
    archive.write_bytes(data)
    (member,) = members(archive)
    with pytest.raises(OSError, match="more than it can"):
        member.read_bytes()


def test_a_member_that_holds_more_than_it_claims_is_damaged(tmp_path):
    nifti = build_nifti(tmp_path / "a.nii").read_bytes()
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.nii", nifti + bytes(1 << 24))
    data = bytearray(archive.read_bytes())
    for at in (22, data.rindex(b"PK\x01\x02") + 24):
        data[at : at + 4] = struct.pack("<I", len(nifti))
    archive.write_bytes(data)
    assert find(archive).unreadable[0].reason.detail.endswith("damaged within the archive")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_highly_compressed_member_is_refused(tmp_path, method):
    archive = tmp_path / "bomb.zip"
    with zipfile.ZipFile(archive, "w", method) as written:
        written.writestr("a.nii", bytes(1 << 27))
    (member,) = members(archive)
    with pytest.raises(OSError, match="more than it can"):
        member.read_bytes()


def test_a_member_larger_than_the_memory_is_refused(tmp_path, monkeypatch):
    archive = archive_of(tmp_path / "study.zip", [("a.nii", bytes(1 << 21))])
    (member,) = members(archive)
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"available": 1 << 20}))
    with pytest.raises(OSError, match="does not fit into memory"):
        member.read_bytes()


def test_members_that_share_their_bytes_are_a_trap(tmp_path):
    archive = archive_of(tmp_path / "study.zip", [("a.nii", bytes(3000)), ("b.nii", bytes(3000))])
    data = bytearray(archive.read_bytes())
    last = data.rindex(b"PK\x01\x02")
    data[last + 42 : last + 46] = bytes(4)
    archive.write_bytes(data)
    with pytest.raises(UnreadableFileError, match="overlap"):
        members(archive)


def test_finding_in_an_archive_can_be_cancelled(tmp_path, study):
    archive, task = zip_folder(study, tmp_path / "study.zip"), TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        find(archive, task=task)


def test_a_member_goes_to_another_process_with_its_bytes_and_without_the_password(tmp_path, study):
    archive = zip_with_aes(study, tmp_path / "study.zip")
    member = next(m for m in members(archive, PASSWORD) if m.name == "plain.nii")
    handed_over = pickle.dumps(member)
    assert PASSWORD.encode() not in handed_over
    arrived = pickle.loads(handed_over)
    assert isinstance(arrived, ZipMember)
    assert arrived.read_bytes() == member.read_bytes() == (study / "plain.nii").read_bytes()
    assert arrived == member


def test_a_member_behaves_like_a_file_that_native_code_cannot_open(tmp_path, study):
    archive = zip_folder(study, tmp_path / "study.zip")
    member = next(m for m in members(archive) if m.name == "scan.nhdr")
    assert member.is_file()
    assert member.exists()
    assert not member.is_dir()
    assert member.stat().st_size == (study / "detached" / "scan.nhdr").stat().st_size
    assert beside(member, "scan.raw").read_bytes() == (study / "detached" / "scan.raw").read_bytes()
    assert not beside(member, "gone.raw").is_file()
    with pytest.raises(OSError):
        open(str(member), "rb")  # noqa: SIM115, PTH123
    with pytest.raises(PermissionError):
        member.open("wb")
    with member.open("rb") as stream:
        with pytest.raises(OSError):
            stream.fileno()
        stream.seek(-4, os.SEEK_END)
        assert stream.read() == (study / "detached" / "scan.nhdr").read_bytes()[-4:]


def test_the_archive_is_closed_when_nothing_of_it_is_kept(tmp_path, study):
    import gc

    archive = zip_folder(study, tmp_path / "study.zip")
    listed = members(archive)
    handle = listed[0].source._zip
    assert handle.fp is not None
    del listed
    gc.collect()
    assert handle.fp is None
