# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Packages of PyPI that some suites compare with."""
import os
import pathlib
import sys

VENV = pathlib.Path(__file__).resolve().parents[2] / ".venv"


def run_with_venv(suite, error):
    """For a suite whose imports failed with `error`: starts it again with .venv's interpreter; where there is none, or
    that is the one it failed with, skips the suite and says why. Does not return."""
    own = VENV / "bin/python"
    if own.exists() and pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(own, [str(own), *sys.argv])
    print(f"{suite}: skipped: {error} (`make venv`)")
    sys.exit(77)
