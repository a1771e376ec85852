"""Which images at the same places make one volume each: the axes of a 4D series, and the kinds that stay apart.

An *axis* is something that is varied while the same grid is measured again (b-value, echo, heartbeat, time): its
volumes become the phases of one series. A *kind* (image type, kernel) makes another image of the same thing: a series
of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from medcrypt_gui.core.imaging.series import Instance
from medcrypt_gui.core.imaging.stack_grid import SAME_PLACE_MM
from medcrypt_gui.core.language import mark, tr

# The name of an axis that parts a group, and how one of its values is called.
_KINDS = {
    "image type": mark("image type {value}"),
    "segment": mark("segment {value}"),
    "kernel": mark("kernel {value}"),
    "stack": mark("stack {value}"),
}
# The name of an axis in `Instance.phases`, and how one of its values is called.
_CALLED = {
    "b-value": mark("b {value}"),
    "direction": mark("direction {value}"),
    "echo time": mark("echo {value} ms"),
    "echo": mark("echo {value}"),
    "inversion time": mark("TI {value} ms"),
    "flip angle": mark("flip {value}°"),
    "phase": mark("phase {value}"),
    "heartbeat": mark("{value} % of the heartbeat"),
    "trigger time": mark("trigger {value} ms"),
    "acquisition": mark("acquisition {value}"),
}
_EXACT = tuple(name for name in _CALLED if name != "acquisition")
_NAMED_BY = 2  # axes in the name of a phase
_TIMES = 3  # two acquisitions may be native and enhanced; three and more are a time series

Part = list[Instance]


@dataclass(frozen=True)
class Split:
    """The parts of a group, each with every place at most once; ``label`` and ``told`` say what tells them apart.

    ``axis`` says that equal grids among them are phases of one series.
    """

    parts: list[tuple[str, Part]]
    axis: bool
    told: bool = True


def places_of(ordered: Sequence[Instance]) -> list[list[Instance]]:
    """Instances at the same position along the normal together."""
    places: list[list[Instance]] = []
    for instance in ordered:
        if places and abs(_depth(instance) - _depth(places[-1][-1])) <= SAME_PLACE_MM:
            places[-1].append(instance)
        else:
            places.append([instance])
    return places


def parts_by_kind(ordered: Sequence[Instance]) -> list[tuple[str, Part]]:
    """The group by its kinds, each part labelled; one part without a label when no kind parts it sensibly."""
    parts: list[tuple[str, Part]] = [("", list(ordered))]
    for name, called in _KINDS.items():
        further: list[tuple[str, Part]] = []
        for label, part in parts:
            groups, places = _grouped(part, (name,)), len(places_of(part))
            if len(groups) < 2 or not all(_is_whole(members, places) for members in groups.values()):
                further.append((label, part))
            else:
                further += [(f"{label} {tr(called, value=key[0])}".strip(), members) for key, members in groups.items()]
        parts = further
    return sorted(parts, key=lambda entry: first_number(entry[1]))


def split(ordered: Sequence[Instance]) -> Split:
    """A group in which places are there several times, as parts in which they are there once."""
    places = places_of(ordered)
    exact = _by_values(ordered, len(places), complete=True) or _by_rank(places, "trigger time")
    if exact is not None:
        return Split(_named(exact), axis=True)
    for complete in (True, False):
        acquisitions = _once_each(_grouped(ordered, ("acquisition",)), ordered, len(places), complete)
        if acquisitions is not None:
            return Split(_named(acquisitions), axis=complete and len(acquisitions) >= _TIMES)
    incomplete = _by_values(ordered, len(places), complete=False)
    if incomplete is not None:
        return Split(_named(incomplete), axis=True)
    timed = _by_rank(places, "time")
    if timed is not None and len(timed) >= _TIMES:
        return Split(_named(timed), axis=True)
    return Split(_named(_by_number(places)), axis=True, told=False)


def first_number(part: Sequence[Instance]) -> int:
    return min((instance.number for instance in part if instance.number is not None), default=0)


def _depth(instance: Instance) -> float:
    depth = instance.position_mm
    return 0.0 if depth is None else depth


def _is_whole(part: Sequence[Instance], places: int) -> bool:
    """Whether a kind could be an image of its own: every place equally often, or most of the ``places`` there are.

    A kind that only some slices of one volume bear, here and there, is none.
    """
    own = places_of(part)
    return 2 * len(own) > places or len({len(place) for place in own}) == 1


def _value(instance: Instance, name: str) -> str:
    return next((value for key, value in instance.phases if key == name), "")


def _grouped(instances: Sequence[Instance], names: tuple[str, ...]) -> dict[tuple[str, ...], Part]:
    groups: dict[tuple[str, ...], Part] = {}
    for instance in instances:
        values = dict(instance.phases)
        groups.setdefault(tuple(values.get(name, "") for name in names), []).append(instance)
    return groups


def _by_values(ordered: Sequence[Instance], places: int, complete: bool) -> list[Part] | None:
    """By the fewest axes whose values leave every place once in each part; with ``complete``, all places."""
    varying = [name for name in _EXACT if len({_value(instance, name) for instance in ordered}) > 1]
    for count in (1, 2, 3):
        for names in combinations(varying, count):
            groups = _grouped(ordered, names)
            parts = _once_each(groups, ordered, places, complete)
            if parts is not None:
                keys = {id(part): key for key, part in groups.items()}
                return sorted(parts, key=lambda part: (_order(names, keys[id(part)]), first_number(part)))
    return None


def _order(names: tuple[str, ...], key: tuple[str, ...]) -> tuple[tuple[float, str], ...]:
    """Numbers by size; gradient directions, which have no order of their own, by when they were measured."""
    return tuple(_number(value) for name, value in zip(names, key, strict=True) if name != "direction")


def _once_each(
    groups: dict[tuple[str, ...], Part], ordered: Sequence[Instance], places: int, complete: bool
) -> list[Part] | None:
    parts = sorted(groups.values(), key=first_number)
    # Values that differ on every slice (times, numbers) would make as many parts as slices.
    most = len(ordered) // places if complete else max(2, len(ordered) // places * 2)
    if not 2 <= len(parts) <= most or (complete and any(len(part) != places for part in parts)):
        return None
    return parts if all(len(places_of(part)) == len(part) for part in parts) else None


def _by_rank(places: list[list[Instance]], name: str) -> list[Part] | None:
    """The first image of every place, the second, and so on, by a value that differs from place to place."""
    if len({len(place) for place in places}) != 1:
        return None
    ranked = []
    for place in places:
        values = [_value(instance, name) for instance in place]
        if "" in values or len(set(values)) != len(values):
            return None
        ranked.append(sorted(place, key=lambda instance: _number(_value(instance, name))))
    return [list(part) for part in zip(*ranked, strict=True)]


def _by_number(places: list[list[Instance]]) -> list[Part]:
    count = max(map(len, places))
    ranked = [sorted(place, key=lambda instance: instance.number or 0) for place in places]
    return [[place[k] for place in ranked if len(place) > k] for k in range(count)]


def _number(value: str) -> tuple[float, str]:
    try:
        return float(value), ""
    except ValueError:
        return 0.0, value


def _named(parts: list[Part]) -> list[tuple[str, Part]]:
    """Each part by the values that all its slices share and that tell it from others; by its place in the row else."""
    telling = _telling(parts)
    directions = _ordinals(parts, "direction")
    names = []
    for part in parts:
        values = {name: _value(part[0], name) for name in telling}
        values["direction"] = directions.get(values.get("direction", ""), "")
        said = [tr(_CALLED[name], value=_short(values[name])) for name in telling if values[name]]
        names.append(", ".join(said))
    seen: Counter[str] = Counter()
    often = Counter(names)
    for k, name in enumerate(names):
        seen[name] += 1
        if not name:
            names[k] = tr("volume {number}", number=k + 1)
        elif often[name] > 1:
            names[k] = f"{name} ({seen[name]})"
    return list(zip(names, parts, strict=True))


def _telling(parts: list[Part]) -> list[str]:
    """The first axes that tell the parts from each other, as few as do."""
    chosen: list[str] = []
    for name in _CALLED:
        if len(chosen) == _NAMED_BY or len(_grouped([part[0] for part in parts], tuple(chosen))) == len(parts):
            break
        if _tells(name, parts):
            chosen.append(name)
    return chosen


def _tells(name: str, parts: list[Part]) -> bool:
    values = [{_value(instance, name) for instance in part} for part in parts]
    if name == "trigger time":  # differs a little from slice to slice; the first one's will do
        return len({_value(part[0], name) for part in parts}) == len(parts)
    return all(len(found) == 1 for found in values) and len(set.union(*values)) > 1


def _ordinals(parts: list[Part], name: str) -> dict[str, str]:
    values = dict.fromkeys(_value(part[0], name) for part in parts)
    return {value: str(k) for k, value in enumerate((v for v in values if v), start=1)}


def _short(value: str) -> str:
    try:
        return f"{float(value):g}"
    except ValueError:
        return value
