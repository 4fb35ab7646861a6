#!/usr/bin/env python3
"""Heat equation du/dt = d2u/dx2 on a rod of length 1, as a solver for Penstock.

    echo "400 300 350" | python3 heat1d.py 64 100 0.001 > frames

The protocol:
 1. Penstock starts this program once for each simulation.
 2. Standard input is one line: the parameters, decimal numbers with blanks between them.
 3. Standard output takes one frame for each time step, and nothing else: print() would spoil it.
 4. A frame is little-endian: the 4 letters PSTK; the number of values as uint32;
 5. the physical time as a 64-bit float; then the values as 32-bit floats,
 6. field after field, each in C order (last axis fastest).
 7. Flush each frame, or it waits in a buffer while Penstock waits for it.
 8. Messages go to standard error; Penstock quotes their end when a simulation fails.
 9. Something wrong: an exception that nobody catches says so, and ends with exit code 1.
10. The program may be ended (SIGTERM) once its last frame is read.
"""

import array
import math
import struct
import sys


def write_frame(time, u):
    values = array.array("f", u)
    if sys.byteorder == "big":
        values.byteswap()
    sys.stdout.buffer.write(struct.pack("<4sId", b"PSTK", len(u), time))
    sys.stdout.buffer.write(values.tobytes())
    sys.stdout.buffer.flush()


def euler(u, left, right, r):
    """An explicit Euler step, r = dt / h^2."""
    west = [left] + u[:-1]
    east = u[1:] + [right]
    return [here + r * (w - 2 * here + e) for w, here, e in zip(west, u, east)]


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: heat1d.py NODES STEPS TIME_STEP < parameters")
    nodes = int(sys.argv[1])  # those between the two ends
    steps = int(sys.argv[2])
    time_step = float(sys.argv[3])  # between two frames
    if nodes < 1 or steps < 1 or not time_step > 0:
        sys.exit("NODES, STEPS and TIME_STEP must be above 0")

    left, right, initial = map(float, sys.stdin.readline().split())

    # Explicit steps are stable up to dt = h^2 / 2, so a frame takes several.
    h = 1.0 / (nodes + 1)
    substeps = math.ceil(time_step / (0.4 * h * h))
    r = time_step / substeps / (h * h)

    u = [initial] * nodes
    for step in range(1, steps + 1):
        for _ in range(substeps):
            u = euler(u, left, right, r)
        write_frame(step * time_step, u)


if __name__ == "__main__":
    main()
