"""Writes tests/engine/foreign/: small networks as other programs export them, and what they answer.

Run by hand, with PyTorch and python3-onnx: /usr/bin/python3 tests/engine/onnx-foreign.py. Each NAME.onnx
has beside it NAME.answers: raw little-endian floats for two pictures; pixel i of picture k is
((37 i + 101 k) mod 256) / 255. The Keras-like ones are put together by hand in the forms that
tf2onnx writes."""
import pathlib
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, checker, helper, numpy_helper
from torch import nn

warnings.simplefilter("ignore")
FOLDER = pathlib.Path(__file__).parent / "foreign"
PICTURES = np.array([[(37 * i + 101 * k) % 256 for i in range(784)] for k in range(2)]) / 255
torch.manual_seed(1)
random = np.random.default_rng(1)


def put(name, model, answers):
    if isinstance(model, onnx.ModelProto):
        checker.check_model(model)
        (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())
    np.asarray(answers, "<f4").tofile(FOLDER / f"{name}.answers")


def shake(network):
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) or isinstance(module, nn.BatchNorm1d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 2)
            nn.init.uniform_(module.bias, -1, 1)


def from_torch(name, network, shape, **options):
    shake(network)
    network.eval()
    x = torch.tensor(PICTURES.reshape(2, *shape), dtype=torch.float32)
    torch.onnx.export(network, x[:1], FOLDER / f"{name}.onnx", input_names=["x"], **options)
    onnx.checker.check_model(onnx.load(FOLDER / f"{name}.onnx"))
    put(name, None, network(x).detach().numpy())


class View(nn.Module):
    """x.view(x.size(0), -1), which is computed in the file."""

    def forward(self, x):
        return x.view(x.size(0), -1)


def torch_networks():
    any_batch = {"dynamic_axes": {"x": {0: "batch"}}}
    from_torch("torch-dense", nn.Sequential(nn.Flatten(), nn.Linear(784, 5), nn.ReLU(), nn.Dropout(0.5),
                                            nn.LayerNorm(5), nn.Linear(5, 10), nn.LogSoftmax(1)),
               (1, 28, 28), opset_version=13, **any_batch)
    convolutions = lambda: nn.Sequential(
        nn.Conv2d(1, 4, 5, stride=2, padding=2), nn.BatchNorm2d(4), nn.ReLU(),
        nn.MaxPool2d(3, stride=2, ceil_mode=True), nn.Conv2d(4, 6, (2, 3), bias=False), nn.Tanh(),
        nn.AvgPool2d(2, padding=1, count_include_pad=False), View(), nn.BatchNorm1d(72),
        nn.Linear(72, 3), nn.Sigmoid())
    from_torch("torch-folded", convolutions(), (1, 28, 28), opset_version=11, **any_batch)
    from_torch("torch-unfolded", convolutions(), (1, 28, 28), opset_version=9, do_constant_folding=False,
               training=torch.onnx.TrainingMode.PRESERVE, **any_batch)
    from_torch("torch-global", nn.Sequential(nn.Conv2d(1, 4, 3, stride=3), nn.LeakyReLU(0.2),
                                             nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 4),
                                             nn.Softmax(1)), (1, 28, 28), opset_version=13)


def numbers(*shape):
    return random.normal(0, 0.5, shape).astype(np.float32)


def model(name, nodes, shape, outputs, opset=13, **tensors):
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape])
    graph = helper.make_graph(nodes, name, [value("x", shape)], [value("y", outputs)],
                              [numpy_helper.from_array(v, k) for k, v in tensors.items()])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)


def softmax(x):
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def convolve_nhwc(x, weights, pads, stride):
    x = np.pad(x, ((0, 0), pads, pads, (0, 0)))
    view = np.lib.stride_tricks.sliding_window_view(x, weights.shape[:2], axis=(1, 2))
    return np.einsum("nyxcij,ijco->nyxo", view[:, ::stride, ::stride], weights)


def keras_networks():
    node = helper.make_node
    # Conv2D(4, 3, strides=2, padding="same") → MaxPooling2D(2) → Flatten → Dense(5): heights first.
    kernel, bias, dense, shift = numbers(3, 3, 1, 4), numbers(4), numbers(196, 5), numbers(5)
    x = PICTURES.reshape(2, 28, 28, 1)
    y = np.maximum(convolve_nhwc(x, kernel, (0, 1), 2) + bias, 0)
    y = y.reshape(2, 7, 2, 7, 2, 4).max(axis=(2, 4)).reshape(2, -1)
    put("keras-conv", model("keras", [
        node("Transpose", ["x"], ["a"], perm=[0, 3, 1, 2]),
        node("Conv", ["a", "kernel"], ["b"], auto_pad="SAME_UPPER", strides=[2, 2]),
        node("Add", ["b", "bias"], ["c"]),
        node("Relu", ["c"], ["d"]),
        node("MaxPool", ["d"], ["e"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Transpose", ["e"], ["f"], perm=[0, 2, 3, 1]),
        node("Reshape", ["f", "flat"], ["g"]),
        node("MatMul", ["g", "dense"], ["h"]),
        node("Add", ["h", "shift"], ["i"]),
        node("Softmax", ["i"], ["y"], axis=-1),
    ], [28, 28, 1], [5], kernel=np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)),
        bias=bias.reshape(1, 4, 1, 1), dense=dense, shift=shift, flat=np.array([-1, 196])),
        softmax(y @ dense + shift))
    # ZeroPadding2D → Conv2D, Rescaling(1 / 255), GlobalAveragePooling2D of channels last.
    kernel, scale, dense = numbers(3, 3, 1, 4), numbers(4), numbers(4, 3)
    y = convolve_nhwc(x, kernel, (1, 1), 1) * scale
    y = np.tanh(y).mean(axis=(1, 2))
    put("keras-global", model("keras", [
        node("Mul", ["x", "scale"], ["s"]),
        node("Reshape", ["s", "map"], ["a"]),
        node("Pad", ["a", "pads"], ["b"]),
        node("Conv", ["b", "kernel"], ["c"], kernel_shape=[3, 3]),
        node("Mul", ["c", "gamma"], ["d"]),
        node("Tanh", ["d"], ["e"]),
        node("Transpose", ["e"], ["f"], perm=[0, 2, 3, 1]),
        node("ReduceMean", ["f"], ["g"], axes=[1, 2], keepdims=0),
        node("MatMul", ["g", "dense"], ["y"]),
    ], [28, 28], [3], kernel=np.ascontiguousarray(kernel.transpose(3, 2, 0, 1)), dense=dense,
        gamma=scale.reshape(4, 1, 1), scale=np.array([1 / 255], np.float32),
        map=np.array([0, 1, 28, 28]), pads=np.array([0, 0, 1, 1, 0, 0, 1, 1])), y @ dense)
    # Gemm with every flag, weights that are turned by a node, a standardised picture.
    first, second, bias = numbers(784, 6) / 9, numbers(6, 4), numbers(1, 4)
    y = np.clip((PICTURES - 0.1307) / 0.3081 @ first, 0, None)
    put("gemm", model("gemm", [
        node("Sub", ["x", "mean"], ["a"]),
        node("Div", ["a", "deviation"], ["b"]),
        node("Transpose", ["turned"], ["first"], perm=[1, 0]),
        node("MatMul", ["b", "first"], ["c"]),
        node("Clip", ["c", "zero"], ["d"]),
        node("Gemm", ["d", "second", "bias"], ["e"], alpha=0.5, beta=2.0, transB=0),
        node("Identity", ["e"], ["y"]),
    ], [784], [4], turned=np.ascontiguousarray(first.T), second=second, bias=bias,
        mean=np.array(0.1307, np.float32), deviation=np.array([0.3081], np.float32),
        zero=np.array(0, np.float32)), y @ second * 0.5 + bias * 2)


FOLDER.mkdir(exist_ok=True)
torch_networks()
keras_networks()
