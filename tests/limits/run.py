#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numbers that must not grow: time and memory of compiling, and how tight memory plans are."""
import argparse
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import onnxfile as onnx  # noqa: E402
from harness import process, report, zoo  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

MAX_SECONDS = 10
LARGE_LAYERS, LARGE_SIDE = 8, 4096  # of 64 MB each
MAX_PLAN = 1.2


def need(model):
    path = zoo.FOLDER / model / "model.onnx"
    if not path.exists():
        raise Skip(f"{path} is absent")
    return path


def measure(command):
    """Runs a command that must succeed; what it and its children used."""
    child = subprocess.Popen(command, stderr=subprocess.PIPE)
    message = child.stderr.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise Failure(f"exit status {status}: {message}")
    return usage


def compile_time(build):
    """The processor's time, which is the time on one core; the least of three where others slow the processor down."""
    seconds = float("inf")
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            usage = measure([build / "bin/ingot", "compile", need("yolox_nano"), "-o", pathlib.Path(folder) / "out"])
        seconds = min(seconds, usage.ru_utime + usage.ru_stime)
        if seconds <= MAX_SECONDS:
            break
    if seconds > MAX_SECONDS:
        raise Failure(f"expected at most {MAX_SECONDS} s but got {seconds:.1f} s")
    return f"{seconds:.1f} s"


def write_large(path):
    """A chain of matrix products with about 500 MB of weights, written piece by piece."""
    dims, names = [LARGE_SIDE, LARGE_SIDE], ["x", *(f"t{i}" for i in range(1, LARGE_LAYERS)), "y"]
    nodes = [onnx.node("MatMul", [names[i], f"w{i}"], [names[i + 1]], f"product_{i}") for i in range(LARGE_LAYERS)]
    row = os.urandom(64 * 1024)
    row = bytes(byte & 0x3D if i % 4 == 3 else byte for i, byte in enumerate(row))  # floats that are small
    data = row * (4 * LARGE_SIDE * LARGE_SIDE // len(row))
    parts = [onnx.fields(1, nodes), onnx.field(2, "graph")]
    parts += [onnx.field(5, onnx.tensor(f"w{i}", "f32", dims, data=data)) for i in range(LARGE_LAYERS)]
    parts += [onnx.field(11, onnx.value("x", "f32", ["N", LARGE_SIDE])),
              onnx.field(12, onnx.value("y", "f32", ["N", LARGE_SIDE]))]
    with open(path, "wb") as file:
        file.write(onnx.field(1, 8) + onnx.field(8, onnx.field(2, 17)))
        file.write(onnx.varint(7 << 3 | 2) + onnx.varint(sum(map(len, parts))))
        for part in parts:
            file.write(part)


def compile_memory(build):
    """At most 1.5 times the model's size and 300 MB."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.disk_usage(folder).free < 3 << 30:
            raise Skip(f"less than 3 GB are free in {folder}")
        model = pathlib.Path(folder) / "large.onnx"
        # In a process of its own: what a child is forked from counts as its memory.
        if os.fork() == 0:
            write_large(model)
            os._exit(0)
        os.wait()
        usage = measure([build / "bin/ingot", "compile", model, "-o", model.with_suffix("")])
        limit, used = 1.5 * model.stat().st_size + 300e6, usage.ru_maxrss * 1024
    if used > limit:
        raise Failure(f"expected at most {limit / 1e6:.0f} MB but got {used / 1e6:.0f} MB")
    return f"{used / 1e6:.0f} MB for a model of {(limit - 300e6) / 1.5e6:.0f} MB"


def plan_of(build, model):
    """A model's static plan against its largest live set, as plan-memory leaves both on the module."""
    if model.name in zoo.WAITING:
        raise Skip(zoo.WAITING[model.name])
    module = process.check([build / "bin/ingot", "compile", model / "model.onnx", "--stop-after=plan", "-o", "-",
                            *zoo.shape_options(model, model / "test_data_set_0")]).stdout
    memory = re.search(r"rt\.memory = \{([^}]*)\}", module)
    numbers = {name: int(value) for name, value in re.findall(r"(\w+) = (\d+)", memory[1] if memory else "")}
    arena, live, heap = (numbers.get(name, 0) for name in ("arena", "live", "heap"))
    if not live:
        raise Failure(f"nothing is planned while compiling: {numbers}")
    if arena > MAX_PLAN * live:
        raise Failure(f"expected at most {MAX_PLAN} x {live} bytes but got {arena}")
    return f"{arena} bytes, {arena / live:.2f} of the largest live set, {heap} buffers beside it"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    report.add_arguments(parser)
    parser.add_argument("--build", default="build", help="the build folder")
    arguments = parser.parse_args()
    build = pathlib.Path(arguments.build).resolve()
    cases = [("compile-time", functools.partial(compile_time, build)),
             ("compile-memory", functools.partial(compile_memory, build))]
    cases += [(f"plan-of-{model.name}", functools.partial(plan_of, build, model)) for model in zoo.models()]
    arguments.jobs = 1  # so that cases do not slow each other down
    report.main("limits", cases, arguments)


if __name__ == "__main__":
    main()
