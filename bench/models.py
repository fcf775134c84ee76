#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the models of the benchmark, weights seeded, in the layout of the ONNX model zoo. Wants onnx and numpy."""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]


def builders():
    from zoo import sequence, vision
    return {
        "resnet50": vision.resnet50,
        "mobilenetv2": vision.mobilenetv2,
        "bert_base": sequence.bert,
        "minilm": sequence.minilm,
        "gpt2": sequence.gpt2,
        "lstm": sequence.lstm,
        "mlp_b1": vision.mlp,
        "mlp_b64": lambda dynamic=False: vision.mlp(64, dynamic),
        "cnn_b1": vision.cnn,
        "cnn_b64": lambda dynamic=False: vision.cnn(64, dynamic),
    }


def write(folder, names=(), dynamic=False):
    """Writes what is not there yet; gives the folders of the models, in the order of the table."""
    from zoo.graph import save
    folders = []
    for name, build in builders().items():
        if names and name not in names:
            continue
        target = pathlib.Path(folder) / (name + ("_dynamic" if dynamic else ""))
        if not (target / "model.onnx").exists():
            save(build(dynamic=dynamic), target)
        folders.append(target)
    return folders


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which models; otherwise all")
    parser.add_argument("--output", default=str(ROOT / "build/bench/models"), help="the folder that gets them")
    parser.add_argument("--dynamic", action="store_true", help="with symbolic batch and sequence")
    arguments = parser.parse_args()
    try:
        unknown = set(arguments.names) - set(builders())
    except ImportError as error:
        sys.exit(f"skipped: {error} (`make venv` installs what this needs, where PyPI can be reached)")
    if unknown:
        sys.exit(f"models: expected names of {', '.join(builders())} but got {', '.join(sorted(unknown))}")
    for folder in write(arguments.output, arguments.names, arguments.dynamic):
        print(folder)


if __name__ == "__main__":
    main()
