# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Collects the nodes and weights of an ONNX graph, named as exporters name them."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

TYPES = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("int64"): TensorProto.INT64}


class Graph:
    def __init__(self, name, opset, seed=1, producer="pytorch"):
        self.name, self.opset, self.producer = name, opset, producer
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.inputs, self.outputs, self.feeds = [], [], [], [], []
        self.counts = {}

    def input(self, name, dims, feed):
        """A graph input; a dim may be the name of a symbol. `feed` is what the benchmark passes."""
        self.inputs.append(helper.make_tensor_value_info(name, TYPES[feed.dtype], dims))
        self.feeds.append((name, feed))
        return name

    def output(self, value, name, dims, dtype=TensorProto.FLOAT):
        for node in self.nodes:
            node.input[:] = [name if one == value else one for one in node.input]
            node.output[:] = [name if one == value else one for one in node.output]
        self.outputs.append(helper.make_tensor_value_info(name, dtype, dims))

    def weight(self, name, array):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def normal(self, name, shape, deviation):
        return self.weight(name, self.random.standard_normal(shape, dtype=np.float32) * np.float32(deviation))

    def uniform(self, name, shape, low, high):
        return self.weight(name, self.random.uniform(low, high, shape).astype(np.float32))

    def constant(self, value, dtype=np.float32):
        """A Constant node, as exporters write scalars and shapes."""
        return self.op("Constant", value=numpy_helper.from_array(np.asarray(value, dtype)))

    def ints(self, *values):
        return self.constant(list(values), np.int64)

    def op(self, kind, *inputs, outputs=1, **attributes):
        """Adds a node, gives its output, or the list of them."""
        number = self.counts[kind] = self.counts.get(kind, -1) + 1
        name = f"/{kind}" + (f"_{number}" if number else "")
        names = [f"{name}_output_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, name=name, **attributes))
        return names[0] if outputs == 1 else names

    def extent(self, value, axis):
        """The run-time extent of an axis, as a tensor of one element."""
        index = self.constant(axis, np.int64)
        dim = self.op("Gather", self.op("Shape", value), index, axis=0)
        return self.op("Unsqueeze", dim, self.ints(0))

    def reshape(self, value, dims):
        """Reshapes; a dim is a number or a tensor that extent() gave."""
        if all(isinstance(dim, int) for dim in dims):
            return self.op("Reshape", value, self.ints(*dims))
        parts = [self.ints(dim) if isinstance(dim, int) else dim for dim in dims]
        return self.op("Reshape", value, self.op("Concat", *parts, axis=0))

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.weights)
        return helper.make_model(graph, producer_name=self.producer, ir_version=9,
                                 opset_imports=[helper.make_opsetid("", self.opset)])


def save(graph, folder):
    """Writes the model and what to feed it in the layout of the ONNX model zoo."""
    data = folder / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    for index, (name, feed) in enumerate(graph.feeds):
        (data / f"input_{index}.pb").write_bytes(numpy_helper.from_array(feed, name).SerializeToString())
    onnx.save(graph.model(), folder / "model.onnx.part")
    (folder / "model.onnx.part").rename(folder / "model.onnx")
