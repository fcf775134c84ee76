# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.compile of what onnx2torch reads; compiling happens in the first run and is part of its start-up."""
import onnx
import onnx2torch
import onnx2torch.converter
import torch
from onnx2torch.node_converters import registry
from onnx2torch.utils.common import OnnxMapping, OperationConverterResult, onnx_mapping_from_node


@registry.add_converter(operation_type="Gelu", version=20)
def convert_gelu(node, graph):
    module = torch.nn.GELU(approximate=node.attributes.get("approximate", "none"))
    return OperationConverterResult(torch_module=module, onnx_mapping=onnx_mapping_from_node(node=node))


class Reshape(torch.nn.Module):
    """To a shape that the model states: torch.compile cannot take it out of a tensor."""

    def __init__(self, shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape([x.shape[i] if extent == 0 else extent for i, extent in enumerate(self.shape)])


def convert_reshape(node, graph):
    shape = graph.initializers.get(node.input_values[1])
    if shape is None:
        return registry.get_converter("Reshape", 14)(node, graph)
    return OperationConverterResult(torch_module=Reshape(shape.to_torch().tolist()), onnx_mapping=OnnxMapping(
        inputs=(node.input_values[0],), outputs=node.output_values))


def get_converter(operation_type, version, domain=""):
    """Ours, or the version before's where there is none of this: most only add types, and outputs are checked."""
    if (operation_type, domain) == ("Reshape", ""):
        return convert_reshape
    try:
        return registry.get_converter(operation_type, version, domain)
    except NotImplementedError:
        versions = [one.version for one in registry._CONVERTER_REGISTRY
                    if (one.operation_type, one.domain) == (operation_type, domain) and one.version < version]
        if not versions:
            raise
        return registry.get_converter(operation_type, max(versions), domain)


onnx2torch.converter.get_converter = get_converter


def read_model(file):
    """With its Constant nodes as initializers, which converters look for."""
    model = onnx.load(file)
    for node in [node for node in model.graph.node if node.op_type == "Constant"]:
        value = next((one.t for one in node.attribute if one.name == "value"), None)
        if value is not None:
            value.name = node.output[0]
            model.graph.initializer.append(value)
            model.graph.node.remove(node)
    return model


class Peer:
    version = torch.__version__.split("+")[0]

    def __init__(self, model, threads, feeds, outputs, _scratch):
        torch.set_num_threads(threads)
        self.model, self.names = model, outputs
        self.feeds = [torch.from_numpy(value.copy()) for value in feeds.values()]

    def load(self):
        module = onnx2torch.convert(read_model(self.model)).eval()
        self.compiled = torch.compile(module, options={"freezing": True, "max_autotune": False})

    def run(self):
        with torch.no_grad():
            self.results = self.compiled(*self.feeds)

    def settle(self):
        pass

    def outputs(self):
        self.run()
        results = self.results if isinstance(self.results, (list, tuple)) else [self.results]
        return {name: value.numpy() for name, value in zip(self.names, results)}
