"""The demo's warehouse: the same options give the same bytes; others do not; wrong options are refused."""
import datetime
import hashlib
import os
import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path(os.environ.get("BUILD", "build/release")) / "jaffle_warehouse"


def run(*arguments, environment=None):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=environment)


def can_fix_addresses():
    return subprocess.run(["setarch", "-R", "true"], capture_output=True).returncode == 0


class JaffleWarehouse(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def make(self, name, *options, environment=None):
        file = self.folder / name
        made = run("--out", file, *options, environment=environment)
        self.assertEqual(made.returncode, 0, made.stderr)
        return hashlib.sha256(file.read_bytes()).hexdigest()

    @unittest.skipUnless(can_fix_addresses(), "this sandbox lets no program fix its memory addresses")
    def test_same_options_give_the_same_bytes(self):
        for orders in ("500", "240000"):
            options = ("--end", "2025-10-31", "--orders", orders)
            first = self.make("first.duckdb", *options)
            again = self.make("again.duckdb", *options, environment={"HOME": "/", "FILLER": "x" * 20000})
            self.assertEqual(first, again, f"{orders} orders")

    def test_each_option_makes_another_shop(self):
        options = {"--end": "2025-10-31", "--orders": "500", "--seed": "1", "--days": "365"}
        others = {"--end": "2025-10-30", "--orders": "5000", "--seed": "2", "--days": "400"}
        base = self.make("base.duckdb", *(word for pair in options.items() for word in pair))
        for name, value in others.items():
            changed = {**options, name: value}
            self.assertNotEqual(base, self.make("other.duckdb", *(word for pair in changed.items() for word in pair)), name)

    def test_wrong_options_are_refused_and_name_the_fault(self):
        out = self.folder / "out.duckdb"
        for options, named in ((("--end", "2025-02-30"), "2025-02-30"), (("--orders", "many"), "many"),
                               (("--seed", "-1"), "-1"), (("--colour", "red"), "--colour"), (("--end",), "--end")):
            refused = run("--out", out, *options)
            self.assertEqual(refused.returncode, 2, options)
            self.assertIn(named, refused.stderr)
        self.assertEqual(run("--orders", "5").returncode, 2, "no --out")
        self.assertFalse(out.exists())

    def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(self):
        failed = run("--out", self.folder / "none" / "x.duckdb", "--orders", "10")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("none", failed.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_the_data_end_yesterday_unless_told(self):
        made = run("--out", self.folder / "x.duckdb", "--orders", "200000", "--days", "30")
        self.assertEqual(made.returncode, 0, made.stderr)
        yesterday = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=1)
        same = self.make("y.duckdb", "--orders", "200000", "--days", "30", "--end", str(yesterday))
        if can_fix_addresses():
            self.assertEqual(hashlib.sha256((self.folder / "x.duckdb").read_bytes()).hexdigest(), same)


if __name__ == "__main__":
    unittest.main()
