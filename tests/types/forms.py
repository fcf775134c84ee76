# Part of Ingot, under the Apache License v2.0 with LLVM Exceptions. See LICENSE for licence information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The forms of operators: for each a function that yields what a node may look like in one element type and one version
of the specification: operands, attributes and, where it is not one, the number of results. An operand is an array, a
Constant of one, or None."""
import ml_dtypes
import numpy

F32, I64, I32, BOOL = (numpy.dtype(name) for name in ("float32", "int64", "int32", "bool"))
BF16 = numpy.dtype(ml_dtypes.bfloat16)
TYPES = {"float": F32, "double": numpy.dtype("float64"), "float16": numpy.dtype("float16"), "bfloat16": BF16,
         "int8": numpy.dtype("int8"), "int16": numpy.dtype("int16"), "int32": I32, "int64": I64,
         "uint8": numpy.dtype("uint8"), "uint16": numpy.dtype("uint16"), "uint32": numpy.dtype("uint32"),
         "uint64": numpy.dtype("uint64"), "bool": BOOL}


class Constant:
    """An operand that is an initializer."""

    def __init__(self, array):
        self.array = array


def is_float(dtype):
    return dtype.kind == "f" or dtype == BF16


def is_signed(dtype):
    return is_float(dtype) or dtype.kind == "i"


class Data:
    """Draws operands of the element type that is asked for."""

    def __init__(self, dtype, seed):
        self.dtype = dtype
        self.random = numpy.random.default_rng(seed)

    def __call__(self, *shape, low=None, high=6, dtype=None):
        dtype = dtype or self.dtype
        if dtype == BOOL:
            return self.random.integers(0, 2, shape).astype(bool)
        low = (-6 if is_signed(dtype) else 0) if low is None else low
        if is_float(dtype):
            return self.random.uniform(low, high, shape).astype(dtype)
        return self.random.integers(low, high + 1, shape).astype(dtype)


def int64(*values):
    return numpy.array(values, I64)


def constant(*values):
    return Constant(int64(*values))


# ---- Elementwise ----

def binary(d, version):
    yield [d(2, 3), d(2, 3)], {}
    yield [d(4, 1, 3), d(5, 1)], {}
    yield [d(3), d()], {}


def divide(d, version):
    low = 0 if not is_float(d.dtype) else None  # of a negative integer either rounding is somebody's
    yield [d(2, 3, low=low), d(2, 3, low=1)], {}
    yield [d(4, 1, 3, low=low), d(5, 1, low=1)], {}


def variadic(d, version):
    yield [d(2, 3)], {}
    yield [d(2, 3), d(3), d(2, 1)], {}


def power(d, version):
    yield [d(2, 3, low=1, high=3), d(2, 3, low=0, high=3)], {}
    if version >= 12:
        for name in ("float", "int32", "int64"):
            yield [d(4, low=1, high=3), d(4, low=0, high=3, dtype=TYPES[name]).astype(TYPES[name])], {}


def unary(d, version):
    yield [d(2, 3)], {}


def positive(d, version):
    yield [d(2, 3, low=1)], {}


def prelu(d, version):
    yield [d(2, 3, 4), d(3, 1)], {}
    yield [d(2, 3, 4), Constant(d(4))], {}


def hard_sigmoid(d, version):
    yield [d(2, 3)], {}
    yield [d(2, 3)], {"alpha": .25, "beta": .4}


def gelu(d, version):
    yield [d(2, 3)], {}
    yield [d(2, 3)], {"approximate": "tanh"}


def cast(d, version):
    for name, to in TYPES.items():
        if version >= 13 or to != BF16:
            low = 0 if not is_signed(to) else None
            yield [d(2, 3, low=low)], {"to": ONNX_NUMBERS[name]}


ONNX_NUMBERS = {"float": 1, "uint8": 2, "int8": 3, "uint16": 4, "int16": 5, "int32": 6, "int64": 7, "bool": 9,
                "float16": 10, "double": 11, "uint32": 12, "uint64": 13, "bfloat16": 16}


# ---- Movement ----

def concat(d, version):
    yield [d(2, 3), d(2, 1), d(2, 4)], {"axis": 1}
    yield [d(2, 3), d(1, 3)], {"axis": -2 if version >= 11 else 0}


def expand(d, version):
    yield [d(3, 1), constant(2, 1, 4)], {}
    yield [d(3, 1), int64(2, 3, 4)], {}


def gather(d, version):
    for dtype in (I32, I64):
        yield [d(3, 4, 5), numpy.array([[0, 2], [1, 3]], dtype)], {"axis": 1}
        yield [d(3, 4), numpy.array(1, dtype)], {}
    if version >= 11:
        yield [d(3, 4), int64(-1, 0)], {"axis": -1}


def pad(d, version):
    modes = ["constant", "reflect", "edge"] + (["wrap"] if version >= 19 else [])
    for mode in modes:
        if version < 11:
            yield [d(3, 4)], {"mode": mode, "pads": [1, 0, 2, 1], "value": 1.5} if mode == "constant" else {
                "mode": mode, "pads": [1, 0, 2, 1]}
            continue
        yield [d(3, 4), constant(1, 0, 2, 1)], {"mode": mode}
        yield [d(3, 4), int64(0, 1, 2, 1)], {"mode": mode}
        if mode == "constant":
            yield [d(3, 4), constant(1, -1, 2, 1), d()], {}
        if version >= 18:
            yield [d(2, 3, 4), constant(1, 2), None, constant(-1)], {"mode": mode}


def reshape(d, version):
    yield [d(2, 3, 4), constant(0, -1)], {}
    yield [d(2, 3, 4), int64(4, 6)], {}
    if version >= 14:
        yield [d(0, 3), constant(3, 0)], {"allowzero": 1}


def slices(d, version):
    if version < 10:
        yield [d(5, 6)], {"starts": [1, -3], "ends": [4, 100], "axes": [0, 1]}
        yield [d(5, 6)], {"starts": [2], "ends": [-1]}
        return
    yield [d(5, 6), constant(1), constant(-1)], {}
    for dtype in (I32, I64):
        bounds = [numpy.array(values, dtype) for values in ([4, -1], [0, -100], [0, 1], [-2, -1])]
        yield [d(5, 6), *map(Constant, bounds)], {}
        yield [d(5, 6), *bounds], {}


def axes_form(first_as_operand, shape, axes):
    def form(d, version):
        if version < first_as_operand:
            yield [d(*shape)], {"axes": axes}
        else:
            yield [d(*shape), constant(*axes)], {}
            yield [d(*shape), constant(*[-1 - axis for axis in axes][::-1])], {}
    return form


def squeeze(d, version):
    yield [d(1, 3, 1)], {}
    yield from axes_form(13, (1, 3, 1), [0, 2])(d, version)


def transpose(d, version):
    yield [d(2, 3, 4)], {}
    yield [d(2, 3, 4)], {"perm": [1, 2, 0]}


def scatter_nd(d, version):
    reductions = ["none"] + (["add", "mul"] if version >= 16 else []) + (["max", "min"] if version >= 18 else [])
    for reduction in reductions:
        if d.dtype == BOOL and reduction != "none":
            continue
        attributes = {"reduction": reduction} if version >= 16 else {}
        repeated = [[0], [2], [0]] if reduction != "none" else [[0], [2], [3]]
        yield [d(4, 3), int64(*map(tuple, repeated)), d(3, 3)], attributes
        yield [d(4, 3), int64((1, 2), (3, -1)), d(2)], attributes
        yield [d(4, 3), constant((1, 1), (1, 2), (2, 1), (2, 2)), d(4)], attributes


def shape(d, version):
    yield [d(2, 0, 3)], {}
    if version >= 15:
        yield [d(2, 4, 3)], {"start": 1, "end": -1}


# ---- Reductions and rows ----

def reduce(d, version, first_as_operand=18):
    for keep in (0, 1):
        if version < first_as_operand:
            yield [d(2, 3, 4)], {"axes": [0, 2], "keepdims": keep}
            yield [d(2, 3, 4)], {"keepdims": keep}
        else:
            yield [d(2, 3, 4), constant(0, -1)], {"keepdims": keep}
            yield [d(2, 3, 4)], {"keepdims": keep}
            yield [d(2, 3, 4)], {"keepdims": keep, "noop_with_empty_axes": 1}
    if version >= first_as_operand:
        yield [d(2, 3, 4), int64(1)], {"keepdims": 1}


def reduce_max(d, version):
    yield from reduce(d, version)


def reduce_sum(d, version):
    yield from reduce(d, version, first_as_operand=13)


def softmax(d, version):
    yield [d(2, 3, 4)], {"axis": 1}
    yield [d(2, 3, 4)], {}
    if version >= 11:
        yield [d(2, 3, 4)], {"axis": -2}


def batch_normalization(d, version):
    scale, bias, mean = d(3), d(3), d(3)
    variance = d(3, low=1)
    yield [d(2, 3, 4), scale, bias, mean, variance], {}
    yield [d(2, 3, 4, 2), *map(Constant, (scale, bias, mean, variance))], {"epsilon": .25}
    if version >= 14:
        yield [d(4, 3, 5), scale, bias, mean, variance], {"training_mode": 1, "momentum": .75}, 3


def instance_normalization(d, version):
    yield [d(2, 3, 4, 5), d(3), d(3)], {"epsilon": .125}


def layer_normalization(d, version):
    yield [d(2, 3, 8), d(8), d(8)], {}
    yield [d(2, 3, 8), d(3, 8)], {"axis": 1, "epsilon": .125}
    if d.dtype != BF16:  # whose oracle gives statistics in bfloat16
        yield [d(2, 3, 8), d(8)], {"stash_type": 1}, 3


# ---- Products and windows ----

def matmul(d, version):
    yield [d(2, 3), d(3, 4)], {}
    yield [d(2, 5, 3), Constant(d(3, 4))], {}
    yield [d(3), d(2, 3, 4)], {}
    yield [d(2, 1, 5, 3), d(3, 3, 4)], {}
    yield [d(3), d(3)], {}


def gemm(d, version):
    scales = {"alpha": .5, "beta": 2.0} if is_float(d.dtype) else {}
    yield [d(2, 3), d(3, 4), d(4)], scales
    yield [d(3, 2), Constant(d(4, 3)), d(2, 1)], {"transA": 1, "transB": 1, **scales}
    if version >= 11:
        yield [d(2, 3), d(3, 4)], {}


def conv(d, version):
    yield [d(1, 2, 7), d(3, 2, 3), d(3)], {"pads": [1, 2]}
    yield [d(2, 4, 6, 5), Constant(d(6, 2, 3, 2))], {"group": 2, "strides": [2, 1], "dilations": [1, 2]}
    yield [d(1, 2, 6, 5), Constant(d(3, 2, 3, 3))], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}
    yield [d(1, 2, 6, 5), Constant(d(3, 2, 2, 2))], {"auto_pad": "SAME_LOWER", "kernel_shape": [2, 2]}
    yield [d(1, 2, 6, 5), Constant(d(3, 2, 2, 2))], {"auto_pad": "VALID"}
    yield [d(1, 2, 4, 5, 3), Constant(d(3, 2, 2, 3, 1)), Constant(d(3))], {"pads": [0, 1, 0, 1, 1, 0]}


def conv_transpose(d, version):
    yield [d(1, 2, 4), d(2, 3, 3), d(3)], {"strides": [2]}
    yield [d(1, 4, 3, 4), Constant(d(4, 3, 3, 2))], {"group": 2, "pads": [1, 0, 1, 1], "strides": [2, 3],
                                                      "output_padding": [1, 0]}
    yield [d(1, 2, 3, 3), Constant(d(2, 3, 3, 3))], {"dilations": [2, 1], "strides": [1, 2]}
    for shape in ([7, 8], [4, 5], [9, 7]):
        yield [d(1, 2, 3, 3), Constant(d(2, 3, 3, 3)), Constant(d(3))], {"output_shape": shape, "strides": [2, 2]}
    for where in ("SAME_UPPER", "SAME_LOWER", "VALID"):
        yield [d(1, 2, 3, 4), Constant(d(2, 3, 3, 2))], {"auto_pad": where, "strides": [2, 2], "kernel_shape": [3, 2]}


def average_pool(d, version):
    yield [d(1, 2, 7)], {"kernel_shape": [3]}
    yield [d(1, 2, 6, 7)], {"kernel_shape": [3, 2], "pads": [1, 1, 1, 0], "strides": [2, 1]}
    yield [d(1, 2, 6, 7)], {"kernel_shape": [3, 2], "pads": [1, 1, 1, 0], "count_include_pad": 1}
    yield [d(1, 2, 6, 7)], {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER", "strides": [2, 2]}
    if version >= 10:
        yield [d(1, 2, 6, 6)], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}
    if version >= 19:
        yield [d(1, 2, 7, 6)], {"kernel_shape": [2, 2], "dilations": [2, 2]}


def max_pool(d, version):
    yield [d(1, 2, 7)], {"kernel_shape": [3]}
    yield [d(1, 2, 6, 7)], {"kernel_shape": [3, 2], "pads": [1, 1, 1, 0], "strides": [2, 1]}
    yield [d(1, 2, 6, 7)], {"kernel_shape": [3, 3], "auto_pad": "SAME_LOWER", "strides": [2, 2]}
    if version >= 10:
        yield [d(1, 2, 6, 6)], {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1}
        yield [d(1, 2, 7, 6)], {"kernel_shape": [2, 2], "dilations": [2, 2]}
    if version >= 8:
        for order in (0, 1):
            yield [d(2, 3, 6, 5)], {"kernel_shape": [3, 2], "strides": [2, 2], "storage_order": order}, 2


def resize(d, version):
    roi = Constant(numpy.zeros(0, F32)) if version == 11 else None
    scales = Constant(numpy.array([1, 1, 2, 4], F32))
    for mode in ("nearest", "linear") if d.dtype != BOOL else ("nearest",):
        if version == 10:
            yield [d(1, 2, 3, 4), scales], {"mode": mode}
            continue
        yield [d(1, 2, 3, 4), roi, scales], {"mode": mode}
        yield [d(1, 2, 3, 4), roi, Constant(numpy.zeros(0, F32)) if version == 11 else None,
               constant(1, 2, 5, 3)], {"mode": mode, "coordinate_transformation_mode": "align_corners"}
        yield [d(1, 2, 3, 4), roi, scales], {"mode": mode, "coordinate_transformation_mode": "asymmetric",
                                            "nearest_mode": "floor"}
    if is_float(d.dtype) and version >= 11:
        yield from resize_floats(d, version, roi, scales)


def resize_floats(d, version, roi, scales):
    """Where integers would be rounded this way or that."""
    uneven = Constant(numpy.array([1, 1, .6, 1.7], F32))
    modes = ["half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners"]
    for mode in modes + (["half_pixel_symmetric"] if version >= 19 else []):
        for how in ("linear", "cubic"):
            yield [d(1, 2, 5, 4), roi, uneven], {"mode": how, "coordinate_transformation_mode": mode}
    for nearest in ("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"):
        yield [d(1, 2, 5, 4), roi, uneven], {"nearest_mode": nearest}
    yield [d(1, 2, 5, 4), roi, uneven], {"mode": "cubic", "cubic_coeff_a": -.5, "exclude_outside": 1}
    crop = Constant(numpy.array([0, 0, -.25, .25, 1, 1, .75, 1.25], d.dtype))
    yield [d(1, 1, 4, 4), crop, None if version > 11 else Constant(numpy.zeros(0, F32)), constant(1, 1, 3, 5)], {
        "mode": "linear", "coordinate_transformation_mode": "tf_crop_and_resize", "extrapolation_value": 7.5}
    if version >= 18:
        for how in ("linear", "cubic"):
            yield [d(1, 1, 6, 8), None, Constant(numpy.array([.5, .625], F32))], {"mode": how, "antialias": 1,
                                                                                "axes": [2, 3]}
        for policy in ("not_larger", "not_smaller", "stretch"):
            yield [d(1, 1, 6, 8), None, None, constant(5, 9)], {"axes": [2, 3], "keep_aspect_ratio_policy": policy}


def upsample(d, version):
    scales = [1.0, 1.0, 2.0, 4.0]
    for mode in ("nearest", "linear") if d.dtype != BOOL else ("nearest",):
        if version < 9:
            yield [d(1, 2, 3, 2)], {"mode": mode, "scales": scales}
        else:
            yield [d(1, 2, 3, 2), Constant(numpy.array(scales, F32))], {"mode": mode}


# ---- Layers over time ----

def recurrent(gates, states):
    def form(d, version):
        steps, batch, inputs, hidden = 3, 2, 4, 5

        def operands(directions):
            return [d(steps, batch, inputs, low=-1, high=1), d(directions, gates * hidden, inputs, low=-1, high=1),
                    d(directions, gates * hidden, hidden, low=-1, high=1)]

        def state(directions):
            return d(directions, batch, hidden, low=-1, high=1)

        yield operands(1), {"hidden_size": hidden}
        yield [*operands(1), d(1, 2 * gates * hidden, low=-1, high=1)], {"hidden_size": hidden, "direction": "reverse"}
        lengths = numpy.array([3, 2], I32)
        yield [*operands(2), d(2, 2 * gates * hidden, low=-1, high=1), lengths,
               *[state(2) for _ in range(states)]], {"hidden_size": hidden, "direction": "bidirectional"}
        yield operands(1), {"hidden_size": hidden, "clip": .3}, 1 + states
        functions = {1: ["LeakyRelu"], 3: ["HardSigmoid", "ScaledTanh"], 4: ["HardSigmoid", "Affine", "ScaledTanh"]}
        factors = {1: ([.3], []), 3: ([.3, .7], [.4, .6]), 4: ([.3, .8, .7], [.4, .1, .6])}[gates]
        yield operands(1), {"hidden_size": hidden, "activations": functions[gates], "activation_alpha": factors[0],
                            **({"activation_beta": factors[1]} if factors[1] else {})}
        if gates == 3:
            yield [*operands(1), d(1, 6 * hidden, low=-1, high=1)], {"hidden_size": hidden, "linear_before_reset": 1}
        if gates == 4:
            yield [*operands(1), None, None, state(1), state(1), d(1, 3 * hidden, low=-1, high=1)], {
                "hidden_size": hidden}, 3
            yield operands(1), {"hidden_size": hidden, "input_forget": 1}
        if version >= 14:
            x, w, r = operands(1)
            yield [x.transpose(1, 0, 2), w, r], {"hidden_size": hidden, "layout": 1}, 1 + states
    return form


# ---- Quantization ----

def quantize(d, version):
    x = d(3, 4, low=-3, high=3)
    scale = numpy.array(.05, d.dtype)
    if d.dtype == I32:
        x, scale = d(3, 4, low=-300, high=300), numpy.array(2.5, F32)
    for name in ("uint8", "int8"):
        zero = numpy.array(3, TYPES[name])
        yield [x, Constant(scale), Constant(zero)], {}
        yield [x, scale, zero], {}
        if version >= 13:
            scales = numpy.array([.05, .1, .02], scale.dtype) if d.dtype != I32 else numpy.array([2, 3, 4], F32)
            yield [x, Constant(scales), Constant(numpy.array([0, 1, 2], TYPES[name]))], {"axis": 0}
    if version >= 21:
        for name in ("uint16", "int16"):
            yield [x, Constant(scale), Constant(numpy.array(100, TYPES[name]))], {}
        yield [d(2, 6, low=-3, high=3), Constant(numpy.array([[.05, .1, .02], [.2, .1, .05]], scale.dtype)),
               Constant(numpy.zeros((2, 3), numpy.uint8))], {"axis": 1, "block_size": 2}
        yield [x, Constant(scale)], {"output_dtype": ONNX_NUMBERS["int16"]}
    yield [x, Constant(scale)], {}


def dequantize(d, version):
    x = d(3, 4, low=0 if not is_signed(d.dtype) else -100, high=100)
    for scale in (F32,) if version < 19 else (F32, TYPES["float16"], BF16):
        zero = numpy.array(0 if d.dtype == I32 else 7, d.dtype)
        yield [x, Constant(numpy.array(.25, scale)), Constant(zero)], {}
        yield [x, numpy.array(.25, scale)], {}
        if version >= 13:
            zeros = numpy.array([0] * 4 if d.dtype == I32 else [1, 2, 3, 4], d.dtype)
            yield [x, Constant(numpy.array([.25, .5, 1, 2], scale)), Constant(zeros)], {"axis": 1}
    if version >= 21:
        yield [x, Constant(numpy.array([[.25, .5], [1, 2], [3, 4]], F32)),
               Constant(numpy.zeros((3, 2), d.dtype))], {"axis": 1, "block_size": 2}
        if d.dtype.itemsize == 1:  # of which one of half the size comes along
            narrow = numpy.dtype(ml_dtypes.int4 if is_signed(d.dtype) else ml_dtypes.uint4)
            yield [Constant(d(3, 5, low=0, high=7).astype(narrow)), Constant(numpy.array(.25, F32)),
                   Constant(numpy.array(3, narrow))], {}
    if version >= 23:
        yield [x, Constant(numpy.array(.25, F32))], {"output_dtype": ONNX_NUMBERS["float16"]}


def quantized_matmul(d, version):
    def scale(value):
        return Constant(numpy.array(value, F32))

    zero = Constant(numpy.array(3, d.dtype))
    low = 0 if not is_signed(d.dtype) else -20
    a, b, to = d(2, 3, low=low, high=20), d(3, 4, low=low, high=20), [scale(2.0), zero]
    yield [a, scale(.25), zero, b, scale(.5), zero, *to], {}
    yield [a, scale(.25), zero, Constant(b), Constant(numpy.array([.5, .25, 1, 2], F32)),
           Constant(numpy.array([1, 2, 3, 4], d.dtype)), *to], {}


def quantized_conv(d, version):
    def scale(value):
        return Constant(numpy.array(value, F32))

    zero = Constant(numpy.array(3, d.dtype))
    low = 0 if not is_signed(d.dtype) else -20
    operands = [d(1, 2, 5, 5, low=low, high=20), scale(.25), zero, Constant(d(3, 2, 3, 3, low=low, high=20)), scale(.5),
                zero, scale(4.0), zero]
    yield operands, {"pads": [1, 1, 1, 1]}
    yield [*operands, Constant(numpy.array([10, -20, 30], I32))], {"strides": [2, 2]}
    yield operands, {"auto_pad": "SAME_UPPER", "dilations": [1, 1], "kernel_shape": [3, 3]}
    scales = Constant(numpy.array([.5, .25, 1, 2], F32))
    yield [*operands[:3], Constant(d(4, 1, 2, 2, low=low, high=20)), scales, Constant(numpy.full(4, 3, d.dtype)),
           *operands[6:]], {"group": 2, "dilations": [2, 1]}


def cross_entropy(d, version):
    for dtype in (I32, I64):
        yield [d(4, 3), numpy.array([0, 2, 1, 0], dtype)], {}
    for reduction in ("none", "sum", "mean"):
        yield [d(2, 3, 4), int64((0, 2, 1, 0), (1, 1, 2, 0)), d(3, low=1)], {"reduction": reduction, "ignore_index": 1}
    yield [d(4, 3), int64(0, 2, 1, 0)], {}, 2


def constant_of_shape(d, version):
    yield [constant(2, 3)], {"value": d(1)}
    yield [int64(2, 3)], {"value": d(1)}


def no_operands(d, version):
    yield [], {"value": d(2, 3)}
    if version >= 12 and d.dtype == F32:
        for value in ({"value_float": 1.5}, {"value_floats": [1.5, -2.0]}, {"value_int": 3}, {"value_ints": [3, -4]}):
            yield [], value


# ---- com.microsoft ----

def scale_of(value):
    return Constant(numpy.array(value, F32))


def quantized_binary(d, version):
    zero = Constant(numpy.array(3, d.dtype))
    yield [d(2, 3), scale_of(.25), zero, d(2, 3), scale_of(.5), zero, scale_of(.5), zero], {}
    yield [d(2, 3), scale_of(.25), zero, Constant(d(3)), scale_of(.5), zero, scale_of(.25), zero], {}


def quantized_pool(d, version):
    zero = Constant(numpy.array(3, d.dtype))
    yield [d(1, 2, 6, 7), scale_of(.25), zero, scale_of(.125), zero], {"kernel_shape": [3, 2], "pads": [1, 1, 1, 0]}
    yield [d(1, 6, 7, 2), scale_of(.25), zero, scale_of(.125), zero], {"kernel_shape": [2, 2], "strides": [2, 2],
                                                                      "channels_last": 1}


def quantized_softmax(d, version):
    one, low = (Constant(numpy.array(value, d.dtype)) for value in (1, numpy.iinfo(d.dtype).min))
    yield [d(2, 5), scale_of(.25), one, scale_of(1 / 256), low], {"axis": -1, "opset": 13}


def fused_conv(d, version):
    yield [d(1, 2, 6, 5), Constant(d(3, 2, 3, 3)), Constant(d(3))], {"activation": "Relu", "pads": [1, 1, 1, 1]}
    yield [d(1, 2, 6, 5), Constant(d(3, 2, 3, 3))], {"activation": "LeakyRelu", "activation_params": [.25]}


# Operators without a schema here, and the types that ONNX Runtime has them in.
OTHER_TYPES = {"com.microsoft.Gelu": ["float"], "com.microsoft.FusedConv": ["float"],
               "com.microsoft.QLinearAdd": ["uint8", "int8"], "com.microsoft.QLinearMul": ["uint8", "int8"],
               "com.microsoft.QLinearAveragePool": ["uint8", "int8"],
               "com.microsoft.QLinearSoftmax": ["uint8", "int8"]}

FORMS = {
    "Add": binary, "Sub": binary, "Mul": binary, "Div": divide, "Equal": binary, "Max": variadic, "Min": variadic,
    "Pow": power, "Exp": unary, "Sqrt": positive, "Reciprocal": positive, "Tanh": unary, "Sigmoid": unary,
    "Relu": unary, "HardSwish": unary, "HardSigmoid": hard_sigmoid, "Gelu": gelu, "Not": unary, "Identity": unary,
    "PRelu": prelu,
    "Cast": cast, "Concat": concat, "Expand": expand, "Gather": gather, "Pad": pad, "Reshape": reshape, "Slice": slices,
    "Squeeze": squeeze, "Unsqueeze": axes_form(13, (2, 3), [0, 2]), "Transpose": transpose, "ScatterND": scatter_nd,
    "Shape": shape, "Size": unary, "ReduceMax": reduce_max, "ReduceMean": reduce, "ReduceSum": reduce_sum,
    "Softmax": softmax, "BatchNormalization": batch_normalization, "InstanceNormalization": instance_normalization,
    "LayerNormalization": layer_normalization, "MatMul": matmul, "Gemm": gemm, "Conv": conv,
    "ConvTranspose": conv_transpose, "AveragePool": average_pool, "MaxPool": max_pool,
    "GlobalAveragePool": lambda d, version: [([d(1, 2, 3, 4)], {})],
    "GlobalMaxPool": lambda d, version: [([d(1, 2, 3, 4)], {})], "Resize": resize, "Upsample": upsample,
    "LSTM": recurrent(4, 2), "GRU": recurrent(3, 1), "RNN": recurrent(1, 1), "QuantizeLinear": quantize,
    "DequantizeLinear": dequantize, "QLinearMatMul": quantized_matmul, "QLinearConv": quantized_conv,
    "SoftmaxCrossEntropyLoss": cross_entropy, "ConstantOfShape": constant_of_shape, "Constant": no_operands,
    "com.microsoft.Gelu": unary, "com.microsoft.FusedConv": fused_conv, "com.microsoft.QLinearAdd": quantized_binary,
    "com.microsoft.QLinearMul": quantized_binary, "com.microsoft.QLinearAveragePool": quantized_pool,
    "com.microsoft.QLinearSoftmax": quantized_softmax,
}
