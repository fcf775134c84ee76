# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes small ONNX models and tensors in the protobuf wire format, right or wrong on purpose, without any package."""
import struct

DTYPES = {"f32": 1, "u8": 2, "i8": 3, "i32": 6, "i64": 7, "string": 8, "bool": 9, "f16": 10, "f64": 11}
FORMATS = {"f32": "f", "u8": "B", "i8": "b", "i32": "i", "i64": "q", "bool": "?", "f16": "e", "f64": "d"}


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def field(number, value):
    """One field: an int as a varint, a float as four bytes, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fields(number, values):
    return b"".join(field(number, value) for value in values)


def raw(dtype, values):
    return struct.pack(f"<{len(values)}{FORMATS[dtype]}", *values)


def tensor(name, dtype, dims, values=None, data=None):
    """A TensorProto; `data` replaces the bytes of `values`."""
    content = data if data is not None else raw(dtype, values)
    return fields(1, dims) + field(2, DTYPES[dtype]) + field(8, name) + field(9, content)


def external(name, dtype, dims, entries):
    """A TensorProto whose data is in another file: entries are location, offset, length."""
    pairs = b"".join(field(13, field(1, key) + field(2, str(value))) for key, value in entries.items())
    return fields(1, dims) + field(2, DTYPES[dtype]) + field(8, name) + pairs + field(14, 1)


def value(name, dtype, dims):
    """A ValueInfoProto; a dim is a number, a name, or None for one without a name."""
    shape = b"".join(field(1, b"" if dim is None else field(2 if isinstance(dim, str) else 1, dim)) for dim in dims)
    return field(1, name) + field(2, field(1, field(1, DTYPES[dtype]) + field(2, shape)))


def attribute(name, content):
    """An AttributeProto of an int, a float, text, a list of ints, or ("graph", bytes), ("tensor", bytes)."""
    if isinstance(content, bool) or isinstance(content, int):
        return field(1, name) + field(3, int(content)) + field(20, 2)
    if isinstance(content, float):
        return field(1, name) + field(2, content) + field(20, 1)
    if isinstance(content, str):
        return field(1, name) + field(4, content) + field(20, 3)
    if isinstance(content, tuple):
        number, kind = {"tensor": (5, 4), "graph": (6, 5)}[content[0]]
        return field(1, name) + field(number, content[1]) + field(20, kind)
    return field(1, name) + fields(8, content) + field(20, 7)


def node(op, inputs, outputs, name="", domain="", **attributes):
    content = fields(1, inputs) + fields(2, outputs) + field(3, name) + field(4, op)
    content += b"".join(field(5, attribute(key, item)) for key, item in attributes.items())
    return content + (field(7, domain) if domain else b"")


def graph(nodes, inputs, outputs, weights=()):
    return fields(1, nodes) + field(2, "graph") + fields(5, weights) + fields(11, inputs) + fields(12, outputs)


def model(nodes, inputs, outputs, weights=(), opset=17, ir_version=8, domains=()):
    """The bytes of a model; the parts are what the functions above give."""
    opsets = field(8, field(2, opset)) + b"".join(
        field(8, field(1, domain) + field(2, version)) for domain, version in domains)
    return field(1, ir_version) + field(7, graph(nodes, inputs, outputs, weights)) + opsets


def npy(dtype, dims, values):
    """The bytes of a .npy file."""
    codes = {"f32": "<f4", "i64": "<i8", "i32": "<i4", "u8": "|u1", "f64": "<f8", "f16": "<f2", "bool": "|b1"}
    shape = "(" + "".join(f"{dim}," for dim in dims) + ")"
    header = f"{{'descr': '{codes[dtype]}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + raw(dtype, values)
