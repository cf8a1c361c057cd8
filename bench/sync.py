#!/usr/bin/env python3
"""How fast warehouses are read: a table of orders loaded from a DuckDB file, PostgreSQL, and PostgreSQL and MariaDB through ODBC, beside
what the warehouse's own tools take to hand out the same rows; then Mirror after a hundredth of the rows has changed, by days and by
PostgreSQL's log. Servers are started for it. `./dev bench sync` builds what it needs and runs it."""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test"))
from servers import Mariadb, Postgres  # noqa: E402

MODEL = """version: 1
project: bench
timezone: UTC
warehouse: {warehouse}
events:
  - {{event: order, table: orders, time: placed_at, user: customer, id: id, properties: {{amount: amount, shop: shop, note: note}}, sync: {{mode: mirror}}}}
"""
COLUMNS = "id bigint, customer varchar(20), placed_at {time}, amount decimal(12,2), shop varchar(20), note varchar(60)"


def seconds(run):
    began = time.monotonic()
    run()
    return time.monotonic() - began


def quiet(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


class Bench:
    def __init__(self, build, rows, folder):
        self.starling, self.run_sql, self.rows, self.folder = build / "starling", build / "run_sql", rows, folder
        self.lines = []

    def sync(self, name, warehouse):
        model = self.folder / f"{name}.yaml"
        model.write_text(MODEL.format(warehouse=warehouse))
        return seconds(lambda: quiet(self.starling, "sync", model, "--data", self.folder / f"{name}-data",
                                     env={**os.environ, "ODBC_PASSWORD": "secret"}))

    def line(self, what, took, rows=None):
        rate = (rows or self.rows) / took
        self.lines.append(f"| {what} | {took:.1f} s | {rate:,.0f} |")
        print(self.lines[-1], flush=True)

    def duckdb(self):
        path, script = self.folder / "bench.duckdb", self.folder / "script.sql"

        def run(sql):
            script.write_text(f"ATTACH '{path}' AS bench; USE bench; {sql}")
            quiet(self.run_sql, script)

        run(f"CREATE TABLE orders ({COLUMNS.format(time='timestamp')}); INSERT INTO orders SELECT i, 'c' || i % 100000, timestamp '2024-01-01' + "
            f"i * interval 10 second, (i % 100000) / 100.0, 'shop ' || i % 40, md5(i::text) FROM range({self.rows}) AS t (i); SELECT 1;")
        out = self.folder / "orders.csv"
        run(f"COPY orders TO '{out}';")
        self.line("DuckDB's own scan, hashing every value", seconds(lambda: run("SELECT sum(hash(orders)) FROM orders;")))
        self.line("from a DuckDB file", self.sync("duckdb", "{type: duckdb, path: bench.duckdb}"))
        run("UPDATE orders SET amount = amount + 1 WHERE id % 10000 < 100; SELECT 1;")
        self.line("Mirror of a DuckDB file after a hundredth has changed, on every day", self.sync("duckdb", "{type: duckdb, path: bench.duckdb}"),
                  self.rows // 100)
        return out

    def postgres(self, csv):
        server = Postgres(self.folder)
        try:
            server.run([f"CREATE TABLE orders ({COLUMNS.format(time='timestamp')}, PRIMARY KEY (id))",
                        f"COPY orders FROM '{csv}' WITH (FORMAT csv, HEADER)", "ANALYZE orders", "GRANT SELECT ON orders TO reader"])
            with open(server.data / "d" / "pg_hba.conf", "a") as rules:
                rules.write("host all postgres 127.0.0.1/32 trust\n")
            server.run(["SELECT pg_reload_conf()"])
            copy = ["psql", "-q", "-h", server.data, "-p", server.port, "-U", "postgres", "-c", "\\copy orders to '/dev/null'"]
            self.line("psql's \\copy", statistics.median(seconds(lambda: quiet(*copy)) for _ in range(3)))
            url = f"postgresql://postgres@127.0.0.1:{server.port}/postgres"
            days, log = f'{{type: postgres, url: "{url}"}}', f'{{type: postgres, url: "{url}", slot: bench}}'
            self.line("from PostgreSQL", self.sync("postgres", days))
            self.sync("log", log)
            self.line("from PostgreSQL through ODBC", self.sync("odbc", f'{{type: odbc, dsn: "{server.dsn}"}}'))
            for few, where in (("a hundredth", "id % 10000 < 100"), ("200 rows", f"id < 200")):
                changed = self.rows // 100 if few != "200 rows" else 200
                server.run([f"UPDATE orders SET amount = amount + 1 WHERE {where}"])
                self.line(f"Mirror of PostgreSQL after {few} changed, by days", self.sync("postgres", days), changed)
                self.line(f"Mirror of PostgreSQL after {few} changed, by its log", self.sync("log", log), changed)
        finally:
            server.stop()

    def mariadb(self, csv):
        server = Mariadb(self.folder)
        try:
            (server.data / "orders.csv").write_bytes(csv.read_bytes())
            server.run([f"CREATE TABLE orders ({COLUMNS.format(time='datetime(6)')}, PRIMARY KEY (id))",
                        f"LOAD DATA LOCAL INFILE '{server.data}/orders.csv' INTO TABLE orders FIELDS TERMINATED BY ',' IGNORE 1 LINES"])
            dump = [*server.client, "--quick", "-N", "-e", "SELECT * FROM orders", "shop"]
            self.line("mariadb's client, --quick", seconds(lambda: subprocess.run(dump, check=True, stdout=subprocess.DEVNULL)))
            self.line("from MariaDB through ODBC", self.sync("mariadb", f'{{type: odbc, dsn: "{server.dsn}"}}'))
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(prog="./dev bench sync", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, default=2_000_000, help="how many (default 2000000)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        bench = Bench(options.build.resolve(), options.rows, folder)
        print(f"{options.rows:,} rows of six columns\n\n| | time | rows a second |\n|---|---|---|", flush=True)
        csv = bench.duckdb()
        bench.postgres(csv)
        bench.mariadb(csv)


if __name__ == "__main__":
    main()
