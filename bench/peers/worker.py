#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a model with a peer, in a process of its own, told what to do line by line on the standard input.

Loads the model, runs it once and prints a JSON object: start_s from the model's file to the first output, peak_kib the
peak resident memory since before the peer was imported. Then answers "measure SECONDS" with median_us, p90_us, cpu_us
and runs, and "save FILE" with the outputs in an .npz.
"""
import argparse
import importlib
import json
import os
import pathlib
import statistics
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def status(key):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0


def timed(run):
    before = time.perf_counter()
    run()
    return time.perf_counter() - before


def measure(run, seconds):
    """Warmed up like the executables' --bench: three runs and a tenth of a second at least."""
    begin = time.perf_counter()
    for _ in range(3):
        run()
    while time.perf_counter() - begin < 0.1:
        run()
    times, end, processor = [], time.perf_counter() + seconds, time.process_time()
    while len(times) < 5 or time.perf_counter() < end:
        times.append(timed(run))
    processor = (time.process_time() - processor) / len(times)
    times.sort()
    return {"median_us": 1e6 * statistics.median(times), "p90_us": 1e6 * times[-(-len(times) * 9 // 10) - 1],
            "cpu_us": 1e6 * processor, "runs": len(times)}


def read_feeds(model, files):
    import onnx
    graph = onnx.load(model, load_external_data=False).graph
    weights = {weight.name for weight in graph.initializer}
    names = [value.name for value in graph.input if value.name not in weights]
    outputs = [value.name for value in graph.output]
    return {name: onnx.numpy_helper.to_array(onnx.load_tensor(file)) for name, file in zip(names, files)}, outputs


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peer", help="a module beside this one, name_peer")
    parser.add_argument("--try", dest="only_try", action="store_true", help="succeeds if the peer can be imported")
    parser.add_argument("--model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--scratch", type=pathlib.Path, help="a folder of the model for what the peer makes of it")
    parser.add_argument("--inputs", nargs="*", default=[])
    arguments = parser.parse_args()
    # What peers print must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    sys.path[0] = str(HERE)
    if arguments.only_try:
        importlib.import_module(f"{arguments.peer}_peer")
        return
    feeds, outputs = read_feeds(arguments.model, arguments.inputs)
    before = reset_peak()
    module = importlib.import_module(f"{arguments.peer}_peer")
    peer = module.Peer(arguments.model, arguments.threads, feeds, outputs, arguments.scratch)
    start = timed(lambda: (peer.load(), peer.run()))
    print(json.dumps({"start_s": start, "peak_kib": status("VmHWM") - before, "version": peer.version}), file=answers)
    peer.settle()
    for line in sys.stdin:
        word, value = line.split(maxsplit=1)
        if word == "measure":
            result = measure(peer.run, float(value))
        else:
            import numpy
            numpy.savez(value.strip(), **peer.outputs())
            result = {}
        print(json.dumps(result), file=answers)


def reset_peak():
    """Sets the peak resident memory to the present, and gives that in KiB."""
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


if __name__ == "__main__":
    main()
