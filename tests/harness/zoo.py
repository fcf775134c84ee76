# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The real models beside the repository, in the layout of the ONNX model zoo: a folder each, with model.onnx and
test_data_set_N/input_M.pb. They are not part of it; what needs them is skipped where they are absent."""
import pathlib

from harness import wire

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "shared" / "models"
# Models whose operators belong to a later issue. Remove a line when its model verifies.
WAITING = {"cct2_train_sgd": "a training graph, whose optimizer steps are not supported yet"}


def models():
    """The models' folders."""
    return sorted(path.parent for path in FOLDER.glob("*/model.onnx"))


def extents_of(model, data):
    """What --shape calls the inputs' dynamic dimensions, and their extents in a data set."""
    extents = {}
    for index, value in enumerate(wire.read_model(model / "model.onnx").inputs):
        extents_here = wire.read_tensor_dims(data / f"input_{index}.pb")
        for axis, (dim, extent) in enumerate(zip(value.dims or (), extents_here)):
            if not isinstance(dim, int):
                extents[dim or f"{value.name}.{axis}"] = extent
    return extents


def shape_options(model, data):
    """The options that specialize a model to a data set; none where it is static."""
    settings = [f"{name}={extent}" for name, extent in extents_of(model, data).items()]
    return ["--shape", ",".join(settings)] if settings else []
