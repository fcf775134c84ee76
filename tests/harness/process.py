# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs programs under test, with a time limit, and says what went wrong in one line."""
import subprocess

from harness.report import Failure


class Result:
    def __init__(self, status, stdout, stderr):
        self.status, self.stdout, self.stderr = status, stdout, stderr

    @property
    def crashed(self):
        """Ended by a signal, directly or inside a shell."""
        return self.status < 0 or self.status > 128

    def complaint(self):
        """The first line that says what is wrong."""
        lines = [line.strip() for line in (self.stderr + "\n" + self.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if "error:" in line or "Assertion" in line or "FAILED" in line]
        return (errors or lines or [f"exit status {self.status} without a message"])[0]


def run(command, timeout=600, **options):
    """Runs a command; a time-out is a failure of the case."""
    try:
        done = subprocess.run([str(word) for word in command], capture_output=True, timeout=timeout, **options)
    except subprocess.TimeoutExpired:
        raise Failure(f"still running after {timeout} s: {' '.join(map(str, command))}") from None
    return Result(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def check(command, **options):
    """Runs a command that must succeed."""
    result = run(command, **options)
    if result.status != 0:
        crash = f"crashed with signal {abs(result.status) & 127}: " if result.crashed else ""
        raise Failure(f"{crash}{result.complaint()}")
    return result
