"""Makes the data of the example jobs: the same seed and size give the same files.

    python3 generate_data.py --kind orders --mib 64 --output data/orders

`orders` has one customer with a fifth of all lines, and the customers beside it: a join on it is skewed.
`clicks` has sessions of users by minute. `churn` has numeric features and a label that depends on them.
Standard library only.
"""
import argparse
import os
import random

PARTS = 16
MIB = 1024 * 1024
CUSTOMERS = 20_000
USERS = 5_000
FEATURES = 12
HOT_SHARE = 0.2


def below(rng, limit):
    return int(rng.random() * limit)


def orders(rng, number):
    customer = 0 if rng.random() < HOT_SHARE else below(rng, CUSTOMERS)
    return "%d,%d,%d,%.2f,2026-01-%02d\n" % (number, customer, below(rng, 500), 400 * rng.random(), 1 + below(rng, 30))


def clicks(rng, number):
    return "%d,%d,/page/%d,%d\n" % (below(rng, USERS), number // 50, below(rng, 2_000), 1 + below(rng, 9_000))


def churn(rng, number):
    features = [NORMAL[below(rng, len(NORMAL))] for _ in range(FEATURES)]
    leans = features[0][0] - 0.7 * features[1][0] + 0.3 * features[2][0] * features[3][0]
    return "%d,%s\n" % (leans > 0.5 - rng.random(), ",".join([text for _, text in features]))


def customers(rng, number):
    return "%d,customer-%d,%s\n" % (number, number, rng.choice(("north", "south", "east", "west")))


def normal_values(count):
    """Values of a normal distribution with their texts: drawing one of them is much faster than drawing anew."""
    rng = random.Random("normal")
    values = [rng.gauss(0, 1) for _ in range(count)]
    return [(value, "%.4f" % value) for value in values]


NORMAL = normal_values(8192)
KINDS = {"orders": orders, "clicks": clicks, "churn": churn}


def write_parts(folder, make, seed, size_bytes):
    """Lines until the size is reached, in PARTS files. A file is complete when it has its own name."""
    os.makedirs(folder, exist_ok=True)
    number = 0
    for part in range(PARTS):
        rng = random.Random("%s/%d" % (seed, part))
        path = os.path.join(folder, "part-%05d.csv" % part)
        with open(path + ".tmp", "w") as output:
            written = 0
            while written < size_bytes / PARTS:
                written += output.write(make(rng, number))
                number += 1
        os.replace(path + ".tmp", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=sorted(KINDS), required=True)
    parser.add_argument("--mib", type=int, required=True, help="MiB of the data")
    parser.add_argument("--output", required=True, help="folder")
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    write_parts(options.output, KINDS[options.kind], options.seed, options.mib * MIB)
    if options.kind == "orders":
        rng = random.Random(options.seed)
        folder = options.output.rstrip("/") + "-customers"
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "customers.csv"), "w") as output:
            output.writelines(customers(rng, number) for number in range(CUSTOMERS))


if __name__ == "__main__":
    main()
