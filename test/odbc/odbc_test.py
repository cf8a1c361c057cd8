#!/usr/bin/env python3
"""PostgreSQL, MariaDB and SQLite through their ODBC drivers, against the same rows in files: the stores hold the same rows at first
and after every change, and what a driver refuses is said without the password. A database that is not installed is skipped, and said.

usage: odbc_test.py STARLING
"""
import contextlib
import datetime
import json
import os
import pathlib
import random
import re
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from servers import Mariadb, Postgres  # noqa: E402

SKIPPED = 77
ORDERS = 2_000
TYPES = {  # of the three databases where they differ
    "sqlite": {"time": "DATETIME", "text": "TEXT"},
    "postgres": {"time": "timestamp(6)", "text": "text"},
    "mariadb": {"time": "datetime(6)", "text": "longtext"},
}
EVENT = """events:
  - event: order
    table: orders
    time: placed_at
    user: customer
    id: [shop, number]
    joins: {{customer: {{table: customers, on: {{name: customer}}}}}}
    properties: {{total: total, note: note, city: customer.city{more}}}
    sync: {{mode: mirror}}
users: {{table: customers, user: name, properties: {{city: city, since: since}}}}
"""
LINES = ", lines: {list: order_lines, on: [shop, number], order_by: line, properties: {sku: sku, price: price, due: due}}"


def orders(random_number):
    start = datetime.datetime(2025, 1, 1)
    for number in range(ORDERS):
        at = start + datetime.timedelta(seconds=random_number.randrange(90 * 86400), milliseconds=random_number.randrange(1000))
        total = f"{random_number.randrange(100000) / 100:.2f}" if number % 17 else None
        note = random_number.choice([None, "it's", 'a "quoted" one', "Zoë 😀", "", "back\\slash, comma", "x" + "ü😀" * 3000])
        yield ("s" + str(number % 3), number, at.isoformat(sep=" ", timespec="milliseconds"), f"c{random_number.randrange(200)}", total, note)


def rows_of_shop():
    number = random.Random(7)
    shop = {"orders": list(orders(number))}
    shop["customers"] = [(f"c{i}", f"city {i % 9}", f"2024-0{1 + i % 9}-15") for i in range(200)]
    shop["order_lines"] = [(order[0], order[1], line, f"sku {number.randrange(30)}", f"{number.randrange(9999) / 100:.2f}",
                            "2025-02-28" if line % 2 else None)
                           for order in shop["orders"] for line in range(order[1] % 4)]
    return shop


COLUMNS = {
    "orders": ["shop", "number", "placed_at", "customer", "total", "note"],
    "customers": ["name", "city", "since"],
    "order_lines": ["shop", "number", "line", "sku", "price", "due"],
}


def literal(value, backslashes):
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = value.replace("'", "''")
    return "'" + (text.replace("\\", "\\\\") if backslashes else text) + "'"


def script(kind, shop):
    time_type, text = TYPES[kind]["time"], TYPES[kind]["text"]
    yield (f"CREATE TABLE orders (shop {text}, number integer, placed_at {time_type}, customer {text}, total decimal(12,2), note {text})")
    yield f"CREATE TABLE customers (name {text}, city {text}, since date)"
    yield f"CREATE TABLE order_lines (shop {text}, number integer, line integer, sku {text}, price decimal(9,2), due date)"
    for table, rows in shop.items():
        for at in range(0, len(rows), 500):
            values = ", ".join("(" + ", ".join(literal(cell, kind == "mariadb") for cell in row) + ")" for row in rows[at:at + 500])
            yield f"INSERT INTO {table} VALUES {values}"


class Sqlite:
    def __init__(self, folder):
        self.file = folder / "shop.sqlite"
        self.dsn = f"DRIVER=SQLite3;Database={self.file}"
        self.refused = (f"DRIVER=SQLite3;Database={folder}/no/such/file", "")

    def run(self, statements):
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            for sql in statements:
                connection.execute(sql)
            connection.commit()

    def stop(self):
        pass


class Starling:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *arguments, status=0, password=True):
        env = {name: value for name, value in os.environ.items() if name != "ODBC_PASSWORD"}
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True,
                              env={**env, **({"ODBC_PASSWORD": "secret"} if password else {})})
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def model(self, name, warehouse, lists, text=EVENT):
        file = self.folder / f"{name}.yaml"
        file.write_text(f"version: 1\nproject: shop\ntimezone: UTC\nwarehouse: {warehouse}\n" + text.format(more=LINES if lists else ""))
        return file

    def rows(self, name):
        """What the store holds of every event, by instant and id, whatever number a user got."""
        dumped = self.run("dump", "--rows", "--data", self.folder / name)
        users = dict(re.findall(r"(?m)^    user (\d+) (\S+)$", dumped))
        return sorted(re.sub(r"^user (\d+)", lambda found: users[found.group(1)], row)
                      for row in re.findall(r"(?m)^    row (user .*)$", dumped))


def write_files(folder, shop):
    folder.mkdir(exist_ok=True)
    for table, rows in shop.items():
        lines = (json.dumps(dict(zip(COLUMNS[table], row))) + "\n" for row in rows)
        (folder / f"{table}.ndjson").write_text("".join(lines))


def files_warehouse(folder):
    types = {"orders": {"shop": "text", "number": "integer", "placed_at": "timestamp", "customer": "text", "total": '"decimal(12,2)"', "note": "text"},
             "customers": {"since": "date"},
             "order_lines": {"number": "integer", "price": '"decimal(9,2)"', "due": "date"}}
    tables = ", ".join(f"{table}: {{file: {table}.ndjson, columns: {{{', '.join(f'{c}: {t}' for c, t in columns.items())}}}}}"
                       for table, columns in types.items())
    return f"{{type: files, path: {folder}, tables: {{{tables}}}}}"


def cells(printed):
    """Of the line that `sync` and `status` print of the orders: …, rows, last read, new, changed, removed, …"""
    return re.search(r"(?m)^order  .*$", printed).group(0).replace(",", "").split()


def check(starling, name, database, shop, expected):
    lists = name != "sqlite"
    database.run(script(name, shop))
    model = starling.model(name, f'{{type: odbc, dsn: "{database.dsn}"}}', lists)
    data = starling.folder / name
    printed = starling.run("sync", model, "--data", data)
    assert f"{ORDERS:,}" in printed and "differs" not in printed, printed
    found = starling.rows(name)
    different = [pair for pair in zip(found, expected[lists]) if pair[0] != pair[1]]
    assert found == expected[lists], f"{name}: {len(different)} other rows than the files: {different[:3]}"
    assert "differ" not in starling.run("verify", "--model", model, "--data", data)

    database.run(["DELETE FROM orders WHERE number % 40 = 3", "UPDATE orders SET total = 1.25, note = 'changed' WHERE number = 100",
                  "INSERT INTO orders VALUES ('s9', 100000, '2025-04-01 12:00:00', 'c1', 2.50, NULL)"])
    printed = starling.run("sync", model, "--data", data)
    left = str(ORDERS + 1 - ORDERS // 40)
    assert cells(printed)[5] == left and cells(printed)[7:10] == ["1", "1", str(ORDERS // 40)], printed
    printed = starling.run("sync", model, "--data", data)
    assert cells(printed)[7:10] == ["0", "0", "0"], printed

    dsn, said = database.refused
    refused = starling.model("refused", f'{{type: odbc, dsn: "{dsn}"}}', False)
    printed = starling.run("check", refused, status=1, password=False)
    assert said in printed and "wrong-word" not in printed, printed
    wrong = starling.model("wrong", f'{{type: odbc, dsn: "{database.dsn}"}}', False, EVENT.replace("table: orders", "table: ordres"))
    assert 'did you mean "orders"?' in starling.run("check", wrong, status=2)
    wrong = starling.model("wrong", f'{{type: odbc, dsn: "{database.dsn}"}}', False, EVENT.replace("table: orders", "query: select nothing_such from orders"))
    assert "nothing_such" in starling.run("check", wrong, status=2)
    database.run(["DROP TABLE orders"])
    printed = starling.run("sync", model, "--data", data, status=2)
    assert "orders" in printed, printed
    assert cells(starling.run("status", "--data", data))[5] == left


def main():
    shop, ran = rows_of_shop(), []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        starling = Starling(sys.argv[1], folder)
        write_files(folder / "files", shop)
        expected = {}
        for lists in (False, True):
            model = starling.model(f"files{lists}", files_warehouse(folder / "files"), lists)
            starling.run("sync", model, "--data", folder / f"files{lists}")
            expected[lists] = starling.rows(f"files{lists}")
            assert len(expected[lists]) == ORDERS
        for kind, make in (("sqlite", Sqlite), ("postgres", Postgres), ("mariadb", Mariadb)):
            try:
                database = make(folder)
            except FileNotFoundError as missing:
                print(f"skipped: {kind} is not installed ({missing})")
                continue
            try:
                check(starling, kind, database, shop, expected)
                ran.append(kind)
            finally:
                database.stop()
        wrong = starling.model("wrong", '{type: odbc, dsn: "DRIVER=No Such Driver;SERVER=x"}', False)
        assert "ODBC DRIVER=No Such Driver;SERVER=x: " in starling.run("check", wrong, status=1)
    print("through ODBC: " + ", ".join(ran))
    sys.exit(0 if ran else SKIPPED)


main()
