#!/usr/bin/python3
# Writes training-reference.h: ten steps of PyTorch in double precision on twelve pictures of six inked
# pixels, batches of five in order. test-training-reference.c makes the same numbers by the same
# formulas.
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SAMPLES, PIXELS, HIDDEN, CLASSES, BATCH, STEPS = 12, 6, 5, 3, 5, 10
x = torch.tensor([[(i * 53 + j * 97 + i * j * 29) % 256 / 255 for j in range(PIXELS)]
                  for i in range(SAMPLES)])
labels = torch.tensor([i * i % CLASSES for i in range(SAMPLES)])


def start():
    first = torch.nn.Linear(PIXELS, HIDDEN)
    second = torch.nn.Linear(HIDDEN, CLASSES)
    first.weight.data = torch.tensor([[((o * 31 + j * 17) % 23 - 11) / 20 for j in range(PIXELS)]
                                      for o in range(HIDDEN)])
    first.bias.data = torch.tensor([(o - 2) / 10 for o in range(HIDDEN)])
    second.weight.data = torch.tensor([[((c * 13 + o * 7) % 11 - 5) / 8 for o in range(HIDDEN)]
                                       for c in range(CLASSES)])
    second.bias.data = torch.zeros(CLASSES)
    return first, second


def train(optimizer, loss):
    first, second = start()
    weights, biases = [first.weight, second.weight], [first.bias, second.bias]
    optimizer = optimizer(weights, biases)
    losses, at = [], 0
    for _ in range(STEPS):
        rows = slice(at, min(at + BATCH, SAMPLES))
        at = rows.stop % SAMPLES
        value = loss(second(torch.tanh(first(x[rows]))), labels[rows])
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses, [first.weight, first.bias, second.weight, second.bias]


def decaying(weights, biases, decay):
    return [{"params": weights, "weight_decay": decay}, {"params": biases}]


def one_hot(labels):
    return F.one_hot(labels, CLASSES).double()


CASES = {
    "adam": (lambda w, b: torch.optim.Adam(w + b, lr=0.05, eps=1e-7), F.cross_entropy),
    "nesterov": (lambda w, b: torch.optim.SGD(decaying(w, b, 0.01), lr=0.2, momentum=0.9,
                                              nesterov=True), F.cross_entropy),
    "rmsprop": (lambda w, b: torch.optim.RMSprop(w + b, lr=0.02, alpha=0.9, eps=1e-7),
                lambda z, y: F.mse_loss(torch.sigmoid(z), one_hot(y))),
    "momentum": (lambda w, b: torch.optim.SGD(w + b, lr=0.1, momentum=0.8),
                 lambda z, y: F.binary_cross_entropy_with_logits(z, one_hot(y), reduction="sum")
                 / len(y)),
}


def array(numbers):
    return "{" + ", ".join("%.15g" % n for n in numbers) + "}"


with open("training-reference.h", "w") as out:
    out.write("/* training-reference.h: written by training-reference.py with PyTorch %s. */\n"
              "#pragma once\n\n" % torch.__version__.split("a")[0])
    for name, (optimizer, loss) in CASES.items():
        losses, parameters = train(optimizer, loss)
        out.write("static const double %s_losses[] = %s;\n" % (name, array(losses)))
        for part, parameter in zip(("weight_0", "bias_0", "weight_1", "bias_1"), parameters):
            out.write("static const double %s_%s[] = %s;\n"
                      % (name, part, array(parameter.flatten().tolist())))
        out.write("\n")
