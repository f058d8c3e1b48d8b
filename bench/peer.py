#!/usr/bin/python3
"""The peer: PyTorch training a recipe, as its users would at best.

    peer.py RECIPE DATA-FOLDER

RECIPE is an experiment as JSON text (docs/experiment.md), DATA-FOLDER holds MNIST's IDX files.
float32, Glorot uniform weights and zero biases, Adam, the whole set in memory as one tensor, a
batch by one index_select into memory that stays. It first tries its settings against each other in
short turns and keeps what is fastest here and now, tells which in one line of JSON, and then
answers each line of its input with one of its own:

    train N      seconds for the next N batches; each epoch has a new order
    predict N    median and 99th percentile, in seconds, of N single pictures
"""
import gzip, itertools, json, os, statistics, sys, time

import numpy as np
import torch
from torch import nn

TURNS, TURN_SECONDS = 5, 0.06
FUNCTIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "linear": nn.Identity}


class Unsupported(Exception):
    """The recipe asks for what this peer has not got."""


def pair(value):
    return tuple(value) if isinstance(value, list) else (value, value)


def pictures(folder, name, skip):
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")
    with opened as file:
        return np.frombuffer(file.read(), np.uint8)[skip:]


def window(spec, key, stride):
    """Kernel, stride and padding as PyTorch's layers take them."""
    if spec.get("padding", "valid") != "valid":
        raise Unsupported("padding")
    return pair(spec[key]), pair(spec.get("stride", stride))


def module(spec, shape):
    """One layer of the recipe as PyTorch's, and the shape behind it: (channels, height, width)."""
    kind, size = spec["type"], int(np.prod(shape))
    if kind == "dense":
        layers = [] if len(shape) == 1 else [nn.Flatten()]
        return layers + [nn.Linear(size, spec["units"])], (spec["units"],)
    if kind == "activation" and spec["function"] in FUNCTIONS:
        return [FUNCTIONS[spec["function"]]()], shape
    if kind == "flatten":
        return [nn.Flatten()], (size,)
    if kind == "dropout":
        return [nn.Dropout(spec["rate"])], shape
    if kind == "conv2d":
        kernel, stride = window(spec, "kernel", 1)
        layer, channels = nn.Conv2d(shape[0], spec["filters"], kernel, stride), spec["filters"]
    elif kind == "max-pool":
        kernel, stride = window(spec, "size", spec["size"])
        layer, channels = nn.MaxPool2d(kernel, stride), shape[0]
    else:
        raise Unsupported(spec.get("function", kind))
    sides = [(n - k) // s + 1 for n, k, s in zip(shape[1:], kernel, stride)]
    return [layer], (channels, *sides)


def build(recipe):
    layers, shape, specs = [], (1, 28, 28), recipe["layers"]
    train = recipe["train"]
    if train["loss"] != "softmax-cross-entropy" or train["optimizer"]["type"] != "adam":
        raise Unsupported("loss or optimizer")
    for spec in specs[:-1]:  # the softmax is in PyTorch's loss
        added, shape = module(spec, shape)
        layers += added
    model = nn.Sequential(*layers)
    for parameter in model.parameters():
        nn.init.xavier_uniform_(parameter) if parameter.dim() > 1 else nn.init.zeros_(parameter)
    return model


class Candidate:
    """A network with its optimizer under one choice of settings."""

    def __init__(self, recipe, data, threads, foreach, channels_last):
        self.threads, self.foreach, self.channels_last = threads, foreach, channels_last
        self.x, self.y = data
        self.batch = recipe["train"]["batch_size"]
        self.model = build(recipe)
        rows = torch.empty(self.batch, *self.x.shape[1:])
        if channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
            rows = rows.contiguous(memory_format=torch.channels_last)
        self.rows, self.labels = rows, torch.empty(self.batch, dtype=torch.int64)
        spec = recipe["train"]["optimizer"]
        self.optimizer = torch.optim.Adam(
            self.model.parameters(), lr=spec["learning_rate"], eps=spec["epsilon"],
            betas=(spec["beta_1"], spec["beta_2"]), **({"foreach": True} if foreach else {}))
        self.order, self.at = None, 0

    def step(self):
        if self.order is None or self.at >= len(self.order):
            self.order, self.at = torch.randperm(len(self.x)), 0
        indices = self.order[self.at:self.at + self.batch]
        self.at += self.batch
        x, y = self.rows[:len(indices)], self.labels[:len(indices)]
        torch.index_select(self.x, 0, indices, out=x)
        torch.index_select(self.y, 0, indices, out=y)
        self.optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(self.model(x), y).backward()
        self.optimizer.step()

    def train(self, n):
        torch.set_num_threads(self.threads)
        start = time.perf_counter()
        for _ in range(n):
            self.step()
        return time.perf_counter() - start

    def turn(self):
        """Seconds a batch, over a short while."""
        self.train(1)
        return self.train(n := max(2, int(TURN_SECONDS / self.train(1)))) / n

    def predict(self, n):
        best = None
        for threads in {1, self.threads}:
            torch.set_num_threads(threads)
            seconds = []
            with torch.inference_mode():
                for i in range(n):
                    start = time.perf_counter()
                    self.model(self.x[i % 100:i % 100 + 1])
                    seconds.append(time.perf_counter() - start)
            seconds.sort()
            figures = {"median": seconds[n // 2], "p99": seconds[n * 99 // 100]}
            best = min(best or figures, figures, key=lambda f: f["median"])
        return best

    def __str__(self):
        return (f"{self.threads} thread{'s' * (self.threads > 1)}"
                + ", channels_last" * self.channels_last + ", foreach Adam" * self.foreach)


def fastest(recipe, data):
    convolves = any(spec["type"] == "conv2d" for spec in recipe["layers"])
    candidates = [Candidate(recipe, data, *choice) for choice in itertools.product(
        sorted({1, os.cpu_count()}), (False, True), (False, True) if convolves else (False,))]
    first = [candidate.turn() for candidate in candidates]
    candidates = [c for c, seconds in zip(candidates, first) if seconds <= 2 * min(first)]
    turns = [[candidate.turn() for candidate in candidates] for _ in range(TURNS)]
    medians = [statistics.median(times) for times in zip(*turns)]
    return candidates[medians.index(min(medians))]


def load(recipe, folder):
    x = pictures(folder, "train-images-idx3-ubyte", 16).reshape(-1, 1, 28, 28).astype(np.float32)
    if recipe["prepare"]["scale"] == "unit":
        x /= 255
    y = pictures(folder, "train-labels-idx1-ubyte", 8).astype(np.int64)
    if recipe["layers"][0]["type"] in ("dense", "flatten"):  # once, instead of in each step
        x = x.reshape(len(x), -1)
    return torch.from_numpy(x), torch.from_numpy(y)


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    recipe = json.loads(sys.argv[1])
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    try:
        peer = fastest(recipe, load(recipe, sys.argv[2]))
    except Unsupported as reason:
        say({"error": f"cannot train this recipe: {reason}"})
        return
    say({"peer": "PyTorch " + torch.__version__, "settings": str(peer)})
    for line in sys.stdin:
        command, n = line.split()
        say({"seconds": peer.train(int(n))} if command == "train" else peer.predict(int(n)))


main()
