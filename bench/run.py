#!/usr/bin/env python3
"""Loads synthetic events, asks every report of bench/reports, compares each answer with the one DuckDB gives to the SQL
beside it, and only then prints how long it took. `./dev bench` builds what it needs and runs it."""
import argparse
import csv
import decimal
import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import time

BENCH = pathlib.Path("build/bench")
REPORTS = pathlib.Path("bench/reports")
RUNS = 9


def at_least(least):
    """An argument's type: a whole number that is not too small to measure anything."""
    def number_of(text):
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is less than {least}")
        return int(text)
    number_of.__name__ = "number"  # what argparse calls a wrong one
    return number_of


def run_sql(build, file, **variables):
    """The rows of a file's last statement, as dictionaries of text."""
    command = [build / "run_sql", file, *(f"{name}={value}" for name, value in variables.items())]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return list(csv.DictReader(io.StringIO(out)))


def generate(build, events):
    """Makes the files when they are not there for so many events."""
    stamp = BENCH / "generated"
    text = f"{events}\n" + pathlib.Path("bench/generate.sql").read_text()
    if stamp.exists() and stamp.read_text() == text:
        return
    shutil.rmtree(BENCH, ignore_errors=True)
    (BENCH / "data").mkdir(parents=True)
    began = time.monotonic()
    run_sql(build, "bench/generate.sql", events=events, out=BENCH / "data")
    stamp.write_text(text)
    print(f"made {events:,} events in {time.monotonic() - began:.1f} s")


def load(build, events):
    """Syncs from nothing; states the pace and the most memory held."""
    shutil.rmtree(BENCH / "store", ignore_errors=True)
    began = time.monotonic()
    process = subprocess.Popen([build / "starling", "sync", "bench/model.yaml", "--data", BENCH / "store"])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status != 0:
        sys.exit("bench: the load failed")
    size = sum(file.stat().st_size for file in (BENCH / "store").rglob("*") if file.is_file())
    print(f"load: {seconds:.1f} s, {events / seconds:,.0f} events/s, {usage.ru_utime + usage.ru_stime:.1f} CPU s, "
          f"at most {usage.ru_maxrss / 1024:,.0f} MB of memory, {size / 2**20:,.0f} MB on disk")


class Server:
    """`starling serve` over the loaded data, until the end of the `with`."""

    def __init__(self, build, port, data=BENCH / "store"):
        self.port = port
        self.process = subprocess.Popen(
            [build / "starling", "serve", "--data", data, "--listen", f"127.0.0.1:{port}"],
            stdout=subprocess.DEVNULL)

    def __enter__(self):
        for _ in range(600):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port).connect()
                return self
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    sys.exit("bench: the server did not start")
                time.sleep(0.05)
        sys.exit("bench: the server does not listen")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def ask(self, document):
        """The result and the seconds from the request's first byte to the answer's last."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.connect()
        began = time.monotonic()
        connection.request("POST", "/api/v1/query", document,
                           {"Content-Type": "application/json", "Cache-Control": "no-cache"})
        answer = connection.getresponse()
        body = answer.read()
        seconds = time.monotonic() - began
        if answer.status != 200:
            sys.exit(f"bench: status {answer.status}: {body.decode()}")
        return json.loads(body, parse_float=decimal.Decimal), seconds

    def memory_mb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024


def number(value):
    return None if value in (None, "") else decimal.Decimal(value)


def cells_of(result):
    """Every counted number of a result by its place; what an answer does not list counts as nothing."""
    if result["report"] == "users":
        return {"size": number(result["size"])}
    cells = {}
    for series in result["series"]:
        segment = ",".join(map(str, series["segment"]))
        if result["report"] == "insights":
            for interval, value in zip(result["intervals"], series["values"]):
                cells[series["metric"], segment, interval] = number(value)
        else:
            for cohort in series["cohorts"]:
                for bucket, cell in zip(result["buckets"], cohort["cells"]):
                    if cell is not None:
                        place = (cohort["born"], str(bucket))
                        cells[(*place, "size")] = number(cohort["size"]) if cell["users"] else None
                        cells[(*place, "users")] = number(cell["users"])
                        cells[(*place, "value")] = number(cell["value"])
    return cells


def expected_of(rows):
    cells = {}
    for row in rows:
        if "interval" in row:
            cells[row["metric"], row["segment"], row["interval"]] = number(row["value"])
        elif "bucket" in row:
            for name in ("size", "users", "value"):
                cells[row["born"], row["bucket"], name] = number(row[name])
        else:
            cells["size"] = number(row["size"])
    return cells


def equal(found, expected):
    found, expected = found or 0, expected or 0
    return found == expected or abs(found - expected) <= decimal.Decimal("1e-9") * abs(expected)


def differences(found, expected):
    places = sorted(set(found) | set(expected), key=str)
    return [f"{place}: {found.get(place)}, DuckDB says {expected.get(place)}" for place in places
            if not equal(found.get(place), expected.get(place))]


def compare(build, name, result):
    views = BENCH / "expected.sql"
    views.write_text("".join(f"create view {table} as select * from '{BENCH}/data/{table}.parquet';\n"
                             for table in ("events", "users")) + (REPORTS / f"{name}.sql").read_text())
    expected = expected_of(run_sql(build, views))
    if not expected:
        sys.exit(f"bench: {name}.sql gives no rows; nothing would be compared")
    wrong = differences(cells_of(result), expected)
    for line in wrong[:5]:
        print(f"{name}: {line}")
    return len(expected), len(wrong)


def ask_all(build, server):
    failed = 0
    print(f"{'report':<22}{'cells':>7}{'first ms':>10}{'median ms':>11}{'best ms':>9}")
    for file in sorted(REPORTS.glob("*.json")):
        document = file.read_text()
        result, first = server.ask(document)
        cells, wrong = compare(build, file.stem, result)
        if wrong:
            print(f"{file.stem:<22}{cells:>7}  {wrong} cells differ")
            failed += 1
            continue
        times = [server.ask(document)[1] for _ in range(RUNS)]
        print(f"{file.stem:<22}{cells:>7}{first * 1e3:>10.1f}{statistics.median(times) * 1e3:>11.1f}{min(times) * 1e3:>9.1f}")
    print(f"the server held at most {server.memory_mb():,.0f} MB of memory (mapped store files included)")
    return failed


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--events", type=at_least(1000), default=10_000_000, help="how many (default 10000000)")
    parser.add_argument("--port", type=int, default=18080, help="where the server listens meanwhile")
    parser.add_argument("--keep", action="store_true", help="ask the store of the last run again, without a load")
    options = parser.parse_args()
    options.build = options.build.resolve()
    generate(options.build, options.events)
    if not (options.keep and (BENCH / "store").exists()):
        load(options.build, options.events)
    with Server(options.build, options.port) as server:
        return 1 if ask_all(options.build, server) else 0


if __name__ == "__main__":
    sys.exit(main())
