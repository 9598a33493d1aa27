"""PyTorch's side of the benchmark: NFM-1 with sparse embedding gradients, the same layers as the project's models.

usage: nfm_torch.py FOLDER WORKLOAD THREADS STEPS REPEATS
FOLDER holds WORKLOAD.ids (int32, rows x fields), WORKLOAD.targets (float32) and WORKLOAD.json, as the benchmark writes
them. Prints one JSON object with rows a second (median over the repeats).
"""

import json
import statistics
import sys
import time

import numpy as np
import torch
from torch import nn

folder, workload, threads, steps, repeats = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])
shape = json.load(open(f"{folder}/{workload}.json"))
torch.set_num_threads(threads)
torch.manual_seed(1)
ids = torch.from_numpy(np.fromfile(f"{folder}/{workload}.ids", np.int32).reshape(-1, shape["fields"]).astype(np.int64))
targets = torch.from_numpy(np.fromfile(f"{folder}/{workload}.targets", np.float32))


class Nfm(nn.Module):
    def __init__(self, features, factors):
        super().__init__()
        self.table = nn.Embedding(features, factors, sparse=True)
        self.weights = nn.EmbeddingBag(features, 1, mode="sum", sparse=True)
        nn.init.normal_(self.table.weight, 0, 0.01)
        nn.init.zeros_(self.weights.weight)
        self.bias = nn.Parameter(torch.zeros(1))
        self.hidden = nn.Sequential(
            nn.BatchNorm1d(factors, eps=1e-3),
            nn.Dropout(0.5),
            nn.Linear(factors, factors),
            nn.BatchNorm1d(factors, eps=1e-3),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(factors, 1, bias=False),
        )

    def forward(self, rows):
        vectors = self.table(rows)
        total = vectors.sum(1)
        pooled = 0.5 * (total * total - (vectors * vectors).sum(1))
        return self.bias + self.weights(rows).squeeze(1) + self.hidden(pooled).squeeze(1)


model = Nfm(shape["features"], shape["factors"])
optimizer = torch.optim.Adagrad(model.parameters(), lr=0.05, initial_accumulator_value=1e-8)
batch = shape["batch"]
order = torch.randperm(len(targets))
position = 0


def step():
    global position
    rows = order[position : position + batch]
    position = position + batch if position + 2 * batch <= len(targets) else 0
    optimizer.zero_grad()
    loss = 0.5 * ((model(ids[rows]) - targets[rows]) ** 2).sum()
    loss.backward()
    optimizer.step()


for _ in range(min(10, steps)):
    step()
rates = []
for _ in range(repeats):
    start = time.perf_counter()
    for _ in range(steps):
        step()
    rates.append(steps * batch / (time.perf_counter() - start))
print(json.dumps({"torch": torch.__version__, "rowsPerSecond": statistics.median(rates)}))
