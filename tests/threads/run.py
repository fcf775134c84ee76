#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled models and the runtime under ThreadSanitizer: several sessions at once, each with threads of its own.

A model's code is instrumented as well: the compiler writes LLVM IR, whose functions get the attribute that makes clang
check them, so that two pieces of a parallel loop that touch the same memory are found too.
"""
import argparse
import functools
import os
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))
from harness import onnxfile as onnx  # noqa: E402
from harness import process, report, zoo  # noqa: E402
from harness.report import Skip  # noqa: E402

CLANG = next((path for path in map(shutil.which, ("clang-22", "clang")) if path), None)
# The real models of most kinds of kernels: convolutions, attention, recurrent layers, dynamic shapes.
MODELS = ("cct2_infer", "gtcrn", "micro_kws_qdq", "mnist_8", "nnsplit_en", "ppocr_cls_v2", "silero_vad")
FLAGS = ["-fsanitize=thread", "-O1", "-g1"]


def check(ingot, runtime, model, inputs, folder, shape=()):
    """Compiles, instruments, links, and runs three sessions of three threads."""
    if not CLANG:
        raise Skip("there is no clang")
    process.check([ingot, "compile", model, "-o", folder / "model.ll", "--emit=llvm", "--weights=external",
                   "--target=x86-64-v3" if os.uname().machine == "x86_64" else "--target=native", *shape])
    text = (folder / "model.ll").read_text()
    instrumented = re.sub(r"^(attributes #\d+ = \{)", r"\1 sanitize_thread", text, flags=re.MULTILINE)
    (folder / "model.ll").write_text(instrumented)
    process.check([CLANG, *FLAGS, "-Wno-override-module", f"-I{ROOT}/runtime", f"-I{ROOT}/runtime/abi",
                   folder / "model.ll", HERE / "sessions.c", runtime, "-lm", "-lpthread", "-o", folder / "sessions"])
    environment = {**os.environ, "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}
    process.check([folder / "sessions", "3", "3", "3", *inputs], env=environment, cwd=folder)


def check_zoo(ingot, runtime, model):
    data = model / "test_data_set_0"
    inputs = sorted(data.glob("input_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    with tempfile.TemporaryDirectory() as folder:
        check(ingot, runtime, model / "model.onnx", inputs, pathlib.Path(folder))


def check_chain(ingot, runtime):
    """Products, a sum over rows and a softmax, large enough for threads."""
    rows, columns = 96, 256
    model = onnx.model(
        [onnx.node("MatMul", ["x", "w"], ["t"], "product"), onnx.node("Relu", ["t"], ["r"], "relu"),
         onnx.node("MatMul", ["r", "w"], ["u"], "again"), onnx.node("Softmax", ["u"], ["s"], "softmax"),
         onnx.node("ReduceSum", ["s"], ["y"], "sum")],
        [onnx.value("x", "f32", ["N", columns])],
        [onnx.value("y", "f32", [1, 1]), onnx.value("s", "f32", ["N", columns])],
        [onnx.tensor("w", "f32", [columns, columns], [(i % 17) / 16 - .5 for i in range(columns * columns)])])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "chain.onnx").write_bytes(model)
        (folder / "x.npy").write_bytes(onnx.npy("f32", [rows, columns], [(i % 13) / 13 for i in range(rows * columns)]))
        check(ingot, runtime, folder / "chain.onnx", [folder / "x.npy"], folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    report.add_arguments(parser)
    parser.add_argument("--runtime", type=pathlib.Path, default=ROOT / "build-threads" / "lib" / "libingot_rt.a",
                        help="the runtime, built with -fsanitize=thread")
    arguments = parser.parse_args()
    ingot, runtime = pathlib.Path(arguments.ingot).resolve(), arguments.runtime.resolve()
    cases = [("chain", functools.partial(check_chain, ingot, runtime))]
    cases += [(model.name, functools.partial(check_zoo, ingot, runtime, model)) for model in zoo.models()
              if model.name in MODELS]
    report.main("threads", cases, arguments)


if __name__ == "__main__":
    main()
