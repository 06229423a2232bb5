"""Every command ends with each code that docs/tool.md tells of, for the reasons it gives."""

import os
import re
import subprocess
from pathlib import Path

from support import TOOL, ToolTest, main

PAGE = Path(__file__).parent.parent.parent / "docs" / "tool.md"
COMMANDS = ["ls", "show", "verify", "clear", "prune", "stats", "where", "diff", "export", "import"]


class ExitCodes(ToolTest):
    def setUp(self):
        super().setUp()
        self.write("store", "A")
        self.write("store", "B")
        self.run_tool("export", "A", "a.tar")
        torn = self.tag("A") / "root.Loop.torn.npy"
        torn.write_bytes(b"torn")
        torn.chmod(0o600)
        archive = bytearray((self.root / "a.tar").read_bytes())
        archive[512 + 130] ^= 1  # in the payload of the first entry
        (self.root / "changed.tar").write_bytes(archive)

    def test_good(self):
        for arguments in (
            ["ls", "B"],
            ["ls", "B", "--match", "nothing*"],
            ["show", "B/modes"],
            ["verify", "B"],
            ["stats", "B"],
            ["where", "B", "modes"],
            ["diff", "B", "B"],
            ["export", "B", "b.tar"],
            ["import", "a.tar", "--as", "C"],
            ["prune", "--max-size", "1T"],
            ["clear", "C"],
        ):
            self.run_tool(*arguments)

    def test_findings(self):
        for arguments in (
            ["ls"],
            ["ls", "A"],
            ["verify"],
            ["stats"],
            ["diff", "A", "B"],
            ["export", "A", "c.tar"],
            ["import", "changed.tar", "--as", "D"],
        ):
            self.run_tool(*arguments, code=1)
        end = self.compute("A")
        for arguments in (["prune", "--max-size", "0"], ["clear", "A"]):
            self.run_tool(*arguments, code=1)
        end()

    def test_an_entry_whose_value_must_not_be_shown_is_a_finding(self):
        self.tag("A").joinpath("root.A.m.npy").write_bytes(b"cposix\nmkdir\n(Vx\ntR.")
        self.tag("A").joinpath("root.A.m.npy").chmod(0o600)
        self.run_tool("show", "A/root.A.m", code=1)

    def test_a_command_line_that_is_not_understood(self):
        for command in COMMANDS:
            self.assertEqual(self.run_tool(command, "--frobnicate", code=2).out, "")

    def test_what_is_named_is_not_there(self):
        for arguments in (
            ["ls", "none"],
            ["show", "B/none"],
            ["verify", "none"],
            ["clear", "none"],
            ["stats", "none"],
            ["stats", "--log", "none"],
            ["where", "none", "modes"],
            ["where", "B", "none"],
            ["diff", "B", "none"],
            ["export", "none", "d.tar"],
            ["import", "none.tar"],
            ["prune", "./none", "--max-size", "0"],
            ["prune", "--max-size", "0", "--keep", "none"],
        ):
            self.run_tool(*arguments, code=3)

    def test_output_that_cannot_be_written(self):
        for arguments in (
            ["ls"],
            ["show", "B/modes"],
            ["verify", "B"],
            ["stats", "B"],
            ["where", "B", "modes"],
            ["diff", "B", "B"],
            ["export", "B", "-"],
            ["clear", "B", "-n"],
            ["prune", "--max-size", "1T"],
        ):
            with open("/dev/full", "w") as full:
                done = subprocess.run(
                    [TOOL, *arguments], stdout=full, stderr=subprocess.PIPE, env=self.environment, cwd=self.root
                )
            self.assertEqual(done.returncode, 3, arguments)

    def test_the_page_and_the_man_page_tell_the_codes(self):
        table = re.search(r"## Exit codes\n(.*?)\n## ", PAGE.read_text(), re.DOTALL)[1]
        self.assertEqual(re.findall(r"^\| (\d) ", table, re.MULTILINE), ["0", "1", "2", "3"])
        man = (Path(os.environ["CACHE_ON_DISK_PAGES"]) / "cache-on-disk.1").read_text()
        section = man[man.index(".SH EXIT STATUS") : man.index(".SH ENVIRONMENT")]
        self.assertEqual(re.findall(r"^(\d)$", section, re.MULTILINE), ["0", "1", "2", "3"])


if __name__ == "__main__":
    main()
