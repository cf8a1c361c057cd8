#!/usr/bin/env python3
"""`starling propose` on real warehouses: the proposal is the golden file beside this one, byte for byte, fits its warehouse unedited, and
with dbt's artifacts its metrics give the true numbers. Without the shared data only the demo shop is proposed for.

usage: propose_test.py STARLING JAFFLE_WAREHOUSE SHARED RUN_SQL [--write]     --write puts new golden files in place
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from decimal import Decimal

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "truth"))
from truth import Truth, by_metric  # noqa: E402

GOLDEN = pathlib.Path(__file__).parent / "golden"
failures = []


def run(*arguments):
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True)


def expect(condition, what):
    if not condition:
        failures.append(what)
        print("FAILED: " + what)


def propose(starling, name, warehouse, folder, *more):
    """The proposal's file; compared with its golden file, which does not say where the warehouse lies."""
    model = folder / f"{name}.yaml"
    made = run(starling, "propose", warehouse, *more, "-o", model)
    if made.returncode != 0:
        sys.exit(f"{name}: {made.stderr}")
    printed = run(starling, "propose", warehouse, *more).stdout
    def without_place(text):
        return re.sub(r"(?m)^warehouse: .*$", "warehouse: …", text)
    expect(without_place(printed) == without_place(model.read_text()), f"{name}: the same input gives other bytes")
    golden = GOLDEN / f"{name}.yaml"
    if "--write" in sys.argv:
        golden.write_text(without_place(model.read_text()))
    expect(golden.read_text() == without_place(model.read_text()), f"{name}: the proposal is not {golden}")
    checked = run(starling, "check", model)
    expect(checked.returncode == 0, f"{name}: {checked.stderr}")
    return model


def synced(starling, model, data):
    done = run(starling, "sync", model, "--data", data)
    expect(done.returncode == 0 and "differs" not in done.stdout, f"{model}: {done.stdout}{done.stderr}")


def check_metrics(starling, shared, model, data):
    """Every metric that was imported, by month, against the truth."""
    truths = shared / "data/jaffle/main_1y/truth"
    one = Truth(starling, "jaffle", truths, data, ("2024-09-01", "2025-08-31", "2025-09-01T00:00:00Z"))
    names = re.findall(r"(?m)^  - \{metric: (\w+)", model.read_text())
    expect(len(names) == 15, f"15 of 20 metrics can be said, not {len(names)}")
    answer = one.query(report="insights", unit="month", **{"from": one.first, "to": one.last},
                       metrics=[{"metric": name} for name in names])
    series = by_metric(answer)
    for at, row in enumerate(one.rows("metrics_monthly.csv")):
        for name in names:
            one.compare(f"{row['month']} {name}", row[name], series[name]["values"][at])
    totals = json.loads((truths / "totals.json").read_text(), parse_float=Decimal, parse_int=Decimal)
    for name in names:
        if name in totals:
            one.compare(f"total {name}", str(totals[name]), series[name]["overall"])
    expect(one.report(), "metrics differ from the truth")


def check_edited_file(starling, model):
    """An edited model is not written over: what a new proposal would change is shown."""
    edited = model.read_text().replace("every: 1 hour", "every: 2 hours")
    model.write_text(edited)
    warehouse = re.search(r'path: "?([^"}]+)', edited)[1]
    again = run(starling, "propose", model.parent / warehouse, "-o", model)
    expect(again.returncode == 0 and model.read_text() == edited, "an edited model is left as it is")
    expect("- " in again.stdout and "+     sync: {mode: mirror, every: 1 hour}" in again.stdout, f"the difference: {again.stdout}")


def check_open_ranges(starling, folder):
    """A version without an end overlaps the one that follows it: a join by it would multiply the facts."""
    shop = folder / "ranges"
    shop.mkdir()
    (shop / "orders.csv").write_text("order_id,customer_id,ordered_at\n1,1,2024-01-05\n2,1,2024-02-05\n3,2,2024-02-06\n")
    (shop / "customers.csv").write_text("customer_id,name\n1,Ann\n2,Bob\n")
    head = "customer_id,tier,valid_from,valid_to\n2,gold,2024-01-01,2024-09-01\n1,silver,2024-02-01,\n"
    (shop / "tiers.csv").write_text(head + "1,gold,2024-01-01,\n")
    expect("validity ranges of one customer_id overlap" in run(starling, "propose", shop).stdout, "an open range overlaps")
    (shop / "tiers.csv").write_text(head + "1,gold,2024-01-01,2024-02-01\n")
    expect("as_of: {from: valid_from, to: valid_to}" in run(starling, "propose", shop).stdout, "ranges that meet do not overlap")


def check_refusals(starling, shop, folder):
    missing = run(starling, "propose", folder / "nothing.duckdb")
    expect(missing.returncode == 2 and "there is no warehouse" in missing.stderr, missing.stderr)
    target = folder / "target"
    target.mkdir()
    no_manifest = run(starling, "propose", shop, "--dbt", target)
    expect(no_manifest.returncode == 2 and "manifest.json" in no_manifest.stderr, no_manifest.stderr)
    (target / "manifest.json").write_text('{"nodes": {"model.a.b": {"resource_type": "mod')
    torn = run(starling, "propose", shop, "--dbt", target)
    expect(torn.returncode == 2 and "manifest.json" in torn.stderr, torn.stderr)
    (target / "manifest.json").write_text("[]")
    other = run(starling, "propose", shop, "--dbt", target)
    expect(other.returncode == 2 and "no manifest of dbt" in other.stderr, other.stderr)


KEYED = """
ATTACH '{path}' AS keyed;
USE keyed;
CREATE TABLE shippers (id int PRIMARY KEY, name text);
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (number int PRIMARY KEY, ordered_at timestamp, buyer int REFERENCES customers (id),
  ship_via int REFERENCES shippers (id), total decimal(9,2));
INSERT INTO shippers SELECT i, 's' || i FROM range(3) AS t (i);
INSERT INTO customers SELECT i, 'c' || i FROM range(50) AS t (i);
INSERT INTO orders SELECT i, timestamp '2025-01-01' + i * interval 1 hour, i % 50, i % 3, i FROM range(500) AS t (i);
"""


def check_declared_keys(starling, run_sql, folder):
    """Names that say nothing: the foreign keys do."""
    script = folder / "keyed.sql"
    script.write_text(KEYED.format(path=folder / "keyed.duckdb"))
    made = run(run_sql, script)
    expect(made.returncode == 0, made.stderr)
    model = propose(starling, "keyed", folder / "keyed.duckdb", folder)
    synced(starling, model, folder / "keyed-data")


def main():
    starling, jaffle_warehouse = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    run_sql = pathlib.Path(sys.argv[4]).resolve()
    shared = pathlib.Path(os.environ.get("STARLING_SHARED", sys.argv[3])).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shop = folder / "shop.duckdb"
        run(jaffle_warehouse, "--out", shop, "--end", "2025-08-31")
        model = propose(starling, "shop", shop, folder)
        synced(starling, model, folder / "shop-data")
        check_edited_file(starling, model)
        check_refusals(starling, shop, folder)
        check_open_ranges(starling, folder)
        check_declared_keys(starling, run_sql, folder)
        warehouses = shared / "data/warehouses"
        if not warehouses.is_dir():
            print(f"{shared} is not there: only the demo shop was proposed for")
        else:
            for warehouse in ("northwind", "chinook", "sakila"):
                model = propose(starling, warehouse, warehouses / warehouse, folder)
                synced(starling, model, folder / f"{warehouse}-data")
            model = propose(starling, "jaffle", shared / "data/jaffle/main_1y/marts", folder,
                            "--dbt", shared / "data/dbt_example")
            synced(starling, model, folder / "jaffle-data")
            check_metrics(starling, shared, model, folder / "jaffle-data")
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
