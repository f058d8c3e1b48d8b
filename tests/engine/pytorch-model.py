#!/usr/bin/python3
# Writes pytorch-model.safetensors, the weights of a small convolutional network as PyTorch keeps
# them, and pytorch-model.h, what PyTorch answers with them. test-pytorch-model.c reads both.
import json
import struct
import torch

model = torch.nn.Sequential(
    torch.nn.Conv2d(1, 3, 3, stride=2, padding=1),
    torch.nn.BatchNorm2d(3),
    torch.nn.ReLU(),
    torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(3, 4, (3, 2)),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Dropout(),
    torch.nn.BatchNorm1d(4 * 5 * 6),
    torch.nn.Linear(4 * 5 * 6, 5),
    torch.nn.Tanh(),
    torch.nn.Linear(5, 10),
    torch.nn.Softmax(dim=1))
PICTURES = 3

torch.manual_seed(1)
for name, tensor in model.state_dict().items():
    if name.endswith("num_batches_tracked"):
        tensor.fill_(7)
    elif name.endswith("running_var"):
        tensor.uniform_(0.5, 2)
    else:
        tensor.copy_(torch.randn(tensor.shape) / tensor[0].numel() ** 0.5)

pictures = torch.tensor([[[[(n * 71 + i // 4 * 53 + j // 4 * 97 + i // 4 * (j // 4) * 29) % 256 / 255
                            for j in range(28)] for i in range(28)]] for n in range(PICTURES)])
with torch.no_grad():
    answers = model.eval()(pictures)

header, data = {}, b""
for name, tensor in model.state_dict().items():
    content = tensor.numpy().tobytes()
    header[name] = {"dtype": "I64" if tensor.dtype == torch.int64 else "F32",
                    "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(content)]}
    data += content
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open("pytorch-model.safetensors", "wb") as out:
    out.write(struct.pack("<Q", len(text)) + text + data)

with open("pytorch-model.h", "w") as out:
    out.write("/* pytorch-model.h: written by pytorch-model.py with PyTorch %s. */\n"
              "#pragma once\n\n#define PICTURES %d\n\n"
              "static const double answers[PICTURES][10] = {\n"
              % (torch.__version__.split("a")[0], PICTURES))
    for row in answers.tolist():
        out.write("    {%s},\n" % ", ".join("%.9g" % p for p in row))
    out.write("};\n")
