"""NRRD, MetaImage and MGH: voxels and places as SimpleITK and nibabel have them."""

import gzip
import itertools

import nibabel
import numpy as np
import pytest
import SimpleITK
from builders.nifti import AFFINE_RAS
from builders.plain_formats import READERS, affine_of, voxels, write_mgh, write_with_itk

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.task import TaskContext

ITK_ENDINGS = [".nrrd", ".nhdr", ".mha", ".mhd"]
TYPES = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.float32, np.float64]
RAS_AFFINES = [
    np.diag([*signs, 1.0])[:, [*order, 3]] @ np.diag([0.8, 1.2, 3.0, 1.0])
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1.0, -1.0), repeat=3)
]


def only_series(path):
    reader = READERS[path.suffix]
    assert reader.recognises(path)
    found = reader.find([path], TaskContext())
    assert not found.unreadable, found.unreadable[0].reason.detail
    (series,) = found.series
    return reader, series


def loaded(path, phase=0):
    from dataclasses import replace

    reader, series = only_series(path)
    return reader.load(replace(series, phase=phase), TaskContext())


def with_nibabel(path):
    """From bytes, since nibabel leaves the file open."""
    data = path.read_bytes()
    return nibabel.MGHImage.from_bytes(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


def reason(path):
    (entry,) = READERS[path.suffix].find([path], TaskContext()).unreadable
    return entry.reason


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("ending", ITK_ENDINGS)
def test_every_type_is_read_as_simpleitk_reads_it(tmp_path, ending, dtype, compressed):
    path = tmp_path / f"image{ending}"
    write_with_itk(path, voxels(dtype), compressed=compressed)
    theirs = SimpleITK.ReadImage(str(path))
    volume = loaded(path)
    np.testing.assert_array_equal(volume.stored, SimpleITK.GetArrayFromImage(theirs))
    assert volume.stored.dtype == np.dtype(dtype)
    np.testing.assert_allclose(volume.geometry.affine_lps, affine_of(theirs), atol=1e-9)
    assert volume.geometry.oriented


@pytest.mark.parametrize("ending", [".nrrd", ".mha"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("signs", list(itertools.product((1, -1), repeat=3)))
def test_all_48_orientations_lie_where_simpleitk_puts_them(tmp_path, ending, order, signs):
    path = tmp_path / f"image{ending}"
    write_with_itk(path, voxels(), direction=np.diag(signs).astype(float)[:, order])
    theirs = SimpleITK.ReadImage(str(path))
    _, series = only_series(path)
    np.testing.assert_allclose(series.geometry.affine_lps, affine_of(theirs), atol=1e-9)


@pytest.mark.parametrize(
    ("space", "signs"),
    [
        ("left-posterior-superior", (1, 1)),
        ("LPS", (1, 1)),
        ("right-anterior-superior", (-1, -1)),
        ("RAS", (-1, -1)),
        ("left-anterior-superior", (1, -1)),
    ],
)
def test_the_space_that_a_nrrd_names_becomes_lps_as_in_simpleitk(tmp_path, space, signs):
    path = tmp_path / "image.nrrd"
    write_with_itk(path, voxels())
    path.write_bytes(path.read_bytes().replace(b"left-posterior-superior", space.encode()))
    theirs = SimpleITK.ReadImage(str(path))
    _, series = only_series(path)
    np.testing.assert_allclose(series.geometry.affine_lps, affine_of(theirs), atol=1e-9)
    assert np.sign(series.geometry.affine_lps[0, 3]) == -signs[0]
    assert np.sign(series.geometry.affine_lps[1, 3]) == signs[1]


def test_a_nrrd_in_a_space_that_is_not_the_patients_has_no_letters(tmp_path):
    path = tmp_path / "image.nrrd"
    write_with_itk(path, voxels())
    path.write_bytes(path.read_bytes().replace(b"left-posterior-superior", b"scanner-xyz"))
    _, series = only_series(path)
    assert not series.geometry.oriented
    np.testing.assert_allclose(series.geometry.spacing_mm, (0.7, 1.3, 2.5))
    assert "no orientation letters" in series.notes[0]


def test_lengths_in_other_units_become_millimetres(tmp_path):
    path = tmp_path / "image.nrrd"
    write_with_itk(path, voxels())
    path.write_bytes(path.read_bytes().replace(b"kinds:", b'space units: "cm" "cm" "cm"\nkinds:'))
    _, series = only_series(path)
    np.testing.assert_allclose(series.geometry.spacing_mm, (7.0, 13.0, 25.0))


@pytest.mark.parametrize("ending", ITK_ENDINGS)
@pytest.mark.parametrize("channels", [3, 4])
def test_colours_are_read(tmp_path, ending, channels):
    path, array = tmp_path / f"image{ending}", voxels(np.uint8, (4, 5, 6, channels))
    write_with_itk(path, array, vector=True)
    volume = loaded(path)
    np.testing.assert_array_equal(volume.rgb, array[..., :3])
    assert only_series(path)[1].phases == ()


@pytest.mark.parametrize("ending", ITK_ENDINGS)
def test_each_component_of_a_vector_is_shown_by_itself(tmp_path, ending):
    path, array = tmp_path / f"image{ending}", voxels(np.float32, (4, 5, 6, 3))
    write_with_itk(path, array, vector=True)
    assert only_series(path)[1].phases == ("Component 1 of 3", "Component 2 of 3", "Component 3 of 3")
    for component in range(3):
        np.testing.assert_array_equal(loaded(path, component).stored, array[..., component])


@pytest.mark.parametrize("ending", ITK_ENDINGS)
@pytest.mark.parametrize("compressed", [False, True])
def test_each_volume_of_a_4d_file_is_read(tmp_path, ending, compressed):
    path, array = tmp_path / f"image{ending}", voxels(np.int16, (3, 4, 5, 6))
    write_with_itk(path, array, compressed=compressed)
    assert only_series(path)[1].phases == ("Volume 1 of 3", "Volume 2 of 3", "Volume 3 of 3")
    for volume in range(3):
        np.testing.assert_array_equal(loaded(path, volume).stored, array[volume])


@pytest.mark.parametrize("ending", ITK_ENDINGS)
def test_a_plain_picture_has_one_slice(tmp_path, ending):
    path, array = tmp_path / f"image{ending}", voxels(np.uint16, (7, 9))
    write_with_itk(path, array)
    np.testing.assert_array_equal(loaded(path).stored, array[None])
    assert only_series(path)[1].is_flat


@pytest.mark.parametrize("ending", [".mgh", ".mgz"])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.float32])
def test_mgh_files_are_read_as_nibabel_reads_them(tmp_path, ending, dtype):
    path = write_mgh(tmp_path / f"image{ending}", voxels(dtype, (2, 4, 5, 6)), AFFINE_RAS)
    theirs = with_nibabel(path)
    for phase in range(2):
        volume = loaded(path, phase)
        np.testing.assert_array_equal(volume.stored, np.asarray(theirs.dataobj)[..., phase].transpose())
        np.testing.assert_allclose(volume.geometry.affine_ras, theirs.affine, atol=1e-4)


@pytest.mark.parametrize("affine", RAS_AFFINES)
def test_mgh_files_lie_where_nibabel_puts_them(tmp_path, affine):
    path = write_mgh(tmp_path / "image.mgh", voxels(), affine)
    np.testing.assert_allclose(only_series(path)[1].geometry.affine_ras, with_nibabel(path).affine, atol=1e-4)


def test_an_mgh_file_without_coordinates_has_no_letters(tmp_path):
    path = write_mgh(tmp_path / "image.mgh", voxels(), AFFINE_RAS)
    data = bytearray(path.read_bytes())
    data[28:30] = b"\0\0"  # goodRASFlag
    path.write_bytes(data)
    assert not only_series(path)[1].geometry.oriented


def test_every_mgh_file_of_nibabel_is_read(tmp_path):
    import shutil
    from pathlib import Path

    from nibabel.testing import data_path

    files = [path for path in Path(data_path).iterdir() if path.suffix in (".mgh", ".mgz")]
    assert files
    for path in files:
        copied = Path(shutil.copy(path, tmp_path))
        theirs = with_nibabel(copied)
        array = np.asarray(theirs.dataobj)
        first = array if array.ndim == 3 else array[..., 0]
        np.testing.assert_array_equal(loaded(copied).stored, first.transpose())
        np.testing.assert_allclose(loaded(copied).geometry.affine_ras, theirs.affine, atol=1e-4)


def nrrd(tmp_path, fields, data=b"", name="made.nrrd"):
    path = tmp_path / name
    lines = ["NRRD0004", *(f"{key}: {value}" for key, value in fields.items())]
    path.write_bytes("\n".join(lines).encode() + b"\n\n" + data)
    return path


PLAIN = {"type": "short", "dimension": 3, "sizes": "2 3 4", "endian": "big", "encoding": "raw"}


def test_big_endian_text_and_bzip2_are_read(tmp_path):
    import bz2

    array = voxels(np.int16, (4, 3, 2))
    big = nrrd(tmp_path, PLAIN, array.astype(">i2").tobytes(), "big.nrrd")
    text = nrrd(tmp_path, {**PLAIN, "encoding": "ascii"}, " ".join(map(str, array.ravel())).encode(), "text.nrrd")
    packed = nrrd(tmp_path, {**PLAIN, "encoding": "bz2"}, bz2.compress(array.astype(">i2").tobytes()), "bz2.nrrd")
    for path in (big, text):
        theirs = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(path)))
        np.testing.assert_array_equal(loaded(path).stored, theirs)
    for path in (big, text, packed):
        np.testing.assert_array_equal(loaded(path).stored, array)


def test_samples_interleaved_without_directions_are_told_by_their_kinds(tmp_path):
    array = voxels(np.int16, (4, 3, 2, 5))
    fields = {**PLAIN, "dimension": 4, "sizes": "5 2 3 4", "kinds": "list domain domain domain"}
    path = nrrd(tmp_path, fields, array.astype(">i2").tobytes())
    assert len(only_series(path)[1].phases) == 5
    np.testing.assert_array_equal(loaded(path, 3).stored, array[..., 3])


@pytest.mark.parametrize("how", ["LIST", "%02d.raw 1 4 1"])
def test_slices_in_files_of_their_own_are_read(tmp_path, how):
    array = voxels(np.int16, (4, 3, 2))
    for z in range(4):
        (tmp_path / f"{z + 1:02d}.raw").write_bytes(array[z].astype(">i2").tobytes())
    path = nrrd(tmp_path, {**PLAIN, "data file": how}, name="set.nhdr")
    if how == "LIST":
        path.write_bytes(path.read_bytes().rstrip() + b"\n01.raw\n02.raw\n03.raw\n04.raw\n")
    np.testing.assert_array_equal(loaded(path).stored, array)
    header = "ObjectType = Image\nNDims = 3\nDimSize = 2 3 4\nElementType = MET_SHORT\nBinaryDataByteOrderMSB = True\n"
    meta = tmp_path / "set.mhd"
    names = "LIST\n01.raw\n02.raw\n03.raw\n04.raw\n" if how == "LIST" else how + "\n"
    meta.write_text(f"{header}ElementDataFile = {names}")
    np.testing.assert_array_equal(loaded(meta).stored, array)
    np.testing.assert_array_equal(SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(meta))), array)


@pytest.mark.parametrize("skip", [("byte skip", 7), ("byte skip", -1), ("line skip", 2)])
def test_bytes_and_lines_before_the_voxels_are_passed_over(tmp_path, skip):
    array = voxels(np.int16, (4, 3, 2))
    lead = b"a line\nanother\n" if skip[0] == "line skip" else b"1234567"
    (tmp_path / "voxels.raw").write_bytes(lead + array.astype(">i2").tobytes())
    path = nrrd(tmp_path, {**PLAIN, "data file": "voxels.raw", skip[0]: skip[1]}, name="skipped.nhdr")
    np.testing.assert_array_equal(loaded(path).stored, array)


@pytest.mark.parametrize("ending", [".nhdr", ".mhd"])
@pytest.mark.parametrize(
    "name", ["../secret.raw", "/etc/passwd", "C:\\secret.raw", "..\\secret.raw", "sub/../../secret.raw"]
)
def test_a_file_of_voxels_outside_the_folder_is_not_opened(tmp_path, ending, name):
    folder = tmp_path / "inner"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "secret.raw").write_bytes(bytes(48))
    path = detached(folder, ending, name)
    assert isinstance(reason(path), UnreadableFileError)
    assert "outside its own folder" in reason(path).detail


@pytest.mark.parametrize("ending", [".nhdr", ".mhd"])
def test_a_missing_file_of_voxels_is_named(tmp_path, ending):
    assert "(gone.raw) is not beside it" in reason(detached(tmp_path, ending, "gone.raw")).detail


@pytest.mark.parametrize("ending", [".nhdr", ".mhd"])
def test_a_file_of_voxels_below_the_folder_is_read(tmp_path, ending):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "voxels.raw").write_bytes(bytes(range(48)))
    assert loaded(detached(tmp_path, ending, "sub/voxels.raw")).stored.shape == (4, 3, 2)


def detached(folder, ending, name):
    if ending == ".nhdr":
        return nrrd(folder, {**PLAIN, "data file": name}, name="image.nhdr")
    path = folder / "image.mhd"
    path.write_text(f"NDims = 3\nDimSize = 2 3 4\nElementType = MET_SHORT\nElementDataFile = {name}\n")
    return path


@pytest.mark.parametrize("ending", [*ITK_ENDINGS, ".mgh", ".mgz"])
@pytest.mark.parametrize("compressed", [False, True])
def test_a_file_cut_anywhere_is_an_input_error_and_never_wrong(tmp_path, ending, compressed):
    whole = tmp_path / f"image{ending}"
    array = voxels(np.int16, (6, 9, 9))
    if ending in (".mgh", ".mgz"):
        write_mgh(whole, array, AFFINE_RAS)
    else:
        write_with_itk(whole, array, compressed=compressed)
    data, reader = whole.read_bytes(), READERS[ending]
    for length in range(0, len(data), max(1, len(data) // 60)):
        whole.write_bytes(data[:length])
        assert_wrong_or_right(reader, whole, array)


@pytest.mark.parametrize("ending", [*ITK_ENDINGS, ".mgh", ".mgz"])
@pytest.mark.parametrize("compressed", [False, True])
def test_flipped_bytes_never_end_in_anything_but_an_input_error(tmp_path, ending, compressed):
    whole = tmp_path / f"image{ending}"
    array = voxels(np.int16, (6, 9, 9))
    if ending in (".mgh", ".mgz"):
        write_mgh(whole, array, AFFINE_RAS)
    else:
        write_with_itk(whole, array, compressed=compressed)
    data, reader, random = whole.read_bytes(), READERS[ending], np.random.default_rng(7)
    for _ in range(250):
        changed = bytearray(data)
        for at in random.integers(0, min(len(data), 700), 3):
            changed[at] = random.integers(0, 256)
        whole.write_bytes(changed)
        assert_wrong_or_right(reader, whole, None)


def assert_wrong_or_right(reader, path, expected):
    if not reader.recognises(path):
        return
    found = reader.find([path], TaskContext())
    assert len(found.series) + len(found.unreadable) == 1
    for series in found.series:
        try:
            volume = reader.load(series, TaskContext())
        except (UnreadableFileError, UnsupportedInputError):
            continue
        if expected is not None:
            np.testing.assert_array_equal(volume.stored, expected)


@pytest.mark.parametrize(
    "changes",
    [
        {"sizes": "999999999 999999999 999999999"},
        {"sizes": "0 3 4"},
        {"sizes": "-2 3 4"},
        {"sizes": "2 3"},
        {"sizes": "2 3 nan"},
        {"sizes": ""},
        {"dimension": "16"},
        {"dimension": "x"},
        {"type": "block"},
        {"type": ""},
        {"endian": ""},
        {"encoding": "hex"},
        {"byte skip": "-5"},
        {"byte skip": "99999999999"},
        {"line skip": "99999999999"},
        {"data file": "%d%s 1 4 1"},
        {"data file": "%99999999d 1 4 1"},
        {"data file": "a%d 1 4 0"},
        {"data file": "LIST"},
        {"encoding": "gzip", "sizes": "3000 3000 300"},
        {"encoding": "ascii", "sizes": "3000 3000 300"},
        {"space": "LPS", "space directions": "(0,0,0) (0,0,0) (0,0,0)", "sizes": "9999 2 3"},
    ],
)
def test_nonsense_in_a_nrrd_header_is_an_input_error(tmp_path, changes):
    path = nrrd(tmp_path, {**PLAIN, **changes}, bytes(48))
    assert isinstance(reason(path), UnreadableFileError | UnsupportedInputError)


@pytest.mark.parametrize(
    "directions",
    ["(0,0,0) (0,0,0) (0,0,0)", "(1,0,0) (1,0,0) (0,0,1)", "(nan,0,0) (0,1,0) (0,0,1)", "(((", "none none none"],
)
def test_useless_directions_leave_an_image_without_letters(tmp_path, directions):
    path = nrrd(tmp_path, {**PLAIN, "space": "LPS", "space directions": directions}, bytes(48))
    found = READERS[".nrrd"].find([path], TaskContext())
    assert all(not series.geometry.oriented for series in found.series)
    assert len(found.series) + len(found.unreadable) == 1


@pytest.mark.parametrize(
    "line",
    [
        "NDims = 2",
        "NDims = 99",
        "DimSize = 999999999 999999999 999999999",
        "DimSize = 2 3 -4",
        "ElementType = MET_STRING",
        "ElementNumberOfChannels = 0",
        "ElementNumberOfChannels = 999999999",
        "HeaderSize = -7",
        "HeaderSize = 99999999999",
        "CompressedData = True",
        "ElementDataFile = ",
        "ElementDataFile = LIST",
        "ElementDataFile = %s%s 1 2 3",
    ],
)
def test_nonsense_in_a_metaimage_header_is_an_input_error(tmp_path, line):
    path = tmp_path / "image.mha"
    fields = {"NDims": "3", "DimSize": "2 3 4", "ElementType": "MET_SHORT"}
    key, value = line.split(" = ")
    fields |= {key: value}
    data = fields.pop("ElementDataFile", "LOCAL")
    text = "".join(f"{k} = {v}\n" for k, v in fields.items()) + f"ElementDataFile = {data}\n"
    path.write_bytes(text.encode() + bytes(48))
    found = READERS[".mha"].find([path], TaskContext())
    if found.series:
        with pytest.raises((UnreadableFileError, UnsupportedInputError)):
            READERS[".mha"].load(found.series[0], TaskContext())


def test_a_matrix_that_says_nothing_leaves_an_image_without_letters(tmp_path):
    path = tmp_path / "image.mha"
    path.write_bytes(
        b"NDims = 3\nDimSize = 2 3 4\nElementType = MET_SHORT\nElementSpacing = 1 2 3\n"
        b"TransformMatrix = 0 0 0 0 0 0 0 0 0\nElementDataFile = LOCAL\n" + bytes(48)
    )
    _, series = only_series(path)
    assert not series.geometry.oriented
    assert series.geometry.spacing_mm == (1.0, 2.0, 3.0)


def test_the_middle_slice_is_there_at_once_and_in_the_preview(tmp_path):
    path, array = tmp_path / "image.nrrd", voxels()
    write_with_itk(path, array)
    reader, series = only_series(path)
    volume, fill = reader.start(series)
    assert volume.loaded.tolist() == [False, False, True, False, False]
    np.testing.assert_array_equal(volume.stored[2], array[2])
    np.testing.assert_array_equal(reader.preview(series).stored[0], array[2])
    np.testing.assert_allclose(
        reader.preview(series).geometry.to_mm((0, 0, 0)), series.geometry.to_mm((0, 0, 2)), atol=1e-9
    )
    fill(TaskContext())
    np.testing.assert_array_equal(volume.stored, array)


def test_a_file_that_was_replaced_meanwhile_is_refused(tmp_path):
    path = tmp_path / "image.nhdr"
    write_with_itk(path, voxels())
    reader, series = only_series(path)
    _, fill = reader.start(series)
    (tmp_path / "image.raw").write_bytes(b"x" * 10)
    with pytest.raises(UnreadableFileError):
        fill(TaskContext())


def test_the_header_is_listed(tmp_path):
    path = tmp_path / "image.nrrd"
    write_with_itk(path, voxels())
    reader, series = only_series(path)
    assert {"type", "sizes", "space"} <= {entry.name for entry in reader.header(series, 0)}


def test_a_gzipped_mgh_under_its_long_name_is_read(tmp_path):
    path = write_mgh(tmp_path / "image.mgh", voxels(), AFFINE_RAS)
    packed = tmp_path / "image.mgh.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert READERS[".mgh"].recognises(packed)
    found = READERS[".mgh"].find([packed], TaskContext())
    np.testing.assert_array_equal(READERS[".mgh"].load(found.series[0], TaskContext()).stored, voxels())


def test_a_sheared_grid_keeps_its_shape(tmp_path):
    path = nrrd(
        tmp_path,
        {**PLAIN, "space": "LPS", "space directions": "(1,0,0) (0.5,1,0) (0,0,2)", "space origin": "(1,2,3)"},
        bytes(48),
    )
    _, series = only_series(path)
    expected = Geometry((4, 3, 2), np.array([[1, 0.5, 0, 1], [0, 1, 0, 2], [0, 0, 2, 3], [0, 0, 0, 1.0]]))
    assert series.geometry.same_grid(expected)
    assert "not at right angles" in series.notes[0]
