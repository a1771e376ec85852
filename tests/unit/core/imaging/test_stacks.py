"""Instances are grouped by identifiers and geometry, ordered by position, and what is unusual is said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.core.imaging.series import Instance, PixelLayout
from medcrypt_gui.core.imaging.stacks import arrange, drop_repeated

LAYOUT = PixelLayout(4, 6, 16, 12, 11, False)


def instance(z: float | None, **fields) -> Instance:
    base = Instance(
        path=Path(f"{z}.dcm"),
        sop_instance_uid=f"1.{z}",
        study_uid="1",
        series_uid="2",
        frame_of_reference_uid="3",
        number=1,
        position=None if z is None else (0.0, 0.0, z),
        orientation=None if z is None else (1, 0, 0, 0, 1, 0),
        spacing=(0.5, 0.7),
        thickness_mm=2.0,
        localizer=False,
        slope=1.0,
        intercept=0.0,
        phases=(),
        pixels=LAYOUT,
    )
    return replace(base, **fields)


def places(stack) -> list[float]:
    return [one.position[2] for one in stack.instances]


def test_slices_are_ordered_by_position_whatever_their_numbers_and_names():
    (stack,) = arrange([instance(z, number=n) for n, z in enumerate([4.0, 0.0, 6.0, 2.0])])
    assert places(stack) == [0, 2, 4, 6]
    assert stack.geometry.shape == (4, 4, 6)
    assert stack.geometry.spacing_mm == (0.7, 0.5, 2.0)
    assert stack.notes == ()


def test_spacing_comes_from_positions_not_from_the_thickness():
    (stack,) = arrange([instance(z * 1.5, thickness_mm=3.0) for z in range(4)])
    assert stack.geometry.spacing_mm[2] == pytest.approx(1.5)


def test_order_follows_the_normal_of_any_orientation():
    sagittal = (0, 1, 0, 0, 0, -1)  # the normal points to the patient's right
    members = [
        instance(0.0, position=(float(x), 0, 0), orientation=sagittal, sop_instance_uid=str(x)) for x in range(3)
    ]
    (stack,) = arrange(members)
    assert [one.position[0] for one in stack.instances] == [2, 1, 0]


@pytest.mark.parametrize(
    "other",
    [
        {"series_uid": "9"},
        {"study_uid": "9"},
        {"frame_of_reference_uid": "9"},
        {"spacing": (0.6, 0.7)},
        {"orientation": (0, 1, 0, 0, 0, -1)},
        {"pixels": replace(LAYOUT, rows=5)},
        {"pixels": replace(LAYOUT, signed=True)},
        {"localizer": True},
        {"position": None},
    ],
)
def test_what_differs_in_kind_is_a_stack_of_its_own(other):
    stacks = arrange([instance(0.0), instance(2.0), replace(instance(4.0), **other)])
    assert sorted(len(stack.instances) for stack in stacks) == [1, 2]


def test_rounded_direction_cosines_stay_together():
    assert len(arrange([instance(0.0), instance(2.0, orientation=(1, 1e-5, 0, 0, 1, 0))])) == 1


def test_a_missing_slice_is_named_with_its_neighbours():
    (stack,) = arrange([instance(z) for z in (0.0, 2.0, 4.0, 8.0, 10.0)])
    assert stack.notes == ("1 slice seems to be missing between slices 3 and 4.",)
    assert stack.geometry.spacing_mm[2] == 2.0


def test_irregular_spacing_is_said_with_its_range():
    (stack,) = arrange([instance(z) for z in (0.0, 2.0, 4.3, 6.3, 8.3)])
    assert any("irregularly, from 2.00 to 2.30 mm" in note for note in stack.notes)


def test_a_tilted_gantry_is_said_and_gives_a_sheared_grid():
    members = [instance(float(z), position=(0.0, 0.2 * z, float(z))) for z in range(4)]
    (stack,) = arrange(members)
    assert "gantry tilt of 11.3 degrees" in stack.notes[0]
    assert stack.geometry.to_mm((0, 0, 3)) == pytest.approx((0, 0.6, 3))


def two_each(**of) -> list[Instance]:
    """Three places with two images each; ``of`` maps a name to the values of the two."""
    return [
        instance(2.0 * z, phases=tuple((name, str(values[k])) for name, values in of.items()), number=z + 10 * k)
        for z in range(3)
        for k in range(2)
    ]


def test_two_echoes_at_every_place_are_phases_of_one_stack():
    (stack,) = arrange(two_each(**{"image type": "MM", "echo time": (9.5, 5)}))
    assert stack.phases == ("echo 5 ms", "echo 9.5 ms")
    assert [[one.position[2] for one in part] for part in stack.phase_instances] == [[0, 2, 4], [0, 2, 4]]
    assert stack.instances == stack.phase_instances[0]
    assert (stack.label, stack.notes) == ("", ())


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("image type", ["image type 1", "image type 2"]),
        ("kernel", ["kernel 1", "kernel 2"]),
        ("acquisition", ["acquisition 1", "acquisition 2"]),
    ],
)
def test_what_is_no_axis_makes_series_of_their_own(name, labels):
    stacks = arrange(two_each(**{name: (1, 2)}))
    assert [stack.label for stack in stacks] == labels
    assert all(stack.phases == () and "2 sets of images" in stack.notes[0] for stack in stacks)


def test_each_kind_has_its_phases():
    members = [
        instance(2.0 * z, phases=(("image type", kind), ("echo time", str(echo))), number=z)
        for z in range(3)
        for kind in "MP"
        for echo in (5, 9)
    ]
    stacks = arrange(members)
    assert [(stack.label, stack.phases) for stack in stacks] == [
        ("image type M", ("echo 5 ms", "echo 9 ms")),
        ("image type P", ("echo 5 ms", "echo 9 ms")),
    ]


def test_a_slice_measured_twice_does_not_mix_the_kinds():
    members = [
        instance(2.0 * z, phases=(("image type", kind),), number=k * 9 + z)
        for z in range(4)
        for k, kind in enumerate("MP")
    ]
    members.append(instance(2.0, phases=(("image type", "M"),), number=99, sop_instance_uid="again"))
    kinds = [{one.phases[0][1] for one in stack.instances} for stack in arrange(members)]
    assert kinds == [{"M"}, {"M"}, {"P"}]


def test_phases_that_cover_other_places_stay_series_of_their_own():
    members = [instance(2.0 * z, phases=(("b-value", "0"),)) for z in range(4)]
    members += [instance(2.0 * z, phases=(("b-value", "1000"),)) for z in range(1, 3)]
    whole, part = arrange(members)
    assert (places(whole), places(part)) == ([0, 2, 4, 6], [2, 4])
    assert (whole.label, part.label, whole.phases) == ("b 0", "b 1000", ())


def test_phases_shifted_within_the_plane_are_no_phases():
    members = [instance(2.0 * z, phases=(("phase", "1"),)) for z in range(3)]
    members += [instance(2.0 * z, position=(0.5, 0.0, 2.0 * z), phases=(("phase", "2"),)) for z in range(3)]
    assert [stack.phases for stack in arrange(members)] == [(), ()]


def test_diffusion_is_named_by_its_b_value_and_its_direction():
    measured = [("0", ""), ("1000", "1 0 0"), ("1000", "0 1 0"), ("500", "1 0 0")]
    members = [
        instance(2.0 * z, phases=(("b-value", b), ("direction", way)), number=k)
        for z in range(3)
        for k, (b, way) in enumerate(measured)
    ]
    (stack,) = arrange(members)
    assert stack.phases == ("b 0", "b 500, direction 1", "b 1000, direction 1", "b 1000, direction 2")


def test_a_beating_heart_is_ordered_by_trigger_times_that_differ_from_slice_to_slice():
    members = [
        instance(8.0 * z, phases=(("trigger time", str(40 * k + z)),), number=(7 * z + 3 * k) % 12)
        for z in range(3)
        for k in range(4)
    ]
    (stack,) = arrange(members)
    assert stack.phases == ("trigger 0 ms", "trigger 40 ms", "trigger 80 ms", "trigger 120 ms")
    for k, part in enumerate(stack.phase_instances):
        assert [one.phases[0][1] for one in part] == [str(40 * k + z) for z in range(3)]


def test_a_time_series_without_any_other_sign_is_ordered_by_its_times():
    members = [instance(8.0 * z, phases=(("time", f"10{k}{z}00.5"),), number=z) for z in range(3) for k in (2, 0, 1)]
    (stack,) = arrange(members)
    assert stack.phases == ("volume 1", "volume 2", "volume 3")
    assert [part[0].phases[0][1] for part in stack.phase_instances] == ["100000.5", "101000.5", "102000.5"]


def test_three_acquisitions_are_a_time_series():
    members = [
        instance(8.0 * z, phases=(("acquisition", str(k)),), number=k * 3 + z) for z in range(3) for k in (10, 9, 2)
    ]
    (stack,) = arrange(members)
    assert stack.phases == ("acquisition 2", "acquisition 9", "acquisition 10")


def test_images_at_one_place_without_a_telling_header_are_ordered_by_number_with_a_note():
    members = [instance(2.0 * z, number=z + 3 * k, sop_instance_uid=f"{z}.{k}") for z in range(3) for k in range(2)]
    (stack,) = arrange(members)
    assert stack.phases == ("volume 1", "volume 2")
    assert [[one.number for one in part] for part in stack.phase_instances] == [[0, 1, 2], [3, 4, 5]]
    assert "ordered by InstanceNumber" in stack.notes[0]


def test_a_slice_measured_twice_does_not_break_its_series():
    members = [instance(2.0 * z, number=z) for z in range(5)] + [instance(4.0, number=9, sop_instance_uid="again")]
    whole, again = arrange(members)
    assert (places(whole), places(again)) == ([0, 2, 4, 6, 8], [4])


def test_two_blocks_beside_each_other_are_two_stacks():
    members = [
        instance(2.0 * z, position=(80.0 * side, 0.0, 2.0 * z), number=side) for z in range(4) for side in (0, 1)
    ]
    left, right = arrange(members)
    assert ({one.position[0] for one in left.instances}, {one.position[0] for one in right.instances}) == ({0}, {80})


def test_a_tilted_series_with_two_phases_is_one_stack():
    members = [
        instance(float(z), position=(0.0, 0.2 * z, float(z)), phases=(("phase", str(k)),))
        for z in range(5)
        for k in (1, 2)
    ]
    (stack,) = arrange(members)
    assert stack.phases == ("phase 1", "phase 2")
    assert stack.badges == ("gantry tilt 11.3°",)


def test_unevenly_shifted_slices_are_said():
    shifts = [0.0, 0.6, -0.4, 0.5, 0.0]
    (stack,) = arrange([instance(2.0 * z, position=(shift, 0.0, 2.0 * z)) for z, shift in enumerate(shifts)])
    assert stack.badges == ("shifted slices",)


def test_the_unusual_is_said_in_two_words_as_well():
    gap, uneven = (arrange([instance(z) for z in found])[0] for found in ((0, 2, 4, 10, 12), (0, 2, 4.3, 6.3, 8.3)))
    assert (gap.badges, uneven.badges) == (("2 slices missing",), ("irregular spacing",))


def test_slices_without_positions_are_ordered_by_number_and_without_orientation():
    (stack,) = arrange([instance(None, number=n, path=Path(f"{n}")) for n in (3, 1, 2)])
    assert [one.number for one in stack.instances] == [1, 2, 3]
    assert not stack.geometry.oriented
    assert any("InstanceNumber" in note for note in stack.notes)


def test_a_single_image_without_any_geometry_is_shown_with_pixels_of_one_millimetre():
    (stack,) = arrange([instance(None, spacing=None, thickness_mm=None)])
    assert stack.geometry.spacing_mm == (1, 1, 1)
    assert len(stack.notes) == 2


def test_the_same_instance_twice_counts_once():
    twice = [instance(0.0), instance(2.0), replace(instance(0.0), path=Path("copy.dcm"))]
    kept, repeated = drop_repeated(twice, lambda a, b: True)
    assert [one.path.name for one in kept] == ["0.0.dcm", "2.0.dcm"]
    assert [(entry.other.path.name, entry.identical) for entry in repeated] == [("copy.dcm", True)]


def test_instances_without_an_identifier_are_never_taken_for_copies():
    kept, repeated = drop_repeated([instance(0.0, sop_instance_uid="")] * 2, lambda a, b: True)
    assert (len(kept), repeated) == (2, [])


def test_the_grid_of_a_stack_puts_every_slice_where_its_file_says():
    members = [instance(z, position=(3.0, -7.0, z), orientation=(0.6, 0.8, 0, -0.8, 0.6, 0)) for z in (1.0, 3.5, 6.0)]
    (stack,) = arrange(members)
    for k, one in enumerate(stack.instances):
        assert stack.geometry.to_mm((0, 0, k)) == pytest.approx(one.position)
        along_row = stack.geometry.to_mm((1, 0, k)) - stack.geometry.to_mm((0, 0, k))
        assert along_row == pytest.approx(np.array([0.6, 0.8, 0]) * 0.7)
