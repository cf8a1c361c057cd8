#!/usr/bin/env python3
"""The command line as a user meets it: what it prints, and its exit status (0 done, 1 the work failed, 2 refused).

usage: cli_test.py STARLING
"""
import fcntl
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import program  # noqa: E402

STARLING = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
REVENUE = """report: insights
from: 2025-01-01
to: 2025-03-31
unit: month
metrics: [{name: Revenue, metric: revenue}]
"""
BOARD = """board: Shop
description: What is sold
cards:
  - name: Revenue
    width: 12
    report: {report: insights, unit: month, last: 12 months, metrics: [{metric: revenue}]}
    view: {show: {"0": USD}}
  - {text: "# Hello"}
"""


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.kept.name)
        cls.model = program.make_warehouse(cls.folder)
        cls.data = cls.folder / "data"
        (cls.folder / "revenue.yaml").write_text(REVENUE)
        (cls.folder / "board.yaml").write_text(BOARD)
        synced = program.run(STARLING, "sync", cls.model, "--data", cls.data)
        assert synced.returncode == 0, synced.stderr

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def run_ok(self, *arguments, **options):
        done = program.run(STARLING, *arguments, cwd=self.folder, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def run_refused(self, status, *arguments, **options):
        """The message; it must be on stderr, and nothing on stdout."""
        done = program.run(STARLING, *arguments, cwd=self.folder, **options)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(done.stdout, "")
        return done.stderr

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    # What is asked for wrongly

    def test_help_and_version(self):
        self.assertRegex(self.run_ok("--version"), r"^starling \d+\.\d+\.\d+\n$")
        self.assertIn("Examples:", self.run_ok("query", "--help"))
        self.assertIn("serve", self.run_ok("--help"))

    def test_wrong_command_lines(self):
        self.run_refused(2)
        self.run_refused(2, "fly")
        self.run_refused(2, "query")
        self.run_refused(2, "query", "revenue.yaml", "--format", "xml")
        self.run_refused(2, "sync", self.model, "--nothing")

    # Models

    def test_check_and_sql(self):
        self.assertIn("order submitted", self.run_ok("check", self.model))
        self.assertIn("SELECT", self.run_ok("model", "sql", self.model))

    def test_a_model_that_is_not_there(self):
        self.assertIn("no.yaml", self.run_refused(2, "check", "no.yaml"))

    def test_a_model_that_is_no_yaml(self):
        message = self.run_refused(2, "check", self.file("bad.yaml", "version: 1\nevents: [\n"))
        self.assertRegex(message, r"bad\.yaml: line \d+")

    def test_every_wrong_name_in_a_model_with_its_line(self):
        wrong = program.MODEL.replace("size: size", "size: siez").replace("time: visited_at", "time: visitd_at")
        message = self.run_refused(2, "check", self.file("wrong.yaml", wrong))
        self.assertRegex(message, r"line \d+: .*siez.*size")
        self.assertRegex(message, r"line \d+: .*visitd_at.*visited_at")

    def test_a_warehouse_that_is_not_there(self):
        model = program.MODEL.replace("path: warehouse", "path: nowhere")
        message = self.run_refused(1, "sync", self.file("nowhere.yaml", model), "--data", self.folder / "unmade")
        self.assertIn("nowhere", message)
        self.assertFalse((self.folder / "unmade").exists())

    # Syncs

    def test_plan_writes_nothing(self):
        out = self.run_ok("plan", self.model, "--data", self.folder / "planned")
        self.assertIn("insert 5", out)
        self.assertFalse((self.folder / "planned").exists())

    def test_sync_and_status(self):
        again = self.run_ok("sync", self.model, "--data", self.data)
        self.assertIn("equal, with checksums", again)
        status = self.run_ok("status", "--data", self.data)
        for source in ("order submitted", "store visited", "users", "locations", "products"):
            self.assertIn(source, status)

    def test_only_names_a_source(self):
        self.run_ok("sync", self.model, "--data", self.data, "--only", "users", "--only", "locations")
        self.assertIn("locations", self.run_refused(2, "sync", self.model, "--data", self.data, "--only", "location"))

    def test_a_source_that_fails_does_not_stop_the_others(self):
        folder = self.folder / "failing"
        model = program.make_warehouse(folder)
        text = model.read_text().replace(
            "    on: {property: location_id}", "    on: {property: location_id}\n    joins: {v: {table: visits, on: location_id}}")
        model.write_text(text)
        with (folder / "warehouse" / "visits.csv").open("a") as visits:
            visits.write("v3,ann,2025-01-04 09:00:00,L1\n")
        done = program.run(STARLING, "sync", model, "--data", folder / "data")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("1 of 5 sources failed", done.stderr)
        self.assertRegex(done.stdout, r"locations +lookup +full +failed")
        self.assertRegex(done.stdout, r"products +lookup +full +ok")

    def test_many_small_runs_leave_few_parts(self):
        folder = self.folder / "often"
        model = program.make_warehouse(folder)
        self.run_ok("sync", model, "--data", folder / "data")
        parts = len(list((folder / "data" / "parts").iterdir()))
        for run in range(8):
            with (folder / "warehouse" / "orders.csv").open("a") as orders:
                orders.write(f"more{run},dan,2025-03-06 09:00:0{run},1.00,small,L1\n")
            self.run_ok("sync", model, "--data", folder / "data")
        self.assertLessEqual(len(list((folder / "data" / "parts").iterdir())), parts + 2)
        with program.Served(STARLING, folder / "data") as server:
            self.assertEqual(server.ask("GET", "/api/v1/project")[2]["events"], 7 + 8)

    def test_a_paused_source_runs_only_when_asked(self):
        folder = self.folder / "paused"
        model = program.make_warehouse(folder)
        data = folder / "data"
        self.run_ok("sync", model, "--data", data)
        self.assertIn("is paused", self.run_ok("pause", "order submitted", "--data", data))
        self.assertRegex(self.run_ok("status", "--data", data), r"order submitted +events +standard +ok, paused")
        self.run_ok("sync", model, "--data", data)
        self.assertIn("runs again", self.run_ok("resume", "order submitted", "--data", data))
        self.assertEqual(self.run_ok("status", "order submitted", "--data", data).count(" ok "), 2)
        self.assertIn('did you mean "order submitted"', self.run_refused(2, "pause", "order submited", "--data", data))

    def test_two_syncs_into_one_folder(self):
        folder = self.folder / "leased"
        model = program.make_warehouse(folder)
        self.run_ok("sync", model, "--data", folder / "data")
        with (folder / "data" / "sync.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("another sync", self.run_refused(2, "sync", model, "--data", folder / "data"))
        self.run_ok("sync", model, "--data", folder / "data")

    def test_verify_compares_with_the_warehouse(self):
        folder = self.folder / "verified"
        model = program.make_warehouse(folder)
        data = folder / "data"
        self.run_ok("sync", model, "--data", data)
        only = ["--only", "store visited"]
        self.assertRegex(self.run_ok("verify", "--model", model, "--data", data, *only), r"store visited +events +2 +2 +equal")
        visits = folder / "warehouse" / "visits.csv"
        visits.write_text(visits.read_text().replace("v1,", "v9,"))
        differs = program.run(STARLING, "verify", "--model", model, "--data", data, *only)
        self.assertEqual(differs.returncode, 1)
        self.assertIn("store visited, 2025-01-02: warehouse 1, store 1", differs.stdout)

    def test_verify_compares_each_cell_of_a_report(self):
        folder = self.folder / "verified_report"
        model = program.make_warehouse(folder)
        data, report = folder / "data", self.file("by_month.yaml", REVENUE)
        self.run_ok("sync", model, "--data", data)
        ask = ["verify", report, "--model", model, "--data", data]
        self.assertRegex(self.run_ok(*ask), r"^\d+ cells, each equal to what the warehouse gives\.\n$")
        orders = folder / "warehouse" / "orders.csv"
        lines = orders.read_text().splitlines(keepends=True)
        orders.write_text("".join(lines[:1] + lines[2:]))
        differs = program.run(STARLING, *ask)
        self.assertEqual(differs.returncode, 1)
        self.assertRegex(differs.stdout, r"Revenue \[\] overall: report \d+.*, warehouse \d+")
        self.assertIn("cells differ", differs.stderr)
        self.assertIn("--model", program.run(STARLING, "verify", report, "--data", data).stderr)
        flow = self.file("flow.yaml", "{report: flow, anchors: [{event: order submitted}], after: 1, last: 30 days}")
        self.assertIn("flow", self.run_refused(2, "verify", flow, "--model", model, "--data", data))

    def test_serve_syncs_what_is_due(self):
        folder = self.folder / "served"
        model = program.make_warehouse(folder)
        with program.Served(STARLING, folder / "data", "--sync", str(model)) as server:
            for _ in range(100):
                sources = server.ask("GET", "/api/v1/sources")[2]["sources"]
                if sources and all(source["state"] == "ok" for source in sources):
                    break
                time.sleep(0.1)
            self.assertEqual(server.ask("GET", "/api/v1/project")[2]["events"], 7)
            runs = server.ask("GET", "/api/v1/sources/order%20submitted/runs")[2]["runs"]
            self.assertEqual([run["rows_stored"] for run in runs], [5])
            self.assertEqual(server.stop(), 0)

    def test_watch_ends_when_asked(self):
        watching = subprocess.Popen([STARLING, "sync", str(self.model), "--data", str(self.folder / "watched"), "--watch"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in watching.stdout:
            if line.startswith("products"):
                break
        watching.send_signal(signal.SIGTERM)
        watching.communicate(timeout=30)
        self.assertEqual(watching.returncode, 0)

    # Questions

    def test_query_in_three_forms(self):
        result = json.loads(self.run_ok("query", "revenue.yaml", "--data", self.data, "--format", "json"))
        self.assertEqual(result["series"][0]["values"], [42.5, 27.25, 9.99])
        self.assertIn("42.5", self.run_ok("query", "revenue.yaml", "--data", self.data, "--format", "csv"))
        self.assertIn("Revenue", self.run_ok("query", "revenue.yaml", "--data", self.data))

    def test_query_takes_stdin_and_the_data_folder_of_the_environment(self):
        env = {**os.environ, "STARLING_DATA": str(self.data)}
        result = json.loads(self.run_ok("query", "-", "--format", "json", env=env, stdin='{"report": "users"}'))
        self.assertEqual(result["size"], 5)

    def test_as_of(self):
        def orders(as_of):
            report = '{"report": "insights", "from": "2025-01-01", "metrics": [{"event": "order submitted"}]}'
            out = self.run_ok("query", "-", "--data", self.data, "--format", "json", "--as-of", as_of, stdin=report)
            return json.loads(out)["series"][0]["overall"]
        self.assertEqual(orders("2025-01-05"), 1)
        self.assertEqual(orders("2025-02-03T17:00:00Z"), 2)
        self.assertEqual(orders("2025-02-03T17:00:01Z"), 3)
        self.assertIn("--as-of", self.run_refused(2, "query", "revenue.yaml", "--data", self.data, "--as-of", "soon"))

    def test_reports_that_do_not_fit(self):
        self.assertIn("no.yaml", self.run_refused(2, "query", "no.yaml", "--data", self.data))
        bad = self.file("bad_report.yaml", "report: insights\nmetrics: [{event: order submitted, measure: ttl}]\n")
        message = self.run_refused(2, "query", bad, "--data", self.data)
        self.assertIn('metrics[0].measure: unknown measure "ttl"; did you mean "total"?', message)
        broken = self.file("broken.yaml", "report: [insights\n")
        self.assertRegex(self.run_refused(2, "query", broken, "--data", self.data), r"line \d+")
        self.assertIn('"anchors" is missing', self.run_refused(2, "query", "-", "--data", self.data, stdin="report: flow"))

    def test_explain_says_the_question_and_what_was_read(self):
        out = self.run_ok("query", "revenue.yaml", "--data", self.data, "--explain")
        self.assertIn("The sum of total over order submitted, each month from 2025-01-01 to 2025-03-31", out)
        self.assertIn("order submitted.total\n", out)
        self.assertRegex(out, r"count +\d+\.\d ms")

    def test_sql_is_one_select_over_the_warehouse(self):
        out = self.run_ok("query", "revenue.yaml", "--data", self.data, "--sql")
        self.assertIn("FROM orders", out)
        self.assertTrue(out.endswith(";\n"), out)
        self.assertIn("lists of users", self.run_refused(2, "query", "-", "--data", self.data, "--sql", stdin="report: users"))

    def test_who_is_behind_a_number(self):
        report = """report: funnel
from: 2025-01-01
to: 2025-12-31
steps: [{event: order submitted}, {event: order submitted}]
window: 90 days
"""
        steps = json.loads(self.run_ok("query", "-", "--data", self.data, "--format", "json", stdin=report))["series"][0]["steps"]
        people = json.loads(self.run_ok("query", "-", "--data", self.data, "--format", "json",
                                        stdin=report + "who: {step: 2, dropped: true}\n"))
        self.assertEqual(people["size"], steps[0]["count"] - steps[1]["count"])

    def test_no_data_folder(self):
        for command in (["query", "revenue.yaml"], ["status"], ["serve"], ["dump"], ["verify"]):
            message = self.run_refused(2, *command, "--data", self.folder / "nothing")
            self.assertIn("starling sync", message)
        self.assertFalse((self.folder / "nothing").exists())

    # The data folder

    def test_dump_and_verify(self):
        self.assertIn("order submitted", self.run_ok("dump", "--data", self.data, "--rows"))
        self.assertIn(str(self.data), self.run_ok("verify", "--data", self.data))

    def test_a_damaged_file_is_named(self):
        folder = self.folder / "damaged"
        self.run_ok("sync", self.model, "--data", folder)
        largest = max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        content = bytearray(largest.read_bytes())
        content[len(content) // 2] ^= 0xFF
        largest.write_bytes(content)
        self.assertIn(largest.name, self.run_refused(1, "verify", "--data", folder))

    def test_board_import_twice_is_once(self):
        self.assertIn("2 cards", self.run_ok("board", "import", "board.yaml", "--data", self.data))
        self.assertIn("Replaced", self.run_ok("board", "import", "board.yaml", "--data", self.data))
        with program.Served(STARLING, self.data) as server:
            boards = server.ask("GET", "/api/v1/boards")[2]["boards"]
            reports = server.ask("GET", "/api/v1/reports")[2]["reports"]
        self.assertEqual([(board["name"], len(board["cards"])) for board in boards], [("Shop", 2)])
        self.assertEqual([(report["name"], report["view"]) for report in reports], [("Revenue", {"show": {"0": "USD"}})])
        self.assertEqual(boards[0]["cards"][0], {"report_id": reports[0]["id"], "width": 12})
        wrong = self.file("wrong_board.yaml", BOARD.replace("metric: revenue", "metric: revenu"))
        self.assertIn("cards[0].report.metrics[0]", self.run_refused(2, "board", "import", wrong, "--data", self.data))

    def test_completion(self):
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("import", self.run_ok("completion", shell))
        script = self.run_ok("completion", "bash") + "COMP_WORDS=(starling query --f); COMP_CWORD=2; _starling\n" \
            'printf "%s\\n" "${COMPREPLY[@]}"\n'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.stdout, "--format\n", done.stderr)

    # Serving

    def test_serve_ends_in_order(self):
        server = program.Served(STARLING, self.data)
        self.assertEqual(server.ask("GET", "/healthz")[0], 200)
        self.assertEqual(server.stop(), 0)

    def test_serve_sees_what_another_process_syncs(self):
        folder = self.folder / "live"
        model = program.make_warehouse(folder)
        self.run_ok("sync", model, "--data", folder / "data")
        with program.Served(STARLING, folder / "data") as server:
            self.assertEqual(server.ask("GET", "/api/v1/project")[2]["events"], 7)
            with (folder / "warehouse" / "orders.csv").open("a") as orders:
                orders.write("o7,dan,2025-03-06 09:00:00,1.00,small,L1\n")
            self.run_ok("sync", model, "--data", folder / "data")
            self.assertEqual(server.ask("GET", "/api/v1/project")[2]["events"], 8)

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            message = self.run_refused(1, "serve", "--data", self.data, "--listen", f"127.0.0.1:{port}")
        self.assertEqual(message, f"starling: cannot listen on 127.0.0.1:{port}: Address already in use; another program "
                                  "listens there: stop it, or choose another port with --listen\n")

    def test_other_machines_only_with_insecure(self):
        self.assertIn("--insecure", self.run_refused(2, "serve", "--data", self.data, "--listen", "0.0.0.0:0"))
        self.assertIn("--listen", self.run_refused(2, "serve", "--data", self.data, "--listen", "127.0.0.1:http"))

    def test_a_name_of_another_site_is_refused(self):
        with program.Served(STARLING, self.data) as server:
            self.assertEqual(server.ask("GET", "/healthz", headers={"Host": "evil.example"})[0], 403)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
