#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled models against ONNX Runtime and other peers: speed, start-up, memory; in one sitting, on the same
processors.

Everybody is warmed up and measured in turns, so that whatever else the machine does hits all. A round gives one ratio
of medians, the peer's time over ours; the table shows the median over the rounds and the spread. Above 1 Ingot is
faster. Wants onnx, onnxruntime and numpy.
"""
import argparse
import json
import pathlib
import shlex
import sys

import models
from sitting import report
from sitting.artifact import Failure, Model
from sitting.native import Native, Processors, merge_probes
from sitting.peer import PACKAGES

ROOT = pathlib.Path(__file__).resolve().parents[1]
INTERRUPTED = "interrupted"


def numbers(text):
    return [int(word) for word in text.split(",")]


def names(text):
    words = [word for word in text.split(",") if word]
    unknown = [word for word in words if word not in PACKAGES]
    if unknown:
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(PACKAGES)} but got {', '.join(unknown)}")
    return [word for word in words if word != "onnxruntime"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", help="which models, by name; otherwise all")
    parser.add_argument("--ingot", default=str(ROOT / "build/bin/ingot"), help="the compiler")
    parser.add_argument("--output", default=str(ROOT / "build/bench"), help="the folder for models, table and JSON")
    parser.add_argument("--real", default=str(ROOT.parent / "shared/models"), help="folder of more models, zoo layout")
    parser.add_argument("--threads", type=numbers, default=[1, 2], help="numbers of threads, 1,2 if left out")
    parser.add_argument("--peers", type=names, default=[], help="also openvino,iree,tvm,torch; installed on first use")
    parser.add_argument("--rounds", type=int, default=5, help="how often to measure each")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long to measure each in a round")
    parser.add_argument("--patience", type=int, default=5,
                        help="rounds to add while others keep the processors busy; the quietest count")
    parser.add_argument("--compile", type=shlex.split, default=[], metavar="FLAGS",
                        help="more flags of 'ingot compile', as --compile='--target=portable --fast-math'")
    parser.add_argument("--specialize", action="store_true", help="compile for the input's shapes")
    parser.add_argument("--dynamic", action="store_true",
                        help="the written models with symbolic batch and sequence, also against those specialized")
    parser.add_argument("--trend", nargs="?", const=str(ROOT / "bench/trend.jsonl"), help="append a line to this file")
    return parser.parse_args()


def find_models(arguments):
    """(set, model): those that models.py writes, and the real ones."""
    written = models.write(pathlib.Path(arguments.output) / "models", dynamic=arguments.dynamic,
                           names=[name.removesuffix("_dynamic") for name in arguments.models])
    found = [("written", folder) for folder in written]
    real = pathlib.Path(arguments.real)
    if real.is_dir():
        found += [("real", folder) for folder in sorted(real.iterdir()) if (folder / "model.onnx").exists()]
    scratch = pathlib.Path(arguments.output) / "artifacts"
    return [(which, Model(folder, scratch)) for which, folder in found
            if not arguments.models or folder.name in arguments.models
            or folder.name.removesuffix("_dynamic") in arguments.models]


def measure(arguments, contest, failures):
    print(report.LATENCY_HEAD, flush=True)
    rows = []
    for which, model in find_models(arguments):
        try:
            row = {**contest.run(model), "set": which}
        except Failure as failure:  # one model's failure must not cost the others' numbers
            failures[model.name] = str(failure)
            print(f"| {model.name} | {failure} |", flush=True)
            continue
        except KeyboardInterrupt:  # what is there is worth a table
            failures[model.name] = INTERRUPTED
            print(f"| {model.name} | {INTERRUPTED} |", flush=True)
            break
        rows.append(row)
        for threads in row["threads"]:
            print(report.latency_row(row, threads, merge_probes(contest.probes[threads])), flush=True)
    return rows


def main():
    arguments = parse()
    try:
        import numpy
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
    except ImportError as error:
        sys.exit(f"skipped: {error} (`make venv` installs what this needs, where PyPI can be reached)")
    from sitting.contest import Contest
    output = pathlib.Path(arguments.output)
    processors, native = Processors(), Native(output / "native")
    arguments.threads = [threads for threads in arguments.threads if threads <= len(processors.allowed)]
    contest = Contest(arguments, native, processors, numpy)
    failures = {}
    rows = measure(arguments, contest, failures)
    if not rows:
        sys.exit("nothing was measured")
    sitting = {"date": report.today(), "commit": report.commit(), "processor": report.processor(),
               "compile": shlex.join(arguments.compile), "versions": contest.versions, "failures": failures,
               "probes": {threads: merge_probes(probes) for threads, probes in contest.probes.items()},
               "means": report.means(rows), "rows": rows}
    (output / "bench.json").write_text(json.dumps(sitting, indent=1) + "\n")
    (output / "table.md").write_text(report.markdown(sitting))
    (output / "summary.md").write_text(report.summary(sitting))
    print("\n" + (output / "table.md").read_text())
    if arguments.trend and INTERRUPTED not in failures.values():
        report.append_trend(sitting, arguments.trend)


if __name__ == "__main__":
    main()
