"""onnx-evaluator.py FILE.onnx PICTURES ANSWERS: checks an ONNX file and computes it, by the operators'
definitions alone. PICTURES: raw numbers of the input's type; ANSWERS: raw floats. Exit status 77:
there is no python3-onnx."""
import sys

import numpy as np

try:
    import onnx
    from onnx import checker, helper, numpy_helper, shape_inference
except ImportError:
    sys.exit(77)


def windows(x, attributes, fill):
    """All places of the window: [batch][channels][rows][columns][height][width]."""
    height, width = attributes["kernel_shape"]
    stride_y, stride_x = attributes["strides"]
    top, left, bottom, right = attributes["pads"]
    x = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(2, 3))
    return view[:, :, ::stride_y, ::stride_x]


def channels(numbers, x):
    return numbers.reshape((1, -1) + (1,) * (x.ndim - 2))


def compute(node, x, attributes):
    kind, first = node.op_type, x[0]
    if kind == "Gemm":
        assert attributes == {"transB": 1}, attributes
        return first @ x[1].T + x[2]
    if kind == "Conv":
        y = np.tensordot(windows(first, attributes, 0), x[1], axes=((1, 4, 5), (1, 2, 3)))
        return y.transpose(0, 3, 1, 2) + channels(x[2], first)
    if kind == "MaxPool":
        return windows(first, attributes, -np.inf).max(axis=(4, 5))
    if kind == "AveragePool":  # count_include_pad is 0 where it is not given
        assert "count_include_pad" not in attributes
        there = windows(np.ones_like(first), attributes, 0).sum(axis=(4, 5))
        return windows(first, attributes, 0).sum(axis=(4, 5)) / there
    if kind == "GlobalAveragePool":
        return first.mean(axis=(2, 3), keepdims=True)
    if kind == "BatchNormalization":
        weight, bias, mean, variance = (channels(number, first) for number in x[1:])
        return (first - mean) / np.sqrt(variance + attributes["epsilon"]) * weight + bias
    if kind == "Softmax":
        powers = np.exp(first - first.max(axis=attributes["axis"], keepdims=True))
        return powers / powers.sum(axis=attributes["axis"], keepdims=True)
    if kind == "Flatten":
        assert attributes == {"axis": 1}, attributes
        return first.reshape(len(first), -1)
    if kind == "ReduceMean":
        return first.mean(axis=tuple(attributes["axes"]), keepdims=True)
    simple = {
        "Relu": lambda: np.maximum(first, 0),
        "LeakyRelu": lambda: np.where(first > 0, first, attributes["alpha"] * first),
        "Sigmoid": lambda: 1 / (1 + np.exp(-first)),
        "Tanh": lambda: np.tanh(first),
        "Reshape": lambda: first.reshape(tuple(x[1])),
        "Transpose": lambda: first.transpose(attributes["perm"]),
        "Cast": lambda: first.astype(np.float64),
        "Identity": lambda: first,
        "Sqrt": lambda: np.sqrt(first),
        "Add": lambda: first + x[1],
        "Sub": lambda: first - x[1],
        "Mul": lambda: first * x[1],
        "Div": lambda: first / x[1],
    }
    return simple[kind]()


def main(path, pictures, answers):
    model = onnx.load(path)
    checker.check_model(model, full_check=True)
    shape_inference.infer_shapes(model, strict_mode=True)
    assert [(s.domain, s.version) for s in model.opset_import] == [("", 13)]
    graph = model.graph
    values = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    values = {k: v.astype(np.float64) if v.dtype == np.float32 else v for k, v in values.items()}
    kind = graph.input[0].type.tensor_type.elem_type
    numbers = np.fromfile(pictures, np.uint8 if kind == onnx.TensorProto.UINT8 else np.float32)
    if kind == onnx.TensorProto.FLOAT:
        numbers = numbers.astype(np.float64)
    values[graph.input[0].name] = numbers.reshape(-1, 1, 28, 28)
    for node in graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        values[node.output[0]] = compute(node, [values[name] for name in node.input], attributes)
    values[graph.output[0].name].astype(np.float32).tofile(answers)


main(*sys.argv[1:])
