# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads what a test must know of an ONNX file, from the protobuf wire format and without any package."""
import collections

Value = collections.namedtuple("Value", "name kind dtype dims")  # dims: numbers, names, or None
Node = collections.namedtuple("Node", "op domain name inputs outputs")
Model = collections.namedtuple("Model", "opset nodes inputs outputs")

DTYPES = {1: "f32", 2: "u8", 3: "i8", 4: "u16", 5: "i16", 6: "i32", 7: "i64", 8: "string", 9: "bool", 10: "f16",
          11: "f64", 12: "u32", 13: "u64", 14: "c64", 15: "c128", 16: "bf16"}
KINDS = {1: "tensor", 4: "sequence", 5: "map", 8: "sparse", 9: "optional"}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def fields(data):
    """The (number, value) pairs of a message; a value is an int or a memoryview."""
    data, at = memoryview(data), 0
    while at < len(data):
        key, at = varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            value, at = data[at:at + size], at + size
        yield number, value


def collect(data):
    """Field number -> list of values."""
    message = collections.defaultdict(list)
    for number, value in fields(data):
        message[number].append(value)
    return message


def text(message, number):
    return bytes(message[number][-1]).decode(errors="replace") if message[number] else ""


def read_dim(data):
    message = collect(data)
    return signed(message[1][-1]) if message[1] else text(message, 2) or None


def read_value(data):
    message = collect(data)
    kind, dtype, dims = "tensor", "?", None
    for number, value in fields(message[2][-1]) if message[2] else ():
        kind = KINDS.get(number, kind)
        inner = collect(value) if number in KINDS else {}
        if number == 1:
            dtype = DTYPES.get(inner[1][-1] if inner[1] else 0, "?")
            dims = [read_dim(dim) for dim in collect(inner[2][-1])[1]] if inner[2] else None
        elif number == 4 and b"\x08\x08" in bytes(value):
            dtype = "string"
    return Value(text(message, 1), kind, dtype, dims)


def read_node(data):
    message = collect(data)
    names = [[bytes(name).decode(errors="replace") for name in message[number]] for number in (1, 2)]
    return Node(text(message, 4), text(message, 7), text(message, 3), *names)


def read_graph(data):
    graph = collect(data)
    weights = {text(collect(tensor), 8) for tensor in graph[5]}
    inputs = [value for value in map(read_value, graph[11]) if value.name not in weights]
    return [read_node(node) for node in graph[1]], inputs, [read_value(value) for value in graph[12]]


def read_model(path):
    model = collect(path.read_bytes())
    opsets = {text(collect(data), 1): (collect(data)[2] or [1])[-1] for data in model[8]}
    return Model(opsets.get("", opsets.get("ai.onnx", 0)), *read_graph(model[7][-1]))


def read_tensor_dims(path):
    """The dims of a TensorProto file."""
    dims = []
    for number, value in fields(path.read_bytes()):
        if number == 1 and isinstance(value, int):
            dims.append(signed(value))
        elif number == 1:  # packed
            at = 0
            while at < len(value):
                dim, at = varint(value, at)
                dims.append(signed(dim))
    return dims
