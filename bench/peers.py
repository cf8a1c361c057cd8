#!/usr/bin/env python3
"""Ten questions, asked of Starling, DuckDB and ClickHouse (chDB) on the same events, two threads each, and answered by hand-written
loops over plain arrays (bench/sketch). Answers are compared cell by cell before times are; each peer is taken at the better of its
two layouts. `./dev bench peers` sets up and runs it."""
import argparse
import datetime
import decimal
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

import run

QUESTIONS = pathlib.Path("bench/peers")
DATA = run.BENCH / "peers"
THREADS = 2
RUNS = 7
SLOW_S = 1.0  # a question slower than this is timed fewer times
SLOW_RUNS = 1
PAGE = pathlib.Path("docs/performance.md")
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
# How many times as fast as the better peer a question has to be.
GOALS = {"q1": 3, "q2": 8, "q3": 8, "q4": 3, "q5": 5, "q6": 8, "q7": 2, "q8": 5, "q9": 5, "q10": 15}


def questions():
    return sorted((file.stem for file in QUESTIONS.glob("*.json")), key=lambda name: int(name[1:]))


def timed(ask):
    """The answer of a first, untimed call, and the median seconds of those after it."""
    answer = ask()
    seconds = []
    while len(seconds) < (SLOW_RUNS if seconds and seconds[0] > SLOW_S else RUNS):
        began = time.monotonic()
        ask()
        seconds.append(time.monotonic() - began)
    return answer, statistics.median(seconds)


# --- the peers, each in a process of its own ---


class DuckDB:
    layouts = ["by_user", "by_time"]

    def __init__(self):
        import duckdb

        self.version = duckdb.__version__
        self.connection = duckdb.connect(str(DATA / "duckdb" / "events.duckdb"))
        self.connection.execute(f"set threads = {THREADS}; set memory_limit = '12GB'; set preserve_insertion_order = false")

    def load(self):
        for layout, order in (("by_user", "order by user_id, time"), ("by_time", "")):
            self.connection.execute(f"create schema {layout}; create table {layout}.events as "
                                    f"from '{run.BENCH}/data/events.parquet' {order}")
        self.connection.execute("checkpoint")

    def rows(self, sql):
        cursor = self.connection.execute(sql)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor.fetchall()]


class ClickHouse:
    layouts = ["by_user", "by_event"]

    def __init__(self):
        import chdb
        from chdb import session

        self.version = chdb.engine_version if hasattr(chdb, "engine_version") else chdb.__version__
        self.session = session.Session(str(DATA / "clickhouse"))
        self.settings = f" settings max_threads = {THREADS}, use_query_condition_cache = 0"

    def load(self):
        for layout, order in (("by_user", "user_id, time"), ("by_event", "event_name, toDate(time), user_id, time")):
            self.session.query(f"create database {layout}")
            self.session.query(
                f"create table {layout}.events (time DateTime64(3, 'UTC') codec(Delta, LZ4), user_id String, row_id String, "
                "event_name LowCardinality(String), country LowCardinality(String), platform LowCardinality(String), "
                "campaign LowCardinality(String), product_id LowCardinality(String), revenue Decimal(12, 2), "
                "items Array(Tuple(product_id LowCardinality(String), price Decimal(12, 2), quantity Int32))) "
                f"engine = MergeTree order by ({order})")
            self.session.query(
                f"insert into {layout}.events select time, user_id, row_id, event_name, country, platform, ifNull(campaign, ''), "
                "ifNull(product_id, ''), ifNull(revenue, 0), items "
                f"from file('{run.BENCH.resolve()}/data/events.parquet', Parquet) settings max_threads = {THREADS}")
            self.session.query(f"optimize table {layout}.events final")

    def rows(self, sql):
        text = self.session.query(sql + self.settings, "JSONCompact").bytes().decode()
        result = json.loads(text, parse_float=decimal.Decimal)
        names = [column["name"] for column in result["meta"]]
        return [dict(zip(names, row)) for row in result["data"]]


PEERS = {"duckdb": DuckDB, "clickhouse": ClickHouse}


def peer_main(name):
    """Loads when there is nothing yet, then answers and times every question on every layout; says it as JSON."""
    folder = DATA / name
    stamp, text = folder / "loaded", (run.BENCH / "generated").read_text()
    fresh = not (stamp.exists() and stamp.read_text() == text)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    peer = PEERS[name]()
    out = {"version": peer.version, "load_s": None, "questions": {}}
    if fresh:
        began = time.monotonic()
        peer.load()
        out["load_s"] = time.monotonic() - began
        stamp.write_text(text)
    for question in questions():
        sql = (QUESTIONS / f"{question}.{name}.sql").read_text()
        best = None
        for layout in peer.layouts:
            here = re.sub(r"\bfrom events\b", f"from {layout}.events", sql)
            rows, seconds = timed(lambda: peer.rows(here))
            if best is None or seconds < best["seconds"]:
                best = {"seconds": seconds, "layout": layout, "rows": rows}
            print(f"{name} {question} {layout}: {seconds:.4f} s", file=sys.stderr, flush=True)
        out["questions"][question] = best
    json.dump(out, sys.stdout, default=str)


def ask_peer(name):
    child = subprocess.run([sys.executable, __file__, "--peer", name], stdout=subprocess.PIPE, check=False)
    if child.returncode != 0:
        sys.exit(f"bench: {name} failed")
    return json.loads(child.stdout, parse_float=decimal.Decimal)


def ask_sketch(build):
    out = subprocess.run([build / "sketch", run.BENCH / "data" / "events.parquet"], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out, parse_float=decimal.Decimal)


# --- answers as cells ---


def cells_of_result(result):
    """Every counted number by its place, as cells_of_rows says places."""
    number, cells = run.number, {}
    if result["report"] == "users":
        return {("size",): number(result["size"])}
    if result["report"] == "flow":
        for node in result["nodes"]:
            if node["step"] > 0 and isinstance(node["event"], str):
                cells[str(node["step"]), node["event"], "value"] = number(node["count"])
        return cells
    for series in result["series"]:
        segment = ",".join(map(str, series["segment"]))
        if result["report"] == "funnel" and segment:
            for step, counted in enumerate(series["steps"], 1):
                cells[segment, str(step), "value"] = number(counted["count"])
        if result["report"] == "retention":
            for cohort in series["cohorts"]:
                born = int(cohort["born"][5:7]) - 1
                for bucket, cell in zip(result["buckets"], cohort["cells"]):
                    for name in ("users", "value"):
                        if cell is not None and cell["users"]:
                            cells[str(born), str(bucket), name] = number(cell[name])
        if result["report"] == "insights":
            for interval, value in zip(result["intervals"], series.get("values", [])):
                cells[segment, interval, series["metric"]] = number(value)
            if not result["intervals"] and segment:
                cells[segment, "", series["metric"]] = number(series["overall"])
    return cells


def cells_of_rows(rows, result):
    """A peer's rows: columns of places, then columns of numbers. A report of one metric names it for them."""
    metrics = sorted({series["metric"] for series in result.get("series", []) if "metric" in series})
    cells = {}
    for row in rows:
        if result["report"] == "insights":
            places = (row["segment"], str(row.get("interval", "")))
            named = {row.get("metric", metrics[0]): row["value"]} if "value" in row else {name: row[name] for name in metrics}
        else:
            names = {"users": (), "funnel": ("segment", "step"), "flow": ("step", "event"), "retention": ("born", "bucket")}
            places = tuple(str(row[name]) for name in names[result["report"]])
            named = {name: row[name] for name in ("size", "users", "value") if name in row}
        for name, value in named.items():
            cells[(*places, name)] = run.number(value)
    return cells


def compare(question, result, peer, rows):
    found, expected = cells_of_result(result), cells_of_rows(rows, result)
    if result["report"] == "insights":
        # The rows over all segments and the intervals without anything are the report's alone; it may be cut by its limit.
        wide = any(place[0] for place in expected)
        found = {place: value for place, value in found.items() if value and bool(place[0]) == wide}
        expected = {place: value for place, value in expected.items() if place in found or not result["segments"]["found"] >
                    result["segments"]["returned"]}
    wrong = [place for place in sorted(set(found) | set(expected), key=str)
             if not run.equal(found.get(place), expected.get(place))]
    for place in wrong[:5]:
        print(f"{question}: {place}: {found.get(place)}, {peer} says {expected.get(place)}")
    return len(found), len(wrong)


# --- the table ---


def write_page(table, events, versions):
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    head = (f"{datetime.date.today():%-d %B %Y}, {os.cpu_count()} cores of {model}, {events:,} events, {THREADS} threads each; "
            + ", ".join(f"{name} {version}" for name, version in versions.items())
            + ". Seconds, the median of several warm runs; Starling's through HTTP, the peers' in their own process.\n\n")
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{head}{table}{END}{after}")


def main():
    parser = argparse.ArgumentParser(prog="./dev bench peers", description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    parser.add_argument("--events", type=run.at_least(1000), default=10_000_000, help="how many (default 10000000)")
    parser.add_argument("--port", type=int, default=18080, help="where the server listens meanwhile")
    parser.add_argument("--json", type=pathlib.Path, help="also writes a line of JSON a question to this file")
    parser.add_argument("--page", action="store_true", help=f"also writes the table into {PAGE}")
    parser.add_argument("--keep", action="store_true", help="ask the store of the last run again, without a load")
    parser.add_argument("--peer", choices=sorted(PEERS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        return peer_main(options.peer)
    options.build = options.build.resolve()
    run.generate(options.build, options.events)
    if not (options.keep and (run.BENCH / "store").exists()):
        run.load(options.build, options.events)
    own = {}
    with run.Server(options.build, options.port) as server:
        for question in questions():
            document = (QUESTIONS / f"{question}.json").read_text()
            own[question] = timed(lambda: server.ask(document)[0])
        print(f"the server held at most {server.memory_mb():,.0f} MB of memory (mapped store files included)")
    answers = {name: ask_peer(name) for name in PEERS} | {"sketch": ask_sketch(options.build)}
    for name, answer in answers.items():
        if answer["load_s"] is not None:
            print(f"{name} {answer['version']} loaded its layouts in {float(answer['load_s']):.1f} s")
    failed, lines, table = 0, [], (
        "| Question | Starling | DuckDB | ClickHouse | against the better | goal | sketch | times the sketch |\n"
        "|---|---|---|---|---|---|---|---|\n")
    for question, (result, seconds) in own.items():
        cells, wrong = 0, 0
        for name, answer in answers.items():
            cells, differ = compare(question, result, name, answer["questions"][question]["rows"])
            wrong += differ
        if wrong or not cells:
            print(f"{question}: {wrong} cells differ of {cells}; no time is given")
            failed += 1
            continue
        peers = {name: float(answer["questions"][question]["seconds"]) for name, answer in answers.items()}
        sketch = peers.pop("sketch")
        what = (QUESTIONS / f"{question}.duckdb.sql").read_text().splitlines()[0].removeprefix("-- ").rstrip(".")
        ratio = min(peers.values()) / seconds
        table += (f"| {question.upper()} {what.split(';')[0].split('.')[0]} | {seconds:.4f} | {peers['duckdb']:.4f} | "
                  f"{peers['clickhouse']:.4f} | {ratio:.1f}× | {GOALS[question]}× | {sketch:.4f} | {seconds / sketch:.1f}× |\n")
        lines.append(json.dumps({"question": question.upper(), "starling_s": round(seconds, 6),
                                 "duckdb_s": round(peers["duckdb"], 6), "clickhouse_s": round(peers["clickhouse"], 6),
                                 "sketch_s": round(sketch, 6)}))
    print(table)
    if options.json:
        options.json.write_text("".join(line + "\n" for line in lines))
    if options.page and not failed:
        write_page(table, options.events, {name: answers[name]["version"] for name in PEERS})
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
