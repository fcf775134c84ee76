#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""ONNX's own operator tests, from Debian's libonnx-testdata, through `ingot verify`.

Everything goes through the optimized path on two threads; every sixth node case each also through the reference
kernels (-O0) and the unoptimized graph (-O1), and on one thread.

A case that cannot pass yet is listed in expected-failures.txt. That list only shrinks: the suite fails when a listed
case passes and when one that is not listed fails. --update rewrites the list.
"""
import argparse
import functools
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from harness import process, report, wire  # noqa: E402
from harness.report import Failure, Skip  # noqa: E402

DATA = pathlib.Path("/usr/share/libonnx-testdata/data")
GROUPS = ("node", "simple", "pytorch-converted", "pytorch-operator")
PATHS = {"reference": "-O0", "unoptimized": "-O1", "one-thread": "--threads=1"}
STRIDE = 6  # of the node cases on these paths
LIST = HERE / "expected-failures.txt"
# Their outputs are random: the data shows types and shapes only.
RANDOM = {"Bernoulli", "RandomUniform", "RandomUniformLike", "RandomNormal", "RandomNormalLike", "Multinomial"}
# Random, and written out as the operators they stand for.
RANDOM_EXPANDED = ("bernoulli", "training_dropout")


def read_list():
    lines = LIST.read_text().splitlines() if LIST.exists() else []
    return {line.split("#")[0].strip() for line in lines} - {""}


def classify(model):
    """Why a case is out of scope, or None."""
    for value in model.inputs + model.outputs:
        if value.kind != "tensor":
            return f"{value.kind} type"
        if value.dtype == "string":
            return "string type"
    return None


def is_random(case, model):
    return any(node.op in RANDOM for node in model.nodes) or case.name.startswith(
        tuple("test_" + name for name in RANDOM_EXPANDED))


def run(ingot, case, expected, options=()):
    model = wire.read_model(case / "model.onnx")
    reason = classify(model)
    if reason:
        raise Skip(reason)
    command = [ingot, "verify", case / "model.onnx", "--data", case, "--threads=2", *options]
    if is_random(case, model):
        command += ["--rtol", "0", "--atol", "inf"]
    try:
        process.check(command, timeout=120)
    except Failure as failure:
        if expected:
            raise Skip(f"expected failure: {failure}") from None
        raise
    if expected:
        raise Failure(f"passes: remove it from {LIST.name}")


def update_list(outcomes):
    """Keeps listed cases that still fail and adds those that fail now."""
    outcomes = [outcome for outcome in outcomes if outcome.name.split("/")[0] in GROUPS]
    still = {outcome.name: outcome.reason.removeprefix("expected failure: ") for outcome in outcomes
             if outcome.status == "failed" and not outcome.reason.startswith("passes: ")
             or outcome.reason.startswith("expected failure: ")}
    seen = {outcome.name for outcome in outcomes}
    kept = {name: "" for name in read_list() - seen}
    lines = [f"{name}  # {reason.splitlines()[0]}" if reason else name for name, reason in {**kept, **still}.items()]
    head = "# Cases that do not pass yet, and why. This list only shrinks.\n"
    LIST.write_text(head + "\n".join(sorted(lines)) + "\n")


def all_cases(ingot, expected):
    """Pairs of a name and a function."""
    groups = {group: sorted(folder for folder in (DATA / group).iterdir() if folder.is_dir()) for group in GROUPS}
    for group, folders in groups.items():
        for folder in folders:
            name = f"{group}/{folder.name}"
            yield name, functools.partial(run, ingot, folder, name in expected)
    for number, (path, option) in enumerate(PATHS.items()):
        for folder in groups["node"][number * STRIDE // len(PATHS)::STRIDE]:
            if f"node/{folder.name}" not in expected:
                yield f"{path}/{folder.name}", functools.partial(run, ingot, folder, False, (option,))


def print_groups(outcomes):
    for group in (*GROUPS, *PATHS):
        statuses = [outcome.status for outcome in outcomes if outcome.name.startswith(group + "/")]
        print(f"{group}: passed {statuses.count('passed')}, failed {statuses.count('failed')}, "
              f"skipped {statuses.count('skipped')} of {len(statuses)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    report.add_arguments(parser)
    parser.add_argument("--update", action="store_true", help="rewrite expected-failures.txt")
    parser.add_argument("--verbose", action="store_true", help="print the cases that pass, too")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent (Debian package libonnx-testdata)")
        sys.exit(77)

    cases = [case for case in all_cases(arguments.ingot, read_list()) if arguments.filter in case[0]]
    outcomes = report.run_cases(cases, arguments.jobs, arguments.verbose)
    if arguments.update:
        update_list(outcomes)
    report.print_skips([outcome for outcome in outcomes if not outcome.reason.startswith("expected failure")])
    print_groups(outcomes)
    sys.exit(report.finish("conformance", outcomes, arguments.xml))


if __name__ == "__main__":
    main()
