#!/usr/bin/python3
# Writes convolution-reference.h: convolutions and their gradients by PyTorch in double precision, on
# numbers that test-convolution-gradients.c makes by the same formulas. Of each array only three
# weighted sums are kept, whose weights differ from place to place.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
# name, batch, height, width, channels, filters, kernel, stride, padding (top, bottom, left, right)
CASES = [
    ("valid", 2, 6, 7, 1, 4, (3, 3), (1, 1), (0, 0, 0, 0)),
    ("strided", 3, 8, 9, 3, 5, (2, 3), (3, 4), (0, 0, 0, 0)),
    ("padded", 2, 5, 6, 17, 3, (3, 4), (2, 1), (2, 0, 1, 3)),
    ("wide", 1, 7, 6, 16, 32, (3, 3), (1, 1), (1, 1, 1, 1)),
]


def numbers(shape, a, b, m):
    k = torch.arange(int(torch.tensor(shape).prod()))
    return ((k * k * a + k * b) % m - m // 2).double().reshape(shape) / m


def sums(array):
    flat = array.flatten()
    k = torch.arange(len(flat))
    return [float((flat * ((k * k * s + k) % 19 - 9)).sum()) for s in (3, 5, 7)]


def compute(batch, height, width, channels, filters, kernel, stride, padding):
    x = numbers((batch, height, width, channels), 7, 3, 23).requires_grad_()
    w = numbers((*kernel, channels, filters), 5, 11, 29).requires_grad_()
    b = numbers((filters,), 3, 1, 7).requires_grad_()
    top, bottom, left, right = padding
    y = F.conv2d(F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom)), w.permute(3, 2, 0, 1), b,
                 stride).permute(0, 2, 3, 1)
    (y * numbers(y.shape, 11, 5, 31)).sum().backward()
    return y, w.grad, b.grad, x.grad


def array(numbers):
    return "{" + ", ".join("%.15g" % n for n in numbers) + "}"


with open("convolution-reference.h", "w") as out:
    out.write("/* convolution-reference.h: written by convolution-reference.py with PyTorch %s. */\n"
              "#pragma once\n\n" % torch.__version__.split("a")[0])
    out.write("static const Reference references[] = {\n")
    for name, batch, height, width, channels, filters, kernel, stride, padding in CASES:
        results = compute(batch, height, width, channels, filters, kernel, stride, padding)
        out.write("    /* %s */\n    {{IMAGE (%d, %d, %d), %d, PADDED (%d, %d, %d, %d, %d, %d, %d, %d), "
                  "%d, %d},\n" % (name, height, width, channels, filters, *kernel, *stride,
                                  *padding, batch, batch))
        out.write("     %s},\n" % ",\n     ".join(array(sums(r)) for r in results))
    out.write("};\n")
