#!/usr/bin/env python3
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs every suite through CTest and adds up their cases.

A CTest test whose results/<name>.xml exists stands for the cases in that file (lit, conformance, ...); any other is
one case. Prints a table by label and why cases were skipped, and writes the total to <build>/tests/total.txt.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml


def count_cases(path):
    """Passed, failed and skipped cases of a JUnit file."""
    counts = collections.Counter()
    for case in xml.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            counts["failed"] += 1
        elif case.find("skipped") is not None:
            counts["skipped"] += 1
        else:
            counts["passed"] += 1
    return counts


def skip_reasons(case, results):
    """Why a CTest test, or cases of it, were skipped."""
    own = results / (case.get("name") + ".xml")
    if own.exists():
        return [skip.get("message") or "no reason given" for skip in xml.parse(own).getroot().iter("skipped")]
    if case.get("status") in ("run", "fail"):
        return []
    lines = (case.findtext("system-out") or "").strip().splitlines()
    return [lines[-1] if lines else "no reason given"]


def read_labels(build):
    """The first label of each CTest test."""
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True)
    labels = {}
    for test in json.loads(listed.stdout)["tests"]:
        values = [item["value"] for item in test.get("properties", []) if item["name"] == "LABELS"]
        labels[test["name"]] = values[0][0] if values and values[0] else "other"
    return labels


def count_test(case, results):
    """One CTest test: the cases of its own file, or itself."""
    status = case.get("status")
    own = results / (case.get("name") + ".xml")
    if own.exists():
        counts = count_cases(own)
        if status == "fail" and not counts["failed"]:
            counts["failed"] = 1  # ended before its report was complete
        return counts
    outcome = {"run": "passed", "fail": "failed"}.get(status, "skipped")
    return collections.Counter({outcome: 1})


def run_ctest(build, jobs, labels, junit):
    command = ["ctest", "--test-dir", build, "-j", str(jobs), "--output-on-failure", "--no-tests=error",
               "--output-junit", junit]
    if labels:
        command += ["-L", "^(" + labels.replace(",", "|") + ")$"]
    return subprocess.run([str(word) for word in command]).returncode


def print_table(rows, total):
    print(f"\n{'suite':14}{'passed':>8}{'failed':>8}{'skipped':>9}")
    for label, counts in sorted(rows.items()) + [("total", total)]:
        print(f"{label:14}{counts['passed']:8}{counts['failed']:8}{counts['skipped']:9}")


def print_reasons(reasons):
    if reasons:
        print("\nskipped, and why")
    for (label, reason), count in sorted(reasons.items(), key=lambda item: (item[0][0], -item[1])):
        print(f"{label:14}{count:8}  {reason[:160]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help="the build folder")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="tests to run at once")
    parser.add_argument("--labels", default="", help="run only these suites: unit,lit,errors,...")
    arguments = parser.parse_args()

    folder = pathlib.Path(arguments.build).resolve() / "tests"
    results = folder / "results"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    junit = folder / "ctest.xml"
    junit.unlink(missing_ok=True)
    status = run_ctest(arguments.build, arguments.jobs, arguments.labels, junit)

    rows, total, reasons = collections.defaultdict(collections.Counter), collections.Counter(), collections.Counter()
    if junit.exists():
        labels = read_labels(arguments.build)
        for case in xml.parse(junit).getroot().iter("testcase"):
            counts = count_test(case, results)
            label = labels.get(case.get("name"), "other")
            rows[label].update(counts)
            for reason in skip_reasons(case, results):
                reasons[label, "expected failure" if reason.startswith("expected failure: ") else reason] += 1
            total.update(counts)
    elif status:
        total["failed"] = 1
    print_table(rows, total)
    print_reasons(reasons)
    line = f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped"
    (folder / "total.txt").write_text(line + "\n")
    sys.exit(1 if status or total["failed"] else 0)


if __name__ == "__main__":
    main()
