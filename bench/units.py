#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Forty matrix products and convolutions, a model of one node each: the share of the limit that the kernels reach, and
the whole run against ONNX Runtime; on one thread.

A kernel's time comes from the artifact's own profile, without the transposes between the caller's layout and the
kernel's; the run's time has everything. The limit is the nearer one of all multiply-adds at the probed peak and of
touching operands and result once.
"""
import argparse
import collections
import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

from sitting.artifact import Artifact, Failure, Model
from sitting.native import Native, Processors, bandwidth, merge_probes
from sitting.peer import Peer, python_of

ROOT = pathlib.Path(__file__).resolve().parents[1]
HEAD = """\
| unit | kernel us | GFLOP/s | of limit | best | run us | ONNX Runtime us | ratio | error |
|---|---:|---:|---:|---:|---:|---:|---:|---:|"""


def profile(artifact, seconds):
    """Median and best seconds of one run's kernels, transposes aside."""
    runs = max(10, int(seconds * 1e6 / artifact.times[1]))
    trace = artifact.binary.with_suffix(".json")
    command = [artifact.binary, *artifact.inputs, "--threads", "1", "--bench", "--runs", str(runs), "--profile", trace]
    subprocess.run(command, check=True, capture_output=True)
    durations = collections.defaultdict(list)
    for event in json.loads(trace.read_text())["traceEvents"]:
        if event.get("ph") == "X" and "transpose" not in event["name"].split(":")[0]:
            durations[event["name"]].append(event["dur"] * 1e-6)
    trace.unlink()
    # A kernel that runs more than once in a run counts as often.
    calls = {name: len(times) / runs for name, times in durations.items()}
    return [sum(calls[name] * choose(times) for name, times in durations.items())
            for choose in (statistics.median, min)]


def share(unit, seconds, probe):
    compute = unit.flops / (1e9 * probe["f32_gflops"])
    return max(compute, unit.bytes / (1e9 * bandwidth(probe, unit.bytes))) / seconds


def measure(unit, arguments, folder, native, numpy):
    from sitting.contest import relative_error
    from zoo.graph import save
    folder = folder / re.sub(r"[^a-z0-9]+", "_", unit.name.lower())
    save(unit.build(), folder)
    model = Model(folder, folder)
    artifact = Artifact(arguments.ingot, model)
    with Peer("onnxruntime", python_of("onnxruntime"), model, 1) as peer:
        error = relative_error(numpy, artifact.outputs(numpy, folder / "ours.npz", 1),
                               peer.outputs(numpy, folder / "theirs.npz"))
        rounds = [(artifact.measure(seconds, 1)["median_us"], peer.measure(seconds)["median_us"])
                  for seconds in (0, *[arguments.seconds] * arguments.rounds)][1:]
    marked = Artifact(arguments.ingot, model, ["--profile"])
    marked.times = artifact.times
    probes = [native.probe(1, 0.1)]
    kernel, best = profile(marked, arguments.seconds)
    probe = merge_probes([*probes, native.probe(1, 0.1)])
    shutil.rmtree(folder)
    return {"unit": unit.name, "kernel_us": kernel * 1e6, "gflops": unit.flops / kernel / 1e9, "error": error,
            "limit": share(unit, kernel, probe), "best": share(unit, best, probe), "probe": probe,
            "run_us": statistics.median(ours for ours, _ in rounds),
            "onnxruntime_us": statistics.median(theirs for _, theirs in rounds),
            "ratio": statistics.median(theirs / ours for ours, theirs in rounds)}


def line(row):
    return ("| {unit} | {kernel_us:.1f} | {gflops:.1f} | {limit:.0%} | {best:.0%} | {run_us:.1f} | "
            "{onnxruntime_us:.1f} | {ratio:.2f} | {error:.0e} |").format(**row)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ingot", default=str(ROOT / "build/bin/ingot"), help="the compiler")
    parser.add_argument("--output", default=str(ROOT / "build/bench"), help="the folder for table and JSON")
    parser.add_argument("--filter", default="", help="only units whose names contain this text")
    parser.add_argument("--rounds", type=int, default=3, help="how often to measure each")
    parser.add_argument("--seconds", type=float, default=0.2, help="how long to measure each in a round")
    arguments = parser.parse_args()
    try:
        import numpy
        from zoo.units import UNITS
    except ImportError as error:
        sys.exit(f"skipped: {error} (`make venv` installs what this needs, where PyPI can be reached)")
    output = pathlib.Path(arguments.output)
    native, rows = Native(output / "native"), []
    Processors().pin(1)
    print(HEAD, flush=True)
    for unit in UNITS:
        if arguments.filter not in unit.name:
            continue
        try:
            rows.append(measure(unit, arguments, output / "units", native, numpy))
            print(line(rows[-1]), flush=True)
        except Failure as failure:
            print(f"| {unit.name} | {failure} |", flush=True)
    if rows:
        reach, mean = sum(row["limit"] >= 0.93 for row in rows), statistics.geometric_mean(row["limit"] for row in rows)
        print(f"\n{reach} of {len(rows)} units reach 93 % of the limit, all of them {mean:.0%} on (geometric) average.")
    (output / "units.json").write_text(json.dumps(rows, indent=1) + "\n")
    (output / "units.md").write_text("\n".join([HEAD, *map(line, rows)]) + "\n")


if __name__ == "__main__":
    main()
