#!/usr/bin/env python3
"""Kills `starling sync` at random instants, again and again, and checks that the run that is left alone ends in the same
state as one that was never disturbed: same rows, same answers, nothing left behind.

usage: kill_during_sync.py STARLING [ROUNDS] [SEED]
"""
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROWS, MORE_ROWS = 120_000, 500
MODEL = """version: 1
project: crash
timezone: UTC
warehouse: {type: files, path: warehouse}
events:
  - event: order submitted
    table: orders
    time: ordered_at
    user: customer_id
    id: order_id
    properties: {amount: {sql: "amount::decimal(16,2)"}, store: store}
    sync: {mode: standard, cursor: ordered_at, overlap: 2 days}
users:
  table: customers
  user: customer_id
  properties: {name: name}
  sync: {mode: full}
"""
REPORTS = [
    {"report": "insights", "from": "2024-01-01", "to": "2025-01-14", "unit": "month",
     "metrics": [{"name": "orders", "event": "order submitted"},
                 {"name": "amount", "event": "order submitted", "measure": {"sum": "amount"}},
                 {"name": "people", "event": "order submitted", "measure": "users"}],
     "breakdown": [{"property": "store"}]},
    {"report": "retention", "from": "2024-01-01", "to": "2024-12-31", "unit": "month", "buckets": 6,
     "born": {"event": "order submitted", "first_time": True}, "returned": {"event": "order submitted"}},
    {"report": "users", "columns": [{"user": "name"}], "limit": 1000},
]


def write_rows(path, first, count):
    with path.open("a") as file:
        for number in range(first, first + count):
            # All over 2024; those that come later are of the day after, so that every run sees them, whether or not one ended before.
            minute = (number * 131) % (366 * 1440) if number < ROWS else 366 * 1440 + number % 1440
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1704067200 + minute * 60 + number % 60))
            file.write(f"o{number},c{number * 7919 % 5000},{stamp},{number % 9973}.{number % 100:02},s{number % 11}\n")


def make_warehouse(folder):
    folder.mkdir()
    (folder / "orders.csv").write_text("order_id,customer_id,ordered_at,amount,store\n")
    write_rows(folder / "orders.csv", 0, ROWS)
    with (folder / "customers.csv").open("w") as file:
        file.write("customer_id,name\n")
        file.writelines(f"c{number},Customer {number}\n" for number in range(5000))


class Bench:
    def __init__(self, starling, folder):
        self.starling, self.folder = starling, folder

    def sync(self, data):
        return subprocess.Popen([self.starling, "sync", "model.yaml", "--data", data], cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, data):
        started = time.monotonic()
        process = self.sync(data)
        _, errors = process.communicate()
        if process.returncode != 0:
            sys.exit(f"an undisturbed run failed: {errors.decode()}")
        return time.monotonic() - started

    def answers(self, data):
        out = []
        for report in REPORTS:
            (self.folder / "report.json").write_text(json.dumps(report))
            ran = subprocess.run([self.starling, "query", "report.json", "--data", data, "--format", "json", "--as-of",
                                  "2025-01-15T00:00:00Z"], cwd=self.folder, capture_output=True, text=True)
            if ran.returncode != 0:
                sys.exit(f"query failed: {ran.stderr}")
            answer = json.loads(ran.stdout)
            del answer["elapsed_ms"], answer["events_scanned"]
            out.append(answer)
        return out


def main():
    starling = pathlib.Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_warehouse(folder / "warehouse")
        (folder / "model.yaml").write_text(MODEL)
        bench = Bench(starling, folder)
        duration = bench.finish("calm")
        kills = 0
        for round_number in range(rounds):
            process = bench.sync("stormy")
            time.sleep(chance.uniform(0, duration * 1.1))
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
            process.communicate()
            if round_number == rounds // 2:  # rows arrive between the runs, too
                write_rows(folder / "warehouse" / "orders.csv", ROWS, MORE_ROWS)
                bench.finish("calm")
        bench.finish("stormy")
        calm, stormy = bench.answers("calm"), bench.answers("stormy")
        verify = subprocess.run([starling, "verify", "--data", "stormy"], cwd=folder, capture_output=True, text=True)
        if verify.returncode != 0:
            sys.exit(f"the store is damaged: {verify.stderr}")
        counted, counted_calm = stormy[0]["series"][0]["overall"], calm[0]["series"][0]["overall"]
        if calm != stormy:
            sys.exit(f"seed {seed}: the killed runs left another state: {counted} orders, {counted_calm} without kills")
        if counted != ROWS + MORE_ROWS or kills == 0:
            sys.exit(f"nothing was tested: {counted} orders, {kills} kills")
        print(f"{kills} runs killed of {rounds}; {counted} orders, equal to an undisturbed store (seed {seed})")


if __name__ == "__main__":
    main()
