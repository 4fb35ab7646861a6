"""Online training as one would write it by hand in Python: kafka-python and PyTorch.

A thread reads the topic and puts samples into a reservoir, the main thread trains on it: the same
records, model, batch, buffer and optimiser as the benchmark's pipeline. No checkpoints, no checks
of the records, no duplicates dropped, and no checksums verified, which costs kafka-python much.

Prints one line of JSON with the samples trained in a second, once the reservoir is full:
  python3 online_training.py --brokers HOST:PORT --topic TOPIC --layers 6,256,256,10000 \
      --batch 10 --capacity 6000 --threshold 1000 --warm-up 5 --seconds 20 --threads 1
"""

import argparse
import json
import random
import struct
import sys
import threading
import time

import numpy as np
import torch
from kafka import KafkaConsumer, TopicPartition

HEADER_BYTES = 10  # Avro single-object encoding: a mark and the schema's fingerprint.


def read_long(data, at):
    """A zig-zag variable-length integer of Avro, and where it ends."""
    shift = 0
    value = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7


def decode(data):
    """Inputs and outputs of a SolverOutput with one field of float32."""
    length, at = read_long(data, HEADER_BYTES)  # study
    at += length
    _, at = read_long(data, at)  # simulation
    _, at = read_long(data, at)  # time step
    (when,) = struct.unpack_from("<d", data, at)
    _, at = read_long(data, at + 8)  # purpose
    count, at = read_long(data, at)
    parameters = struct.unpack_from("<%dd" % count, data, at)
    _, at = read_long(data, at + 8 * count)  # end of the parameters
    _, at = read_long(data, at)  # one field
    length, at = read_long(data, at)  # its name
    count, at = read_long(data, at + length)  # its shape
    for _ in range(count):
        _, at = read_long(data, at)
    _, at = read_long(data, at)  # end of the shape
    _, at = read_long(data, at)  # dtype
    length, at = read_long(data, at)
    return parameters + (when,), np.frombuffer(data, "<f4", length // 4, at)


class Reservoir:
    """Uniform draws over unseen and seen samples; a random seen one makes room for a new one."""

    def __init__(self, capacity, threshold, inputs, outputs):
        self.x = torch.empty(capacity, inputs)
        self.y = torch.empty(capacity, outputs)
        self.rows_x = self.x.numpy()
        self.rows_y = self.y.numpy()
        self.capacity = capacity
        self.threshold = threshold
        self.unseen = []
        self.seen = []
        self.changed = threading.Condition()
        self.full = False

    def insert(self, x, y):
        with self.changed:
            while len(self.unseen) == self.capacity:
                self.changed.wait()
            size = len(self.unseen) + len(self.seen)
            if size < self.capacity:
                slot = size
                self.full = size + 1 == self.capacity
            else:
                at = random.randrange(len(self.seen))
                slot = self.seen[at]
                self.seen[at] = self.seen[-1]
                self.seen.pop()
            self.rows_x[slot] = x
            self.rows_y[slot] = y
            self.unseen.append(slot)
            self.changed.notify()

    def batch(self, n):
        slots = []
        with self.changed:
            while len(self.unseen) + len(self.seen) <= self.threshold:
                self.changed.wait()
            for _ in range(n):
                at = random.randrange(len(self.unseen) + len(self.seen))
                if at < len(self.unseen):
                    slot = self.unseen[at]
                    self.unseen[at] = self.unseen[-1]
                    self.unseen.pop()
                    self.seen.append(slot)
                else:
                    slot = self.seen[at - len(self.unseen)]
                slots.append(slot)
            index = torch.tensor(slots)
            x, y = self.x[index], self.y[index]
            self.changed.notify()
        return x, y


def receive(arguments, reservoir):
    consumer = KafkaConsumer(
        bootstrap_servers=arguments.brokers,
        enable_auto_commit=False,
        check_crcs=False,
        max_partition_fetch_bytes=16 << 20,
    )
    partition = TopicPartition(arguments.topic, 0)
    consumer.assign([partition])
    consumer.seek_to_beginning(partition)
    for record in consumer:
        reservoir.insert(*decode(record.value))


def model_of(layers):
    parts = []
    for n, m in zip(layers[:-2], layers[1:-1]):
        parts += [torch.nn.Linear(n, m), torch.nn.ReLU()]
    return torch.nn.Sequential(*parts, torch.nn.Linear(layers[-2], layers[-1]))


def train(arguments, reservoir):
    layers = [int(units) for units in arguments.layers.split(",")]
    model = model_of(layers)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=True)
    loss = torch.nn.MSELoss()
    scale = torch.tensor([2.0] * (layers[0] - 1) + [0.02])
    samples = 0
    began = counted = None
    while True:
        x, y = reservoir.batch(arguments.batch)
        optimiser.zero_grad()
        loss(model(x * scale - 1), y).backward()
        optimiser.step()
        now = time.monotonic()
        samples += len(x)
        if began is None and reservoir.full:
            began = now
        elif began is not None and counted is None and now - began >= arguments.warm_up:
            counted = now
            samples = 0
        elif counted is not None and now - counted >= arguments.seconds:
            return samples / (now - counted)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--topic", required=True)
    parser.add_argument("--layers", required=True)
    for name in ("--batch", "--capacity", "--threshold", "--threads"):
        parser.add_argument(name, type=int, required=True)
    for name in ("--warm-up", "--seconds"):
        parser.add_argument(name, type=float, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    layers = [int(units) for units in arguments.layers.split(",")]
    reservoir = Reservoir(arguments.capacity, arguments.threshold, layers[0], layers[-1])
    threading.Thread(target=receive, args=(arguments, reservoir), daemon=True).start()
    print(json.dumps({"samplesPerSecond": train(arguments, reservoir)}))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
