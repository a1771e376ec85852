"""The encoders are those of Med3D, parameter for parameter, and every depth gives a map as large as the image."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the training extra only")

from models.training.resnet import Norm, ResNetSegmenter  # noqa: E402

PUBLISHED_MILLIONS = {10: 14.36, 18: 32.99, 34: 63.31, 50: 46.21}
"""Parameters and batch statistics of the encoders in MedicalNet's own table (github.com/Tencent/MedicalNet)."""


@pytest.mark.parametrize("depth", PUBLISHED_MILLIONS)
def test_the_encoder_has_as_many_parameters_as_the_published_one(depth: int) -> None:
    with torch.device("meta"):
        network = ResNetSegmenter(depth, Norm.FROZEN_BATCH)
    sizes = [
        value.numel()
        for name, value in network.state_dict().items()
        if not name.startswith("decoder.") and not name.endswith("num_batches_tracked")
    ]
    assert round(sum(sizes) / 1e6, 2) == PUBLISHED_MILLIONS[depth]


def test_only_shortcuts_of_kind_b_have_parameters() -> None:
    with torch.device("meta"):
        padded, convolved = ResNetSegmenter(18).state_dict(), ResNetSegmenter(10).state_dict()
    assert not [name for name in padded if "downsample" in name]
    names = {name for name in convolved if "downsample" in name and name.endswith("0.weight")}
    assert names == {f"layer{number}.0.downsample.0.weight" for number in (2, 3, 4)}


@pytest.mark.parametrize("depth", [10, 18, 50])
def test_every_voxel_gets_a_logit(depth: int) -> None:
    network = ResNetSegmenter(depth).eval()
    with torch.no_grad():
        assert network(torch.randn(1, 1, 16, 24, 8)).shape == (1, 1, 16, 24, 8)


def test_batch_statistics_that_came_with_weights_stay_as_they_came() -> None:
    network = ResNetSegmenter(10, Norm.FROZEN_BATCH).train()
    before = network.bn1.running_mean.clone()
    network(torch.randn(1, 1, 16, 16, 16))
    assert torch.equal(network.bn1.running_mean, before)
    assert network.bn1.weight.requires_grad
