#!/bin/sh
# Makes .venv with the Python packages that tests and benchmarks compare with. Succeeds without it where PyPI is out of
# reach: whoever needs a package says that it is skipped.
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -u
cd "$(dirname "$0")/.."

.venv/bin/python -c 'import numpy, onnx, onnxruntime' 2>/dev/null && exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "make-venv: installing numpy, onnx and onnxruntime into .venv"
if ! { python3 -m venv .venv && .venv/bin/python -m pip install -q --retries 1 numpy onnx onnxruntime; } >"$log" 2>&1
then
  echo "make-venv: no .venv, so the tests that need it are skipped: $(tail -n 1 "$log")" >&2
  rm -rf .venv
fi
