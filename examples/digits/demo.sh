#!/bin/sh
# Compiles the classifier of handwritten digits, shows it a drawing, prints what it sees and how long that takes.
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu
ingot=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
PATH=$(dirname "$ingot"):$PATH

show() { echo; echo "\$ $*"; "$@"; }

cp "$here/digits.onnx" "$here/three.npy" "$here/three.txt" .
show cat three.txt
show ingot compile digits.onnx -o digits
show ls -sh digits
show ./digits --input image=three.npy
./digits --input image=three.npy | awk '{
  for (i = NF - 9; i <= NF; ++i) if (i == NF - 9 || $i > best) { best = $i; digit = i - NF + 9 }
  printf "\nThis is a %d, with probability %.3f.\n", digit, best }'
show ./digits --input image=three.npy --bench --threads 1
