#!/bin/sh
# Writes the documents that come from ODS files and from the compiler itself.
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu
build=$1
llvm=${LLVM:-/usr/lib/llvm-22}
cd "$(dirname "$0")/.."
out=$build/docs
mkdir -p "$out"

tblgen() { "$llvm/bin/mlir-tblgen" -I . -I "$llvm/include" "$@"; }

tblgen -gen-dialect-doc -dialect=ingot ir/Ops.td -o "$out/ingot.md"
tblgen -gen-dialect-doc -dialect=rt codegen/rt/RtOps.td -o "$out/rt.md"
tblgen -gen-dialect-doc -dialect=tile codegen/tile/TileOps.td -o "$out/tile.md"
tblgen -gen-pass-doc passes/Passes.td -o "$out/passes.md"
tblgen -gen-pass-doc codegen/Passes.td -o "$out/codegen-passes.md"
{ echo "# Supported ONNX operators"; echo; "$build/bin/ingot" operators | sed 's/^/    /'; } >"$out/operators.md"
echo "written to $out"
