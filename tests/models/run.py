#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real models through `ingot verify`, with its default bounds: dynamic dimensions left dynamic, and again specialized
to each data set. The models lie beside the repository, in ../shared/models, in the layout of the ONNX model zoo.
"""
import argparse
import functools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import process, report, wire  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

DATA = HERE.parents[2] / "shared" / "models"
# Models that need a looser bound, and why.
BOUNDS = {}
# Models whose operators belong to a later issue. Remove a line when its model verifies.
WAITING = {"cct2_train_sgd": "a training graph: gradient operators are not supported yet"}


def verify(ingot, model, data, options=()):
    return process.check([ingot, "verify", model / "model.onnx", "--data", data, *options, *BOUNDS.get(model.name, ())],
                         timeout=900)


def largest_errors(result):
    """The errors that verify printed, in short."""
    numbers = [line.split("largest error ")[1].split(" absolute")[0] for line in result.stdout.splitlines()
               if "largest error " in line]
    return "largest error " + max(numbers, key=float) if numbers else ""


def run_dynamic(ingot, model):
    try:
        result = verify(ingot, model, model)
    except Failure as failure:
        if model.name in WAITING:
            raise Skip(f"{WAITING[model.name]} ({failure})") from None
        raise
    if model.name in WAITING:
        raise Failure("verifies: remove it from WAITING")
    return largest_errors(result)


def extents_of(model, data):
    """What the named dimensions of the inputs are in a data set."""
    extents = {}
    for index, value in enumerate(wire.read_model(model / "model.onnx").inputs):
        dims = wire.read_tensor_dims(data / f"input_{index}.pb")
        extents.update({name: dim for name, dim in zip(value.dims or (), dims) if isinstance(name, str)})
    return extents


def run_specialized(ingot, model):
    sets = {}
    for data in sorted(model.glob("test_data_set_*")):
        shape = ",".join(f"{name}={extent}" for name, extent in extents_of(model, data).items())
        sets.setdefault(shape, []).append(data)
    if list(sets) == [""]:
        raise Skip("the shapes are static, or their dimensions have no names")
    for shape, folders in sets.items():
        for data in folders:
            verify(ingot, model, data, ["--shape", shape])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent")
        sys.exit(77)
    cases = []
    for model in sorted(folder for folder in DATA.iterdir() if (folder / "model.onnx").exists()):
        cases.append((model.name, functools.partial(run_dynamic, arguments.ingot, model)))
        if model.name not in WAITING:
            cases.append((model.name + "-specialized", functools.partial(run_specialized, arguments.ingot, model)))
    report.main("models", cases, arguments)


if __name__ == "__main__":
    main()
