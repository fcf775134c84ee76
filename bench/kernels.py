#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where a model's time goes: its kernels' times by the artifact's own profile, beside ONNX Runtime's operators by its.

Of each call of a kernel within a run the best time of many runs counts. Kernels are short, so their sum is close to the
run's time on a quiet machine even when the machine is not. On one thread.
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from sitting.artifact import Artifact, Model
from sitting.native import Processors
from sitting.peer import python_of

ROOT = pathlib.Path(__file__).resolve().parents[1]


def best_calls(events, runs):
    """(name, seconds of a run's best calls, calls a run, operations of a run), the longest first; events, which are
    (name, microseconds, GFLOP/s), in the order of their begin."""
    calls = collections.defaultdict(list)
    for name, microseconds, gflops in events:
        calls[name].append((microseconds * 1e-6, microseconds * gflops * 1e3))
    result = []
    for name, every in calls.items():
        each = max(1, len(every) // runs)
        best = [min(every[place::each]) for place in range(each)]
        result.append((name, sum(seconds for seconds, _ in best), each, sum(flops for _, flops in best)))
    return sorted(result, key=lambda one: -one[1])


def group(calls):
    """Calls of one kernel together, named by the first."""
    groups = {}
    for name, *figures in calls:
        known = groups.setdefault(name.split(":")[0], [name, 0, 0, 0])
        known[1:] = map(sum, zip(known[1:], figures))
    return sorted(map(tuple, groups.values()), key=lambda one: -one[1])


def our_calls(artifact, runs):
    trace = artifact.binary.with_suffix(".json")
    command = [artifact.binary, *artifact.inputs, "--threads", "1", "--bench", "--runs", str(runs), "--profile", trace]
    subprocess.run(command, check=True, capture_output=True)
    events = [event for event in json.loads(trace.read_text())["traceEvents"] if event.get("ph") == "X"]
    events.sort(key=lambda one: one["ts"])
    return best_calls([(event["name"], event["dur"], event["args"]["gflops"]) for event in events], runs)


def their_calls(model, runs):
    """By a script of its own, as profiling slows a session down and this process has no session."""
    script = """
import sys, numpy, onnx, onnxruntime
sys.path.insert(0, sys.argv[1])
from worker import read_feeds
options = onnxruntime.SessionOptions()
options.intra_op_num_threads, options.enable_profiling, options.profile_file_prefix = 1, True, sys.argv[2]
session = onnxruntime.InferenceSession(sys.argv[3], options, providers=["CPUExecutionProvider"])
feeds, _ = read_feeds(sys.argv[3], sys.argv[5:])
for _ in range(int(sys.argv[4])):
    session.run(None, feeds)
print(session.end_profiling())
"""
    done = subprocess.run([python_of("onnxruntime"), "-c", script, ROOT / "bench/peers", model.scratch / "ort",
                           model.file, str(runs), *model.inputs], check=True, capture_output=True, text=True)
    events = [event for event in json.loads(pathlib.Path(done.stdout.split()[-1]).read_text())
              if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")]
    events.sort(key=lambda one: one["ts"])
    return best_calls([(f"{event['args'].get('op_name')} {event['name'].removesuffix('_kernel_time')}", event["dur"],
                        0) for event in events], runs)


def print_calls(title, calls, count):
    """Prints one side's calls, with their speed where the profile counts operations."""
    everything = (f"all {len(calls)}", *map(sum, zip(*(figures for _, *figures in calls))))
    total, flops = everything[1], everything[3]
    print(f"\n| {title} | us | share | calls |{' GFLOP/s |' if flops else ''}")
    print(f"|---|---:|---:|---:|{'---:|' if flops else ''}")
    for name, seconds, each, own in (*calls[:count], everything):
        speed = f" {own / seconds * 1e-9:.1f} |" if flops and seconds else ""
        print(f"| {name} | {seconds * 1e6:.1f} | {seconds / total:.1%} | {each} |{speed}")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", type=pathlib.Path, help="folders in the zoo's layout")
    parser.add_argument("--ingot", default=str(ROOT / "build/bin/ingot"), help="the compiler")
    parser.add_argument("--count", type=int, default=12, help="how many kernels to show")
    parser.add_argument("--runs", type=int, default=20, help="how often to run")
    parser.add_argument("--group", action="store_true", help="all calls of a kernel together")
    parser.add_argument("--alone", action="store_true", help="without ONNX Runtime")
    arguments = parser.parse_args()
    Processors().pin(1)
    for folder in arguments.models:
        scratch = pathlib.Path(tempfile.mkdtemp())
        model = Model(folder.resolve(), scratch)
        artifact = Artifact(arguments.ingot, model, ["--profile"])
        calls = our_calls(artifact, arguments.runs)
        calls = group(calls) if arguments.group else calls
        ours = print_calls(f"{model.name}: Ingot", calls, arguments.count)
        if not arguments.alone:
            theirs = print_calls(f"{model.name}: ONNX Runtime", their_calls(model, arguments.runs), arguments.count)
            print(f"\n{model.name}: ratio {theirs / ours:.2f}")
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
