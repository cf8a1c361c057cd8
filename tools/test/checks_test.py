"""The checks of `./dev tidy` find what they are for."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent


class Checks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["git", "init", "-q", self.root], check=True)

    def write(self, name, text):
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def check(self, tool):
        run = subprocess.run([sys.executable, TOOLS / tool], cwd=self.root, capture_output=True, text=True)
        self.assertEqual(run.stderr, "")
        return run.returncode, run.stdout

    def test_layers_accepts_downward_includes(self):
        self.write("src/base/result.h", "")
        self.write("src/event/value.h", '#include "base/result.h"\n')
        self.assertEqual(self.check("layers.py"), (0, ""))

    def test_layers_refuses_upward_private_circular_and_heavy_includes(self):
        self.write("src/base/a.h", '#include "event/value.h"\n')
        self.write("src/event/value.h", "#include <yaml.h>\n")
        self.write("src/engine/native/scan.h", '#include "engine/native/part.h"\n')
        self.write("src/engine/native/part.h", '#include "engine/native/scan.h"\n')
        self.write("src/report/run.cc", '#include "engine/native/scan.h"\n#include "gone.h"\n')
        status, found = self.check("layers.py")
        self.assertEqual(status, 1)
        for line in ("src/base/a.h:1: base/ may not include event/value.h", "src/event/value.h:1: <yaml.h> is heavy",
                     "src/report/run.cc:1: report/ may not include engine/native/scan.h", '"gone.h" is no path',
                     "includes run in a circle: engine/native/part.h -> engine/native/scan.h -> engine/native/part.h"):
            self.assertIn(line, found)

    def test_layers_lets_tests_bring_the_store_along_but_not_the_code(self):
        self.write("src/store/store.h", "")
        self.write("src/sync/world.h", '#include "store/store.h"\n')
        self.write("src/sync/run_test.cc", '#include "sync/world.h"\n')
        self.assertEqual(self.check("layers.py"), (0, ""))
        self.write("src/sync/run.cc", '#include "sync/world.h"\n')
        self.assertEqual(self.check("layers.py"), (1, "src/sync/world.h:1: sync/ may not include store/store.h\n"))

    def test_words(self):
        self.write("src/base/a.h", "int gro" + "up_by;\n")
        self.write("docs/a.md", "see " + "/ho" + "me/ann/notes, TO" + "DO\n")
        status, found = self.check("words.py")
        self.assertEqual(status, 1)
        for line in ('src/base/a.h:1: "gro' + 'up_by": breakdown', 'docs/a.md:1: "TO' + 'DO"', "a path from the root"):
            self.assertIn(line, found)
        self.write("src/base/a.h", "int gro" + "up_by;  // words: ok\n")
        self.write("docs/a.md", "breakdown\n")
        self.assertEqual(self.check("words.py"), (0, ""))

    def test_commands(self):
        self.write("dev", "case $command in\n  test) ;;\nesac\n")
        self.write("src/app/cli.cc", 'command(app_, "serve", "")')
        self.write("README.md", "`./dev test`, `starling serve`, `src/app/cli.cc`\n")
        self.assertEqual(self.check("commands.py"), (0, ""))
        self.write("docs/a.md", "`./dev tset`, `starling sreve`, `src/app/cil.cc`\n")
        status, found = self.check("commands.py")
        self.assertEqual((status, len(found.splitlines())), (1, 3), found)


if __name__ == "__main__":
    unittest.main()
