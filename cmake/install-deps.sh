#!/bin/sh
# Installs the Debian packages that building and testing Ingot needs; with the word `sanitize`, those of a sanitized
# build, too. Does nothing where all of them are there.
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu

# Without these there is no compiler.
build="make cmake ninja-build gcc g++ binutils git clang-22 lld-22 llvm-22-dev llvm-22-tools libmlir-22-dev
       mlir-22-tools liblld-22-dev libprotobuf-dev protobuf-compiler libfmt-dev zlib1g-dev libzstd-dev
       libgtest-dev libgmock-dev python3"
[ "${1:-}" != sanitize ] || build="$build libclang-rt-22-dev"
# Without these some tests are skipped.
tests="python3-venv python3-pkg-resources ccache libonnx-testdata qemu-user gcc-aarch64-linux-gnu
       libc6-dev-arm64-cross"

missing() {
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Abbrev}\n' "$package" 2>/dev/null | grep -q '^ii' || printf '%s ' "$package"
  done
}

if ! command -v dpkg-query >/dev/null; then
  echo "install-deps: this is no Debian system; see cmake/install-deps.sh for what is needed" >&2
  exit 0
fi
wanted=$(missing $build $tests)
[ -n "$wanted" ] || exit 0

echo "install-deps: installing $wanted"
as_root=
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install-deps: these packages are missing, and neither root nor sudo is at hand: $wanted" >&2
    exit 1
  fi
  as_root=sudo
fi
# --no-remove: never trade a package of the user's for one of ours.
install() {
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends --no-remove "$@"
}
$as_root apt-get update -q
install $(missing $build)
for package in $(missing $tests); do
  install "$package" || echo "install-deps: without $package some tests are skipped" >&2
done
