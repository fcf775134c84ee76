#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Latency of compiled models against ONNX Runtime, on one thread and the same inputs.

Both are warmed up and measured in turns, so that whatever else the machine does hits both. A round gives one ratio of
medians; the table shows the median over the rounds, and below 1 means that Ingot is faster. Wants onnxruntime, numpy.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from harness import wire  # noqa: E402


def import_oracle():
    try:
        import onnx
        import onnxruntime
        return onnx, onnxruntime
    except ImportError as error:
        sys.exit(f"skipped: {error} (`make venv` installs what this needs, where PyPI can be reached)")


class Ingot:
    """A stand-alone executable, measured by its own --bench."""

    def __init__(self, compiler, model, inputs, folder, shape):
        self.binary = folder / "model"
        begin = time.monotonic()
        options = ["--shape", shape] if shape else []
        subprocess.run([compiler, "compile", model, "-o", self.binary, *options], check=True)
        self.compile_seconds = time.monotonic() - begin
        self.inputs = [word for path in inputs for word in ("--input", str(path))]
        self.runs = 0

    def measure(self, seconds):
        runs = ["--runs", str(self.runs)] if self.runs else []
        done = subprocess.run([self.binary, *self.inputs, "--bench", "--json", "--threads", "1", *runs], check=True,
                              capture_output=True, text=True)
        median = json.loads(done.stdout)["median_us"]
        self.runs = max(5, min(100000, int(seconds * 1e6 / median)))
        return median


class OnnxRuntime:
    def __init__(self, onnxruntime, onnx, model, inputs):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.feed = {}
        for value, path in zip(self.session.get_inputs(), inputs):
            self.feed[value.name] = onnx.numpy_helper.to_array(onnx.load_tensor(str(path)))

    def measure(self, seconds):
        times, begin = [], time.perf_counter()
        for _ in range(3):
            self.session.run(None, self.feed)
        while len(times) < 5 or time.perf_counter() - begin < seconds:
            before = time.perf_counter()
            self.session.run(None, self.feed)
            times.append(time.perf_counter() - before)
        return statistics.median(times) * 1e6


def input_files(data):
    files = sorted(data.glob("input_*.pb"), key=lambda path: int(path.stem.split("_")[1]))
    return [path.resolve() for path in files]


def extents_of(model, inputs):
    extents = {}
    for value, path in zip(wire.read_model(model).inputs, inputs):
        extents.update({name: dim for name, dim in zip(value.dims or (), wire.read_tensor_dims(path))
                        if isinstance(name, str)})
    return ",".join(f"{name}={dim}" for name, dim in extents.items())


def compare(model, arguments, onnx, onnxruntime):
    inputs = input_files(model / arguments.data)
    shape = extents_of(model / "model.onnx", inputs) if arguments.specialize else ""
    with tempfile.TemporaryDirectory() as folder:
        ours = Ingot(arguments.ingot, model / "model.onnx", inputs, pathlib.Path(folder), shape)
        theirs = OnnxRuntime(onnxruntime, onnx, model / "model.onnx", inputs)
        rounds = [(ours.measure(arguments.seconds), theirs.measure(arguments.seconds))
                  for _ in range(arguments.rounds + 1)][1:]
    return {
        "model": model.name,
        "ingot_us": round(statistics.median(a for a, _ in rounds), 2),
        "onnxruntime_us": round(statistics.median(b for _, b in rounds), 2),
        "ratio": round(statistics.median(a / b for a, b in rounds), 3),
        "compile_s": round(ours.compile_seconds, 2),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ingot", default=str(ROOT / "build/bin/ingot"), help="the compiler")
    parser.add_argument("--models", default=str(ROOT.parent / "shared/models"), help="folder of models, zoo layout")
    parser.add_argument("--filter", default="", help="only models whose names contain this text")
    parser.add_argument("--data", default="test_data_set_0", help="which data set's inputs")
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure both")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long to measure each in a round")
    parser.add_argument("--specialize", action="store_true", help="compile for the input's shapes")
    parser.add_argument("--json", help="write the rows here, too")
    arguments = parser.parse_args()
    if not pathlib.Path(arguments.models).is_dir():
        sys.exit(f"skipped: {arguments.models} is absent")
    onnx, onnxruntime = import_oracle()

    rows = []
    print("| model | Ingot (us) | ONNX Runtime (us) | ratio | compile (s) |\n|---|---:|---:|---:|---:|")
    for model in sorted(pathlib.Path(arguments.models).iterdir()):
        if arguments.filter not in model.name or not (model / "model.onnx").exists():
            continue
        try:
            row = compare(model, arguments, onnx, onnxruntime)
        except Exception as error:  # one model's failure must not cost the others' numbers
            print(f"| {model.name} | {str(error).splitlines()[0]} | | | |", flush=True)
            continue
        rows.append(row)
        print("| {model} | {ingot_us:.1f} | {onnxruntime_us:.1f} | {ratio:.2f} | {compile_s:.2f} |".format(**row),
              flush=True)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps({"onnxruntime": onnxruntime.__version__,
                                                            "cpus": os.cpu_count(), "rows": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
