# Writes the fixtures of the tensor file tests with numpy and onnx:  python3 make.py
#
# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import os

import numpy as np
import onnx

os.chdir(os.path.dirname(os.path.abspath(__file__)))
small = np.arange(6).reshape(2, 3)

for dtype in "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8".split():
    np.save(f"{dtype}.npy", small.astype(dtype))
np.save("bool.npy", small % 2 == 1)
np.save("bf16.npy", (small.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).view("V2"))
np.save("scalar.npy", np.int64(-7))
np.save("vector.npy", np.arange(4, dtype=np.float32))
np.save("empty.npy", np.zeros((0, 3), np.float32))
np.save("big_endian.npy", small.astype(">i4"))
np.save("fortran.npy", np.asfortranarray(np.arange(24, dtype=np.float64).reshape(2, 3, 4)))
np.save("text.npy", np.array(["a", "b"]))
np.save("record.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
np.lib.format.write_array(open("version2.npy", "wb"), small.astype("f4"), version=(2, 0))

np.savez("stored.npz", a=small.astype("f4"), b=np.int64(5))
# Repetitive and random parts: matches near and far, literals, several blocks.
mixed = np.concatenate([np.arange(20000) % 251, np.random.default_rng(1).integers(0, 256, 4000)]).astype(np.uint8)
np.savez_compressed("deflated.npz", mixed=mixed, small=small.astype("i8"))


def proto(path, tensor):
    open(path, "wb").write(tensor.SerializeToString())


helper = onnx.helper
T = onnx.TensorProto
proto("raw.pb", onnx.numpy_helper.from_array(small.astype("f4"), "x"))
proto("float_data.pb", helper.make_tensor("x", T.FLOAT, [2, 3], small.flatten().astype(float)))
proto("double_data.pb", helper.make_tensor("x", T.DOUBLE, [2, 3], small.flatten().astype(float)))
proto("int32_data.pb", helper.make_tensor("x", T.INT32, [3], [1, -2, 2**31 - 1]))
proto("int8_data.pb", helper.make_tensor("x", T.INT8, [3], [1, -2, 127]))
proto("int64_data.pb", helper.make_tensor("x", T.INT64, [3], [1, -2, 2**62]))
proto("uint64_data.pb", helper.make_tensor("x", T.UINT64, [2], [1, 2**63]))
proto("uint32_data.pb", helper.make_tensor("x", T.UINT32, [2], [1, 2**32 - 1]))
proto("half_data.pb", helper.make_tensor("x", T.FLOAT16, [2], [1.0, -2.0]))
proto("bool_data.pb", helper.make_tensor("x", T.BOOL, [2], [True, False]))
proto("scalar.pb", helper.make_tensor("s", T.FLOAT, [], [2.5]))
proto("text.pb", helper.make_tensor("x", T.STRING, [1], [b"a"]))
