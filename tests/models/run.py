#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real models through `ingot verify`, with its default bounds: dynamic dimensions left dynamic, and again specialized
to the shapes of each data set, on two threads; dynamic, too, through the reference kernels (-O0), the unoptimized graph
(-O1), and on one thread.
"""
import argparse
import collections
import functools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import process, report, zoo  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

# Models that need a looser bound, and why.
BOUNDS = {}
# All else runs on two threads, however many processors there are.
PATHS = {"reference": "-O0", "unoptimized": "-O1", "one-thread": "--threads=1"}


def verify(ingot, model, data, options=()):
    return process.check([ingot, "verify", model / "model.onnx", "--data", data, "--threads=2", *options,
                          *BOUNDS.get(model.name, ())], timeout=900)


def largest_errors(result):
    """The errors that verify printed, in short."""
    numbers = [line.split("largest error ")[1].split(" absolute")[0] for line in result.stdout.splitlines()
               if "largest error " in line]
    return "largest error " + max(numbers, key=float) if numbers else ""


def run_dynamic(ingot, model):
    try:
        result = verify(ingot, model, model)
    except Failure as failure:
        if model.name in zoo.WAITING:
            raise Skip(f"{zoo.WAITING[model.name]} ({failure})") from None
        raise
    if model.name in zoo.WAITING:
        raise Failure("verifies: remove it from WAITING")
    return largest_errors(result)


def run_path(ingot, model, option):
    return largest_errors(verify(ingot, model, model, (option,)))


def run_specialized(ingot, model):
    """Once for each of the shapes that the data sets have."""
    sets = collections.defaultdict(list)
    for data in sorted(model.glob("test_data_set_*")):
        sets[tuple(zoo.shape_options(model, data))].append(data)
    if list(sets) == [()]:
        raise Skip("all shapes are static")
    for options, folders in sets.items():
        for data in folders:
            verify(ingot, model, data, options)
    return ", ".join(options[-1] for options in sets)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    arguments = parser.parse_args()
    if not zoo.models():
        print(f"skipped: there are no models in {zoo.FOLDER}")
        sys.exit(77)
    cases = []
    for model in zoo.models():
        cases.append((model.name, functools.partial(run_dynamic, arguments.ingot, model)))
        if model.name not in zoo.WAITING:
            cases.append((model.name + "-specialized", functools.partial(run_specialized, arguments.ingot, model)))
            for path, option in PATHS.items():
                cases.append((f"{model.name}-{path}", functools.partial(run_path, arguments.ingot, model, option)))
    report.main("models", cases, arguments)


if __name__ == "__main__":
    main()
