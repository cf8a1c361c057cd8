"""What the truth tests share: a synced warehouse, its files of true answers, and the count of compared cells."""
import csv
import json
import math
import pathlib
import subprocess
import sys
from decimal import Decimal

ALL_SEGMENTS = 10_000


class Truth:
    """One synced warehouse, its truths, and the count of compared cells."""

    def __init__(self, starling, name, truths, data, period):
        self.starling, self.name, self.truths, self.data = starling, name, truths, data
        self.first, self.last, self.as_of = period
        self.cells, self.differences = 0, []

    def sync(self, model, raw):
        """`model` is a file beside this one; its warehouse's `path: RAW` becomes the folder `raw`."""
        text = (pathlib.Path(__file__).parent / model).read_text()
        path = self.data.parent / f"{self.data.name}.yaml"
        path.write_text(text.replace("path: RAW", f"path: {raw}"))
        ran = subprocess.run([self.starling, "sync", path, "--data", self.data], capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(ran.stdout + ran.stderr)

    def query(self, **report):
        path = self.data.parent / "report.json"
        path.write_text(json.dumps(report))
        ran = subprocess.run([self.starling, "query", path, "--data", self.data, "--format", "json",
                              "--as-of", self.as_of], capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(f"{json.dumps(report)}\n{ran.stderr}")
        return json.loads(ran.stdout, parse_float=Decimal, parse_int=Decimal)

    def rows(self, name):
        with open(self.truths / name, newline="") as file:
            return list(csv.DictReader(file))

    def compare(self, where, expected, actual):
        """expected: text of the truth file; "" is null, which a sum over nothing gives as 0."""
        self.cells += 1
        if not same(expected, actual):
            self.differences.append(f"{self.name} {where}: truth {expected!r}, report {actual}")

    def report(self):
        """Prints what was compared; whether all was well."""
        print(f"{self.name}: {self.cells} cells compared, {len(self.differences)} differences")
        for difference in self.differences[:40]:
            print("  " + difference)
        return self.cells > 0 and not self.differences


def same(expected, actual):
    if expected == "":
        return actual is None or actual == 0
    if actual is None:
        return False
    if expected in ("true", "false"):
        return str(actual).lower() == expected
    wanted, found = Decimal(expected), Decimal(actual)
    if wanted == found:
        return True
    return len(wanted.as_tuple().digits) > 12 and math.isclose(wanted, found, rel_tol=1e-11)


def by_metric(answer, segment=()):
    return {row["metric"]: row for row in answer["series"] if row["segment"] == list(segment)}


def label(coordinate):
    if isinstance(coordinate, dict) and "special" in coordinate:
        return ""
    if isinstance(coordinate, bool):
        return str(coordinate).lower()
    return str(coordinate)
