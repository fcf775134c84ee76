#!/bin/sh
# Writes the documents that come from ODS files and from the compiler itself: generate.sh BUILD [FOLDER]
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu
build=$(cd "$1" && pwd)
out=${2:-$build/docs}
llvm=${LLVM:-/usr/lib/llvm-22}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")/.."

tblgen() { "$llvm/bin/mlir-tblgen" -I . -I "$llvm/include" "$@"; }

tblgen -gen-dialect-doc -dialect=ingot ir/Ops.td -o "$out/ingot.md"
tblgen -gen-dialect-doc -dialect=rt codegen/rt/RtOps.td -o "$out/rt.md"
tblgen -gen-dialect-doc -dialect=tile codegen/tile/TileOps.td -o "$out/tile.md"
for passes in $(find passes codegen -name Passes.td | sort); do
  name=$(dirname "$passes" | tr / -)
  [ "$name" = passes ] || name=$name-passes
  { echo "# Passes of $(dirname "$passes")"; echo; tblgen -gen-pass-doc "$passes"; } >"$out/$name.md"
done
{ echo "# Supported ONNX operators"; echo; "$build/bin/ingot" operators | sed 's/^/    /'; } >"$out/operators.md"
echo "written to $out"
