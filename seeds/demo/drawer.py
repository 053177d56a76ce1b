"""The program that draws simulated records: an order comes in, part after part goes out (`apart`).
"""

import pickle
import sys

from seeds.demo.apart import LENGTH
from seeds.demo.order import Order, filled


def main() -> None:
    """Draw what is ordered; end quietly once nobody takes it."""
    order = pickle.load(sys.stdin.buffer)  # noqa: S301  of the process that started this one
    assert isinstance(order, Order)  # noqa: S101
    out = sys.stdout.buffer
    try:
        for bulks in filled(order):
            piece = pickle.dumps(bulks, pickle.HIGHEST_PROTOCOL)
            out.write(len(piece).to_bytes(LENGTH))
            out.write(piece)
            out.flush()
        out.write(bytes(LENGTH))
        out.flush()
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
