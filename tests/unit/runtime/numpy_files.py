# Files that numpy writes go through a compiled executable, and what that writes is read by numpy.
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))
from harness import oracle  # noqa: E402

try:
    import numpy as np
except ImportError as error:
    oracle.run_with_venv("numpy", error)

model = os.path.abspath(sys.argv[1])
random = np.random.default_rng(0)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for n in [0, 1, 7, 3000, 100000]:
        # Few distinct values, so that deflate finds matches, and long ones.
        x = random.integers(0, 20 if n % 2 else 2**20, (n, 3)).astype(np.float32)
        bias = np.float32(0.5)
        np.save("x.npy", np.asfortranarray(x))
        np.save("bias.npy", bias)
        np.savez("stored.npz", x=x, bias=bias)
        np.savez_compressed("deflated.npz", x=x.astype(">f4"), bias=bias)
        for inputs in [["x=x.npy", "bias=bias.npy"], ["stored.npz"], ["deflated.npz"]]:
            command = [model] + [a for i in inputs for a in ("--input", i)]
            subprocess.run(command + ["--output", "y.npy", "--output", "all.npz"], check=True)
            for y in np.load("y.npy"), np.load("all.npz")["y"]:
                assert y.dtype == np.float32 and y.shape == (n, 3), (y.dtype, y.shape)
                np.testing.assert_array_equal(y, 2 * (x + bias))
            assert np.load("all.npz")["count"] == 3 * n
print("passed")
