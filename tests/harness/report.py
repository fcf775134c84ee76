# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a suite's cases in parallel, prints one line a case and the totals, writes them as JUnit XML."""
import collections
import concurrent.futures
import os
import sys
import time
import traceback
import xml.etree.ElementTree as xml


class Skip(Exception):
    """Ends a case that cannot run here; its text is the reason."""


class Failure(Exception):
    """Ends a case that found something wrong; its text says what."""


Outcome = collections.namedtuple("Outcome", "name status reason seconds")


def run_case(name, function):
    """What a case returns, if anything, is a remark about how it passed."""
    begin = time.monotonic()
    try:
        reason, status = function() or "", "passed"
    except Skip as skip:
        reason, status = str(skip), "skipped"
    except Failure as failure:
        reason, status = str(failure), "failed"
    except Exception:  # a defect of the test itself
        reason, status = traceback.format_exc(), "failed"
    return Outcome(name, status, reason, time.monotonic() - begin)


def run_cases(cases, jobs=None, show_passed=True):
    """Runs (name, function) pairs on `jobs` threads; the functions wait for processes. Prints as they end."""
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
        futures = [pool.submit(run_case, name, function) for name, function in cases]
        for future in concurrent.futures.as_completed(futures):
            outcome = future.result()
            outcomes.append(outcome)
            if outcome.status != "passed" or show_passed:
                print_outcome(outcome)
    return sorted(outcomes)


def print_outcome(outcome):
    reason = f": {outcome.reason}" if outcome.reason else ""
    print(f"{outcome.status:7} {outcome.name}{reason} ({outcome.seconds:.1f} s)", flush=True)


def print_skips(outcomes):
    """Skipped cases, counted by reason."""
    reasons = collections.Counter(outcome.reason for outcome in outcomes if outcome.status == "skipped")
    for reason, count in reasons.most_common():
        print(f"skipped {count}: {reason}")


def finish(suite, outcomes, xml_path=None):
    """Prints the totals and returns the exit status."""
    counts = collections.Counter(outcome.status for outcome in outcomes)
    if xml_path:
        write_xml(suite, outcomes, counts, xml_path)
    print(f"{suite}: passed {counts['passed']}, failed {counts['failed']}, skipped {counts['skipped']}")
    return 1 if counts["failed"] else 0


def write_xml(suite, outcomes, counts, path):
    root = xml.Element("testsuite", name=suite, tests=str(len(outcomes)), failures=str(counts["failed"]),
                       skipped=str(counts["skipped"]))
    for outcome in outcomes:
        case = xml.SubElement(root, "testcase", classname=suite, name=outcome.name, time=f"{outcome.seconds:.3f}")
        if outcome.status != "passed":
            tag = "failure" if outcome.status == "failed" else "skipped"
            printable = "".join(c if c.isprintable() or c in "\n\t" else "?" for c in outcome.reason)
            xml.SubElement(case, tag, message=printable)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    xml.ElementTree(root).write(path)


def add_arguments(parser):
    """The arguments that every suite takes."""
    parser.add_argument("--ingot", default="build/bin/ingot", help="the compiler to test")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="cases to run at once")
    parser.add_argument("--xml", help="where to write the results as JUnit XML")
    parser.add_argument("--filter", default="", help="run only cases whose names contain this text")


def main(suite, cases, arguments, show_passed=True):
    """What a suite does with its cases."""
    cases = [(name, function) for name, function in cases if arguments.filter in name]
    outcomes = run_cases(cases, arguments.jobs, show_passed)
    print_skips(outcomes)
    sys.exit(finish(suite, outcomes, arguments.xml))
