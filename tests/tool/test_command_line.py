import os
import re
import shutil
import subprocess
import time
import unittest
from pathlib import Path

import numpy as np
from support import TOOL, ToolTest, main

PAGES = Path(os.environ["CACHE_ON_DISK_PAGES"])
COMMANDS = ["ls", "show", "verify", "clear", "prune", "stats", "where", "diff", "export", "import"]


class CommandLine(ToolTest):
    def options(self, command):
        """The long options that --help tells of."""
        return set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.run_tool(*command, "--help").out, re.MULTILINE))

    def test_help_lists_every_command_and_each_has_its_own(self):
        out = self.run_tool("--help").out
        for command in COMMANDS:
            self.assertRegex(out, rf"\n  {command} +\w")
            self.assertIn("--help", self.options([command]))

    def test_what_is_not_understood_is_a_usage_error(self):
        for arguments in (
            ["--dir", "."],
            ["frobnicate"],
            ["ls", "--frob"],
            ["ls", "--format", "xml"],
            ["show"],
            ["ls", "--sort", "colour"],
        ):
            outcome = self.run_tool(*arguments, code=2)
            self.assertEqual(outcome.out, "")
            self.assertTrue(outcome.err)

    def test_without_arguments_it_helps(self):
        self.assertEqual(self.run_tool().out, self.run_tool("--help").out)

    def test_a_slip_of_the_pen_is_answered_with_what_was_meant(self):
        for arguments, wanted in (
            (["verfy"], "'verify'"),
            (["pru"], "'prune'"),
            (["ls", "--sort", "sise"], "'size'"),
            (["ls", "--revers"], "'--reverse'"),
            (["--fromat", "json", "ls"], "'--format'"),
            (["ls", "--color", "alwyas"], "'always'"),
        ):
            self.assertIn(f"did you mean {wanted}", self.run_tool(*arguments, code=2).err)
        self.assertIn("Commands: ls, show", self.run_tool("frobnicate", code=2).err)
        self.assertNotIn("did you mean", self.run_tool("frobnicate", code=2).err)
        self.assertIn("name|size|age", self.run_tool("ls", "--sort", "colour", code=2).err)
        self.assertIn("ENTRY is missing", self.run_tool("show", code=2).err)
        self.assertIn("TAG is missing", self.run_tool("diff", "A", code=2).err)
        self.assertIn("'b' is one argument too many", self.run_tool("ls", "a", "b", code=2).err)

    def test_an_empty_name_is_not_taken_for_the_default(self):
        self.write("store", "A")
        for arguments in (
            ["--dir", "", "ls"],
            ["--dir=", "ls"],
            ["prune", "", "--max-size", "0"],
            ["ls", ""],
            ["verify", "--remove", ""],
            ["clear", ""],
            ["where", "A", ""],
            ["import", ""],
            ["import", "a.tar", "--as", ""],
            ["export", "A", ""],
            ["--group", "", "verify", "--seal"],
            ["show", "A/modes", "--png", ""],
        ):
            outcome = self.run_tool(*arguments, code=2)
            self.assertEqual(outcome.out, "")
        self.assertEqual(self.run_json("verify")["checked"], 5)
        self.assertEqual(len(self.run_json("ls", "--prefix", "")["tags"]), 1)

    def test_numbers_below_zero_are_usage_errors(self):
        self.write("store", "A")
        for arguments in (
            ["show", "A/modes", "--items", "-1"],
            ["show", "A/modes", "--depth", "-1"],
            ["stats", "--top", "-1"],
            ["diff", "A", "A", "--rtol", "-1"],
            ["prune", "--max-size", "-1"],
            ["prune", "--older-than", "-1d"],
        ):
            self.run_tool(*arguments, code=2)

    def test_the_help_of_a_command_tells_of_common_options_and_how_to_write_arguments(self):
        for command in COMMANDS:
            out = self.run_tool(command, "--help").out
            self.assertIn("--format json", out)
            self.assertNotRegex(out, r"NONNEGATIVE|INT in|REQUIRED")
        self.assertIn("show [OPTIONS] ENTRY", self.run_tool("show", "--help").out)
        self.assertRegex(self.run_tool("prune", "--help").out, r"(?s)SIZE: .*AGE: ")

    def test_tells_its_version(self):
        self.assertRegex(self.run_tool("--version").out, r"^cache-on-disk \d+\.\d+\.\d+\n$")

    def test_options_may_stand_on_both_sides_of_the_command(self):
        self.write("store", "A")
        self.assertEqual(self.run_tool("--format", "json", "ls").out, self.run_tool("ls", "--format", "json").out)

    def test_output_that_cannot_be_written_is_a_failure(self):
        self.write("store", "A")
        for arguments in ["ls"], ["ls", "--format", "json"], ["--help"], ["ls", "--help"], ["--version"]:
            with open("/dev/full", "w") as full:
                done = subprocess.run([TOOL, *arguments], stdout=full, stderr=subprocess.PIPE, env=self.environment)
            self.assertEqual(done.returncode, 3, arguments)
            self.assertIn(b"cannot write", done.stderr)

    def test_closed_streams_are_not_taken_for_files(self):
        self.write("store", "A")
        self.save("P", "root.A.m", np.arange(5.0))
        before = {path: path.read_bytes() for path in self.tag("A").iterdir()}
        for arguments in (
            ["ls"],
            ["ls", "A", "--format", "json"],
            ["verify", "--seal"],
            ["verify"],
            ["show", "A/modes"],
            ["export", "A", self.root / "a.tar"],
            ["import", self.root / "a.tar", "--as", "B"],
            ["clear", "P"],
        ):
            for streams in ([1], [0, 1, 2]):
                done = subprocess.run(
                    [TOOL, *map(str, arguments)],
                    env=self.environment,
                    cwd=self.root,
                    stderr=subprocess.DEVNULL,
                    preexec_fn=lambda: [os.close(stream) for stream in streams],
                )
                self.assertEqual(done.returncode, 3, arguments)
        self.assertEqual({path: path.read_bytes() for path in before}, before)
        self.run_tool("verify", "B")
        self.run_tool("diff", "A", "B")
        # While it copies its input into a file, it has closed streams occupied by what cannot be written.
        process = subprocess.Popen(
            [TOOL, "import", "-", "--as", "C"],
            env=self.environment,
            stdin=subprocess.PIPE,
            preexec_fn=lambda: [os.close(stream) for stream in (1, 2)],
        )
        process.stdin.write(b"x" * 1000)
        process.stdin.flush()
        opened = Path(f"/proc/{process.pid}/fd")
        end = time.monotonic() + 20
        while (
            len(list(opened.iterdir())) < 5 and time.monotonic() < end
        ):  # the streams, its copy of the input, and the file
            time.sleep(0.01)
        self.assertEqual([os.readlink(opened / stream) for stream in ("1", "2")], ["/dev/null"] * 2)
        process.stdin.close()
        process.wait(30)

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        for i in range(3000):
            (self.tag("A") / f"root.A.m({i}).npy").write_bytes(b"torn")
        for arguments in ("ls A", "verify", "ls A --format json", "where A m"):
            done = subprocess.run(
                f"'{TOOL}' {arguments} | head -1",
                shell=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self.environment,
                timeout=60,
            )
            self.assertEqual(len(done.stdout.splitlines()), 1)
            self.assertEqual(done.stderr, b"")

    def test_the_man_page_tells_of_every_command_and_option(self):
        page = (PAGES / "cache-on-disk.1").read_text().replace("\\-", "-")
        for command in COMMANDS:
            self.assertRegex(page, rf'\.SS "{command}[ "]')
            for option in self.options([command]) - {"--help"}:
                self.assertIn(option, page)
        for option in self.options([]):
            self.assertIn(option, page)
        self.assertIn(".SH EXIT STATUS", page)

    def test_help_and_man_page_tell_the_same(self):
        page = (PAGES / "cache-on-disk.1").read_text().replace("\\-", "-")
        for command in [[], *([command] for command in COMMANDS)]:
            text = self.run_tool(*command, "--help").out
            for default in re.findall(r"^  (?:-\w,)?(--[\w-]+) [^\[\n]*\[([^\]]+)\]", text, re.MULTILINE):
                self.assertRegex(
                    page, rf"\\fB{default[0]}\\fR[^\n]*\n[^\n]*Default: {re.escape(default[1])}\.", command
                )
            for syntax in re.findall(r"(?:SIZE|AGE): (.*)\.$", text, re.MULTILINE):
                self.assertIn(syntax, page)

    @unittest.skipUnless(shutil.which("mandoc"), "needs mandoc")
    def test_the_man_page_is_sound(self):
        done = subprocess.run(
            ["mandoc", "-T", "lint", "-W", "warning", PAGES / "cache-on-disk.1"], stdout=subprocess.PIPE
        )
        remarks = [line for line in done.stdout.decode().splitlines() if "missing date" not in line]
        self.assertEqual(remarks, [])

    def test_man_page_and_completions_are_installed(self):
        subprocess.run(
            ["cmake", f"-DCMAKE_INSTALL_PREFIX={self.root / 'usr'}", "-P", PAGES / "cmake_install.cmake"],
            check=True,
            stdout=subprocess.PIPE,
        )
        for page, path in (
            ("cache-on-disk.1", "share/man/man1/cache-on-disk.1"),
            ("cache-on-disk.bash", "share/bash-completion/completions/cache-on-disk"),
            ("_cache-on-disk", "share/zsh/site-functions/_cache-on-disk"),
            ("cache-on-disk.fish", "share/fish/vendor_completions.d/cache-on-disk.fish"),
        ):
            content = (self.root / "usr" / path).read_text()
            self.assertEqual(content, (PAGES / page).read_text())
            self.assertIn("cache-on-disk", content)
        installed = subprocess.run([self.root / "usr" / "bin" / "cache-on-disk", "--version"], stdout=subprocess.PIPE)
        self.assertEqual(installed.stdout.decode(), self.run_tool("--version").out)


if __name__ == "__main__":
    main()
