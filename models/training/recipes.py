"""The models that can be made here and what their cards say; needs no PyTorch."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.segmentation.model_card import DataSource
from models.training.split import Protocol

_INTENDED_USE = "A first proposal that a person looks at and corrects before protecting a study. Not a medical device."
_BRAIN_SUMMARY = (
    "Proposes the whole brain as region of interest in 3D MR images of the head, of any contrast and orientation."
)
_BRAIN_LIMITS = "Trained on adults, mostly aged 69 to 96. Not for CT, single slices, other body parts or children."
_RESNET_LIMITS = f"{_BRAIN_LIMITS} There for comparison and for weights of one's own: brain-mr is smaller and better."

_NICHART = "https://github.com/CBICA/NiChart_Project"
_NICHART_LICENCE = "SBIA/AIBIL software licence"
_OPENMS = "https://github.com/muschellij2/open_ms_data"
_OPENMS_LICENCE = "CC-BY"
_PEOPLE = "NiChart_Project demo data, 2 mm: T1 and FLAIR of 17 of 23 people; Subj3, 7, 11, 16, 20, 22 held out"
_EVERYBODY = "NiChart_Project demo data: T1 of 23 and FLAIR of 17 people aged 69 to 96, two sites, 2 mm"


@dataclass(frozen=True)
class Recipe:
    """A model's name and words. ``resnet_depth`` is None for ``brain-mr``."""

    id: str
    title: str
    summary: str
    limits: str
    resnet_depth: int | None = None
    intended_use: str = _INTENDED_USE
    licence: str = "Apache-2.0"


def file_stem(model: str, protocol: Protocol) -> str:
    """The name of a run, and of its weights, card and report; the final model bears its own id."""
    return model if protocol is Protocol.FINAL else f"{model}-{protocol.value}"


def training_data(protocol: Protocol) -> tuple[DataSource, ...]:
    """What a run of that protocol saw, as the card says it."""
    nichart = DataSource(_EVERYBODY if protocol is Protocol.FINAL else _PEOPLE, _NICHART, _NICHART_LICENCE)
    patients = {
        Protocol.WITHOUT_OPENMS: "",
        Protocol.LEAVE_SUBJECTS_OUT: "patient01; patient04 held out",
        Protocol.FINAL: "patient01 and patient04",
    }[protocol]
    if not patients:
        return (nichart,)
    name = f"open_ms_data: FLAIR, T1 and T2 of {patients} (Lesjak et al. 2017)"
    return (nichart, DataSource(name, _OPENMS, _OPENMS_LICENCE))


def _resnet(depth: int) -> Recipe:
    summary = (
        f"Proposes the whole brain in 3D MR images of the head with a 3D ResNet-{depth} (Med3D's encoder), "
        "for comparison with brain-mr and for fine-tuning weights that you have."
    )
    return Recipe(f"resnet-{depth}", f"Brain (head MR), 3D ResNet-{depth}", summary, _RESNET_LIMITS, depth)


RECIPES = {
    recipe.id: recipe
    for recipe in (
        Recipe("brain-mr", "Brain (head MR)", _BRAIN_SUMMARY, _BRAIN_LIMITS),
        *map(_resnet, (10, 18, 34, 50)),
    )
}
