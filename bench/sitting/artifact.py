# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model and what Ingot makes of it: a stand-alone executable that measures itself."""
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from harness import wire  # noqa: E402

ONE_THREAD = "one thread"  # names our own artifact with a single one, where others have several
UNITS = {"": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


class Failure(Exception):
    """Ends the measurement of one model; its text says why."""


def call(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        lines = [line for line in lines if "error:" in line] or lines or [f"exit status {done.returncode}"]
        raise Failure(f"{pathlib.Path(command[0]).name}: {lines[0]}")
    return done.stdout


class Model:
    """A folder in the layout of the ONNX model zoo, and one that gets what is made of it."""

    def __init__(self, folder, scratch, data="test_data_set_0"):
        self.folder, self.name, self.file = folder, folder.name, folder / "model.onnx"
        self.scratch = scratch / folder.name
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.inputs = [path.resolve() for path in sorted((folder / data).glob("input_*.pb"),
                                                         key=lambda path: int(path.stem.split("_")[1]))]
        self.flops = self.parameters = 0

    def shape(self):
        """The extents of the symbolic dimensions, as --shape takes them."""
        extents = {}
        for value, path in zip(wire.read_model(self.file).inputs, self.inputs):
            extents.update({name: dim for name, dim in zip(value.dims or (), wire.read_tensor_dims(path))
                            if isinstance(name, str)})
        return ",".join(f"{name}={dim}" for name, dim in extents.items())

    def inspect(self, ingot):
        """Counts multiply-adds as two operations, and nothing else."""
        if not self.inputs and wire.read_model(self.file).inputs:
            raise Failure(f"no input_0.pb in {self.folder}/test_data_set_0")
        shape = self.shape()
        text = call([ingot, "inspect", self.file, *(["--shape", shape] if shape else [])])
        found = re.search(r"^FLOPs: .*, ([\d.]+) ?([kMGT]?) of them", text, re.MULTILINE)
        self.flops = float(found[1]) * UNITS[found[2]] if found else 0
        found = re.search(r"^parameters: (\d+)", text, re.MULTILINE)
        self.parameters = int(found[1]) if found else 0


class Artifact:
    name = "ingot"

    def __init__(self, ingot, model, options=(), name=None):
        self.binary = model.scratch / (name or model.name)
        begin = time.monotonic()
        call([ingot, "compile", model.file, "-o", self.binary, *options])
        self.compile_seconds = time.monotonic() - begin
        self.size = self.binary.stat().st_size
        self.inputs = [word for path in model.inputs for word in ("--input", str(path))]
        self.times = {}

    def outputs(self, numpy, file, threads):
        """What it computes, as arrays by their names."""
        call([self.binary, *self.inputs, "--threads", threads, "--output", file])
        with numpy.load(file) as arrays:
            return dict(arrays)

    def measure(self, seconds, threads):
        """One round: a process of its own, warmed up."""
        runs = max(5, min(200000, int(seconds * 1e6 / self.times[threads]))) if threads in self.times else 5
        text = call([self.binary, *self.inputs, "--bench", "--json", "--threads", threads, "--runs", runs])
        result = json.loads(text)
        self.times[threads] = result["median_us"]
        return result

    def footprint(self, native, threads, repeats=5):
        """From exec to exit, input and output files included, and the peak memory of the same run."""
        command = [self.binary, *self.inputs, "--threads", str(threads), "--output", self.binary.with_suffix(".npz")]
        runs = [native.launch(command) for _ in range(repeats + 1)][1:]
        return {"start_ms": 1e3 * statistics.median(run["seconds"] for run in runs),
                "peak_mib": max(run["peak_kib"] for run in runs) / 1024}
