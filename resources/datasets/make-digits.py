#!/usr/bin/env python3
"""make-digits.py: write digits/*.gz from the CSV of the UCI optical digits.

Usage: make-digits.py digits.csv.gz
Each line of the CSV holds 64 grey levels (0…16) and the label. Every fifth sample of each class,
in the order of the file, goes to the test part.
"""
import gzip
import pathlib
import struct
import sys


def write_idx(name, sizes, content):
    header = struct.pack(f'>4B{len(sizes)}I', 0, 0, 8, len(sizes), *sizes)
    target = pathlib.Path(__file__).parent / 'digits' / f'{name}-ubyte.gz'
    target.write_bytes(gzip.compress(header + content, compresslevel=9, mtime=0))


seen = [0] * 10
parts = {'train': ([], []), 't10k': ([], [])}
with gzip.open(sys.argv[1], 'rt') as lines:
    for line in lines:
        *pixels, label = map(int, line.split(','))
        seen[label] += 1
        images, labels = parts['t10k' if seen[label] % 5 == 0 else 'train']
        images.append(bytes(pixels))
        labels.append(label)

for part, (images, labels) in parts.items():
    write_idx(f'{part}-images-idx3', (len(images), 8, 8), b''.join(images))
    write_idx(f'{part}-labels-idx1', (len(labels),), bytes(labels))
