#!/usr/bin/python3
"""The peer: PyTorch training one of the presets, as its users would at best.

    peer.py PRESET DATA-FOLDER EPOCHS THREADS

float32, Glorot uniform weights, zero biases, Adam with Keras's values, the whole set in memory as
one tensor, a batch by one index_select. Prints one line of JSON: seconds of each epoch.
"""
import gzip, json, os, sys, time

preset, folder, epochs, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

import numpy as np
import torch
from torch import nn

torch.set_num_threads(threads)
torch.manual_seed(0)

LAYERS = {
    "keras-784-64-10": (128, [nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10)]),
    "keras-784-128-10": (32, [nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)]),
    "sigmoid-784-10-10-10": (32, [nn.Linear(784, 10), nn.Sigmoid(), nn.Linear(10, 10),
                                  nn.Sigmoid(), nn.Linear(10, 10)]),
}


def idx(name, skip):
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz")
    with opened as file:
        return np.frombuffer(file.read(), np.uint8)[skip:]


x = torch.from_numpy(idx("train-images-idx3-ubyte", 16).reshape(-1, 784).astype(np.float32) / 255)
y = torch.from_numpy(idx("train-labels-idx1-ubyte", 8).astype(np.int64))
batch, layers = LAYERS[preset]
model = nn.Sequential(*layers)
for parameter in model.parameters():
    nn.init.xavier_uniform_(parameter) if parameter.dim() > 1 else nn.init.zeros_(parameter)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, eps=1e-7)

seconds = []
for _ in range(epochs):
    start = time.perf_counter()
    order = torch.randperm(len(x))
    for i in range(0, len(x), batch):
        rows = order[i:i + batch]
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.cross_entropy(model(x.index_select(0, rows)), y.index_select(0, rows))
        loss.backward()
        optimizer.step()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"peer": "PyTorch " + torch.__version__, "seconds": seconds,
                  "loss": float(loss.detach())}))
