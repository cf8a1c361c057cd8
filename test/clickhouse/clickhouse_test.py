#!/usr/bin/env python3
"""A ClickHouse warehouse against a DuckDB file of the same tables: the same reports, Mirror through changes, a proposal that fits, and
what a server that says no leads to. ClickHouse is chDB from PyPI in build/chdb-venv; where that cannot be reached, the test is skipped.

usage: clickhouse_test.py STARLING JAFFLE_WAREHOUSE
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / "build" / "chdb-venv"
PACKAGES = ["chdb==4.4.0", "duckdb==2.0.1"]
SKIPPED = 77
TABLES = ["app_events", "customers", "customer_tiers", "locations", "orders", "order_items", "products", "supplies"]
REPORTS = [
    {"report": "insights", "metrics": [{"metric": "revenue"}, {"metric": "orders"}, {"metric": "new customer orders"}],
     "from": "2025-01-01", "to": "2025-08-31", "unit": "month", "breakdown": [{"property": "tier"}]},
    {"report": "insights", "metrics": [{"event": "order submitted", "measure": {"sum": "items.price"}}], "from": "2025-01-01",
     "to": "2025-08-31", "breakdown": [{"property": "items.product_name"}]},
    {"report": "insights", "metrics": [{"event": "*", "measure": "users"}], "from": "2025-06-01", "to": "2025-08-31", "unit": "week",
     "breakdown": [{"user": "type"}]},
    {"report": "retention", "born": {"event": "order submitted", "first_time": True}, "returned": {"event": "order submitted"},
     "from": "2025-01-01", "to": "2025-08-31", "unit": "month"},
]


def python_of_chdb():
    python = VENV / "bin" / "python"
    if python.exists():
        return python
    try:
        venv.create(VENV, clear=True, with_pip=True)
        subprocess.run([VENV / "bin" / "pip", "install", "-q", *PACKAGES], check=True, capture_output=True)
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"skipped: chDB cannot be installed from PyPI: {error}")
        sys.exit(SKIPPED)
    return python


class Clickhouse:
    """The server, and statements by its own administrator."""

    def __init__(self, python, folder):
        self.process = subprocess.Popen([python, HERE / "chdb_server.py", folder], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def url(self, database, user=""):
        return f"http://{user}127.0.0.1:{self.port}/{database}"

    def run(self, *statements):
        for sql in statements:
            try:
                urllib.request.urlopen(self.url("?database=shop" if "DATABASE" not in sql else ""), sql.encode()).read()
            except urllib.error.HTTPError as error:
                sys.exit(f"{sql}\n{error.read().decode()}")


class Starling:
    def __init__(self, program):
        self.program = program

    def run(self, *arguments, status=0, env=None):
        done = subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True, env={**os.environ, **(env or {})})
        assert done.returncode == status, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def ask(self, report, data):
        file = pathlib.Path(data).parent / "report.json"
        file.write_text(json.dumps(report))
        return json.loads(self.run("query", file, "--data", data, "--format", "json", "--as-of", "2025-09-01"))


def answers(result):
    return {key: value for key, value in result.items() if key not in ("elapsed_ms", "events_scanned")}


def check_reports(starling, clickhouse, folder, model_text):
    for kind, warehouse in (("duckdb", "{type: duckdb, path: jaffle.duckdb}"), ("clickhouse", f"{{type: clickhouse, url: '{clickhouse.url('shop')}'}}")):
        text = re.sub(r"(?m)^warehouse: .*$", f"warehouse: {warehouse}", model_text)
        model = folder / f"{kind}.yaml"
        model.write_text(re.sub(r"(?m)^timezone: \S+", "timezone: UTC", text))
        printed = starling.run("sync", model, "--data", folder / kind)
        assert "differ" not in printed and printed.count("equal, with checksums") == 2, printed
        printed = starling.run("verify", "--model", model, "--data", folder / kind)
        assert "differ" not in printed, printed
    for report in REPORTS:
        one, other = (answers(starling.ask(report, folder / kind)) for kind in ("duckdb", "clickhouse"))
        assert one == other and "series" in one, f"{report}\n{one}\n{other}"


def check_mirror(starling, clickhouse, folder):
    clickhouse.run(
        "CREATE TABLE ev (id UInt64, at DateTime64(6, 'UTC'), who LowCardinality(String), amount Decimal(12, 2), tags Array(String), "
        "note Nullable(String)) ENGINE = MergeTree ORDER BY id",
        "INSERT INTO ev SELECT number, toDateTime64('2025-01-01 00:00:00', 6, 'UTC') + toIntervalHour(number), "
        "concat('u', toString(number % 7)), number * 1.5, ['a', 'b'], if(number % 3 = 0, NULL, 'it''s') FROM numbers(1000)")
    model, data = folder / "mirror.yaml", folder / "mirror"
    model.write_text(f"version: 1\nproject: m\nwarehouse: {{type: clickhouse, url: '{clickhouse.url('shop')}'}}\nevents:\n"
                     "  - {event: e, table: ev, time: at, user: who, id: id, properties: '*', sync: {mode: mirror}}\n")

    def synced(read, new, changed, removed):
        printed = starling.run("sync", model, "--data", data)
        cells = [cell.replace(",", "") for cell in re.search(r"(?m)^e  .*$", printed).group(0).split()]
        assert cells[6:10] == [str(count) for count in (read, new, changed, removed)] and "equal, with checksums" in printed, printed

    synced(1000, 1000, 0, 0)
    clickhouse.run("ALTER TABLE ev DELETE WHERE id % 100 = 3 SETTINGS mutations_sync = 1",
                   "ALTER TABLE ev UPDATE amount = 9.99 WHERE id = 500 SETTINGS mutations_sync = 1",
                   "INSERT INTO ev VALUES (5000, '2025-02-01 00:00:00', 'u9', 1, [], 'x')")
    printed = starling.run("plan", model, "--data", data)
    assert "11 of 42 days differ; insert 1, 253 known, 1 replaced, 10 removed" in printed, printed
    synced(255, 1, 1, 10)
    clickhouse.run("ALTER TABLE ev ADD COLUMN extra Nullable(Int32)",
                   "ALTER TABLE ev UPDATE extra = 5 WHERE id < 10 SETTINGS mutations_sync = 1")
    synced(991, 0, 9, 0)
    clickhouse.run("CREATE OR REPLACE TABLE ev ENGINE = MergeTree ORDER BY at AS SELECT * FROM ev")
    synced(0, 0, 0, 0)


def check_proposal(starling, clickhouse, folder):
    proposal = folder / "proposal.yaml"
    starling.run("propose", clickhouse.url("shop"), "-o", proposal)
    text = proposal.read_text()
    assert "customer_tier: {table: customer_tiers, on: customer_id, as_of:" in text and "order_total_range" in text, text
    printed = starling.run("sync", proposal, "--data", folder / "proposed")
    assert "differ" not in printed and "failed" not in printed, printed


def check_refusals(starling, clickhouse, folder):
    model, data = folder / "refused.yaml", folder / "refused"

    def with_warehouse(url, relation="table: ev"):
        model.write_text(f"version: 1\nproject: m\nwarehouse: {{type: clickhouse, url: '{url}'}}\nevents:\n"
                         f"  - {{event: e, {relation}, time: at, user: who, id: id, sync: {{mode: mirror}}}}\n")
        return model

    printed = starling.run("check", with_warehouse(clickhouse.url("shop", "reader:wrong@")), status=1)
    assert "Authentication failed" in printed and "wrong" not in printed, printed
    starling.run("check", with_warehouse(clickhouse.url("shop", "reader@")), env={"CLICKHOUSE_PASSWORD": "secret"})
    printed = starling.run("check", with_warehouse(clickhouse.url("nowhere")), status=1)
    assert "nowhere" in printed, printed
    printed = starling.run("check", with_warehouse(clickhouse.url("shop"), "table: evv"), status=2)
    assert 'did you mean "ev"?' in printed, printed
    printed = starling.run("check", with_warehouse(clickhouse.url("shop"), "query: 'select nothing_such from ev'"), status=2)
    assert "nothing_such" in printed, printed
    printed = starling.run("check", with_warehouse("http://127.0.0.1:1/shop"), status=1)
    assert "ClickHouse http://127.0.0.1:1/shop: " in printed, printed
    printed = starling.run("check", with_warehouse("clickhouse://127.0.0.1/shop"), status=2)
    assert "http://user@host:8123/database" in printed, printed

    # A run that fails leaves what was there.
    starling.run("sync", with_warehouse(clickhouse.url("shop")), "--data", data)
    before = starling.run("dump", "--data", data).count("rows")
    with_warehouse(clickhouse.url("shop"), "query: 'select id, who, at from ev where throwIf(id = 500) = 0'")
    printed = starling.run("sync", model, "--data", data, status=1)
    assert "throwIf" in printed and "failed" in printed, printed
    asked = starling.ask({"report": "insights", "metrics": [{"event": "e"}], "from": "2025-01-01", "to": "2025-12-31", "unit": "year"}, data)
    assert before and asked["series"][0]["overall"] == 991, asked
    with_warehouse(clickhouse.url("shop"))
    starling.run("sync", model, "--data", data)


def main():
    starling, jaffle_warehouse = Starling(sys.argv[1]), sys.argv[2]
    python = python_of_chdb()
    with tempfile.TemporaryDirectory() as name, Clickhouse(python, f"{name}/server") as clickhouse:
        folder = pathlib.Path(name)
        subprocess.run([jaffle_warehouse, "--out", folder / "jaffle.duckdb", "--end", "2025-09-01"], check=True, capture_output=True)
        clickhouse.run("CREATE DATABASE shop")
        for table in TABLES:
            subprocess.run([python, "-c", f"import duckdb; duckdb.connect('{folder}/jaffle.duckdb', read_only=True)"
                                          f".execute(\"copy {table} to '{folder}/{table}.parquet'\")"], check=True)
            clickhouse.run(f"CREATE TABLE {table} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM file('{folder}/{table}.parquet', Parquet)")
        check_reports(starling, clickhouse, folder, (ROOT / "examples/jaffle/model.yaml").read_text())
        check_proposal(starling, clickhouse, folder)
        check_mirror(starling, clickhouse, folder)
        check_refusals(starling, clickhouse, folder)
    print("ClickHouse and DuckDB agree")


main()
