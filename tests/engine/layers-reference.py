#!/usr/bin/python3
# Writes layers-reference.h: what PyTorch makes, in double precision, of the layers that
# test-layers-reference.c makes of the same numbers by the same formulas. Both lay pictures out as
# [batch][height][width][channels].
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
ROUNDS = 2  # steps of the running figures


def numbers(shape, seed):
    n = torch.Size(shape).numel()
    return torch.tensor([((i * i * 5 + i * 7 + seed) % 19 - 9) / 8 for i in range(n)]).reshape(shape)


def channels_first(x):
    return x.permute(0, 3, 1, 2)


def channels_last(x):
    return x.permute(0, 2, 3, 1)


def batch_norm(shape):
    c = shape[-1]
    module = (torch.nn.BatchNorm2d if len(shape) == 4 else torch.nn.BatchNorm1d)(c)
    module.weight.data, module.bias.data = numbers((c,), 1), numbers((c,), 2)
    for seed in range(ROUNDS):
        x = numbers(shape, seed).requires_grad_()
        module.zero_grad()
        y = module(channels_first(x)) if len(shape) == 4 else module(x)
        y = channels_last(y) if len(shape) == 4 else y
        (y * numbers(shape, 5)).sum().backward()
    module.eval()
    still = module(channels_first(x)) if len(shape) == 4 else module(x)
    still = channels_last(still) if len(shape) == 4 else still
    return {"y": y, "dx": x.grad, "dweight": module.weight.grad, "dbias": module.bias.grad,
            "mean": module.running_mean, "variance": module.running_var, "still": still}


def layer_norm(shape):
    c = shape[-1]
    module = torch.nn.LayerNorm(c)
    module.weight.data, module.bias.data = numbers((c,), 1), numbers((c,), 2)
    x = numbers(shape, 0).requires_grad_()
    y = module(x)
    (y * numbers(shape, 5)).sum().backward()
    return {"y": y, "dx": x.grad, "dweight": module.weight.grad, "dbias": module.bias.grad}


def output(x, y):
    (y * numbers(y.shape, 5)).sum().backward()
    return {"y": y, "dx": x.grad}


def global_average(shape):
    x = numbers(shape, 0).requires_grad_()
    return output(x, x.mean((1, 2)))


# padding: top, bottom, left, right, which is never looked at
def max_pool(shape, size, stride, padding):
    x = numbers(shape, 0).requires_grad_()
    top, bottom, left, right = padding
    padded = F.pad(channels_first(x), (left, right, top, bottom), value=-float("inf"))
    return output(x, channels_last(F.max_pool2d(padded, size, stride)))


def average_pool(shape, size, stride, padding):
    x = numbers(shape, 0).requires_grad_()
    top, bottom, left, right = padding
    padded = F.pad(channels_first(x), (left, right, top, bottom))
    there = F.pad(torch.ones_like(channels_first(x)), (left, right, top, bottom))
    sums = F.avg_pool2d(padded, size, stride, divisor_override=1)
    counts = F.avg_pool2d(there, size, stride, divisor_override=1)
    return output(x, channels_last(sums / counts))


CASES = {
    "batch_norm_vector": batch_norm((4, 3)),
    "batch_norm_image": batch_norm((2, 3, 2, 5)),
    "layer_norm_vector": layer_norm((2, 7)),
    "layer_norm_image": layer_norm((2, 2, 2, 3)),
    "global_average": global_average((2, 3, 3, 2)),
    "max_plain": max_pool((2, 4, 5, 2), 2, 2, (0, 0, 0, 0)),
    "max_over_the_edge": max_pool((2, 4, 5, 2), (3, 2), (2, 1), (1, 2, 0, 1)),
    "average_plain": average_pool((2, 4, 5, 2), 2, 2, (0, 0, 0, 0)),
    "average_over_the_edge": average_pool((2, 4, 5, 2), (3, 2), (2, 1), (1, 2, 0, 1)),
}


def array(tensor):
    return "{" + ", ".join("%.15g" % n for n in tensor.detach().flatten().tolist()) + "}"


with open("layers-reference.h", "w") as out:
    out.write("/* layers-reference.h: written by layers-reference.py with PyTorch %s. */\n"
              "#pragma once\n\n" % torch.__version__.split("a")[0])
    for name, tensors in CASES.items():
        for part, tensor in tensors.items():
            out.write("static const double %s_%s[] = %s;\n" % (name, part, array(tensor)))
        out.write("\n")
