#!/usr/bin/env python3
"""Mirror under churn: writers change a PostgreSQL database at random (inserts, updates, key changes, deletes, rollbacks, transactions
that stay open, new columns) while syncs run and are killed with SIGKILL at random moments, by the log and by days. At the end the
store equals one that is filled from the database as it is then, cell by cell.

usage: churn_postgres.py STARLING [SEEDS]
"""
import json
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from servers import Postgres  # noqa: E402

SKIPPED = 77
WRITERS = 3
SECONDS = 4
SCHEMA = ["CREATE TABLE orders (id bigint PRIMARY KEY, customer text, placed_at timestamptz, amount numeric(12,2), note text)",
          "CREATE TABLE lines (order_id bigint, line int, sku text, price numeric(9,2))",
          "ALTER TABLE lines REPLICA IDENTITY FULL",
          "INSERT INTO orders SELECT i, 'c' || i % 50, timestamptz '2025-01-01 00:00:00+00' + i * interval '20 minutes', i * 1.25, "
          "repeat('long ', i % 900) FROM generate_series(1, 3000) AS s (i)",
          "INSERT INTO lines SELECT i, l, 'sku ' || l, l * 2.5 FROM generate_series(1, 3000) AS s (i), generate_series(1, 2) AS t (l)"]
MODEL = """version: 1
project: churn
warehouse: {{type: postgres, url: "{url}"{slot}}}
events:
  - event: order
    table: orders
    time: placed_at
    user: customer
    id: id
    properties:
      id: id
      amount: amount
      note: note
{more}      lines: {{list: lines, on: {{order_id: id}}, order_by: line, properties: {{sku: sku, price: price}}}}
    sync: {{mode: {mode}}}
"""


def change(number):
    """One random statement."""
    one = number.randrange(1, 3600)
    return number.choice([
        f"INSERT INTO orders VALUES ({one + 10000 * number.randrange(1, 90)}, 'new', timestamptz '2025-02-0{number.randrange(1, 9)} 10:00:00+00', "
        f"{one}, 'n') ON CONFLICT DO NOTHING",
        f"UPDATE orders SET amount = {one} / 4.0 WHERE id = {one}",
        f"UPDATE orders SET note = note || 'x' WHERE id % 97 = {one % 97}",
        f"UPDATE orders SET id = -id WHERE id = {one}",
        f"UPDATE orders SET placed_at = placed_at + interval '1 day' WHERE id = {one}",
        f"DELETE FROM orders WHERE id = {one}",
        f"DELETE FROM lines WHERE order_id = {one}",
        f"INSERT INTO lines VALUES ({one}, {number.randrange(3, 9)}, 'more', 1.5)",
        f"UPDATE lines SET order_id = order_id + 1 WHERE order_id = {one}",
    ])


def write(database, seed, stop):
    """Transactions one after another in one session; some end in a rollback, some stay open for a while."""
    number = random.Random(seed)
    client = subprocess.Popen(["psql", "-q", "-h", database.data, "-p", str(database.port), "-U", "postgres"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    while not stop.is_set():
        client.stdin.write("BEGIN;\n" + "".join(change(number) + ";\n" for _ in range(number.randrange(1, 5))))
        if number.random() < 0.2:
            client.stdin.write(f"SELECT pg_sleep({number.random() * 0.5});\n")
        client.stdin.write("ROLLBACK;\n" if number.random() < 0.15 else "COMMIT;\n")
        client.stdin.flush()
        time.sleep(number.random() * 0.03)
    client.stdin.close()
    client.wait()


class Round:
    def __init__(self, starling, database, folder, slot):
        self.starling, self.database, self.folder = starling, database, folder
        self.slot, self.more = slot, ""

    def model(self, name, mode):
        file = self.folder / f"{name}.yaml"
        url = f"postgresql://postgres@127.0.0.1:{self.database.port}/postgres"
        file.write_text(MODEL.format(url=url, slot=self.slot, mode=mode, more=self.more))
        return file

    def sync(self, name, mode, kill_after=None):
        process = subprocess.Popen([self.starling, "sync", self.model(name, mode), "--data", self.folder / name], stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        if kill_after is not None:
            time.sleep(kill_after)
            process.send_signal(signal.SIGKILL)
        printed = process.communicate()[0]
        return process.returncode, printed

    def cells(self, name):
        out = []
        for measure in ({"sum": "amount"}, {"sum": "lines.price"}):
            report = self.folder / "report.json"
            report.write_text(json.dumps({"report": "insights", "metrics": [{"event": "order", "measure": measure}], "from": "2025-01-01",
                                          "to": "2025-04-30", "unit": "day", "breakdown": [{"property": "id"}, {"property": "note"}],
                                          "limit": 10000}))
            done = subprocess.run([self.starling, "query", report, "--data", self.folder / name, "--format", "json", "--as-of", "2025-05-01"],
                                  capture_output=True, text=True, check=True)
            out.append(json.loads(done.stdout)["series"])
        return out

    def run(self, seed):
        number, killed, done = random.Random(seed), 0, 0
        self.database.run(["DROP TABLE IF EXISTS orders, lines", "DROP PUBLICATION IF EXISTS churn", *SCHEMA])
        stop = threading.Event()
        writers = [threading.Thread(target=write, args=(self.database, f"{seed} {i}", stop)) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            status, printed = self.sync("mirror", "mirror", number.random() * 0.12 if number.random() < 0.7 else None)
            killed += status == -signal.SIGKILL
            done += status == 0
            assert status in (0, -signal.SIGKILL), printed
            if number.random() < 0.1 and self.more.count("extra") < 4:
                column = f"extra_{len(self.more)}"
                self.database.run([f"ALTER TABLE orders ADD COLUMN {column} int DEFAULT {number.randrange(9)}"])
                self.more += f"      {column}: {column}\n"
        stop.set()
        for writer in writers:
            writer.join()
        status, printed = self.sync("mirror", "mirror")
        assert status == 0 and "equal, with checksums" in printed, printed
        status, printed = self.sync("fresh", "once")
        assert status == 0, printed
        assert self.cells("mirror") == self.cells("fresh"), f"seed {seed}: the store differs from the database"
        print(f"seed {seed}{' by the log' if self.slot else ' by days'}: {done} syncs, {killed} killed, equal")


def main():
    starling, seeds = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        try:
            database = Postgres(folder)
        except FileNotFoundError:
            print("skipped: PostgreSQL is not installed")
            sys.exit(SKIPPED)
        try:
            # The owner logs in without a password here.
            with open(database.data / "d" / "pg_hba.conf", "a") as rules:
                rules.write("host all postgres 127.0.0.1/32 trust\n")
            database.run(["SELECT pg_reload_conf()"])
            for seed in range(1, seeds + 1):
                for slot in (", slot: churn", ""):
                    place = folder / f"{seed}{'log' if slot else 'days'}"
                    place.mkdir()
                    Round(starling, database, place, slot).run(seed)
        finally:
            database.stop()


main()
