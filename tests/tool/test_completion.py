"""What shells complete, asked of real ones: bash and zsh at a terminal, fish by its own completer."""

import fcntl
import os
import pty
import re
import select
import shlex
import shutil
import struct
import subprocess
import termios
import time
import unittest
from pathlib import Path

import numpy as np
from support import TOOL, ToolTest, main

PAGES = Path(os.environ["CACHE_ON_DISK_PAGES"])
COMMANDS = ["ls", "show", "verify", "clear", "prune", "stats", "where", "diff", "export", "import"]
ODD = "odd tag's $HOME;*\"b\\"


class Terminal:
    """An interactive shell. A key of its own has it write down the line that is being edited."""

    def __init__(self, command, setup, key, environment, directory):
        self.told = directory / "line"
        self.key = key
        self.process, self.screen = pty.fork()
        if self.process == 0:
            os.chdir(directory)
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        for line in setup:
            self.send(line.encode() + b"\n")
        self.send(b"echo rea''dy\n")
        self.wait_for(b"ready")

    def send(self, keys):
        os.write(self.screen, keys)

    def wait_for(self, text=None, seconds=20):
        """Reads what is shown until the text, or the file with the line, is there."""
        shown, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if select.select([self.screen], [], [], 0.02)[0]:
                shown += os.read(self.screen, 65536)
            if text is not None and text in shown:
                return
            if text is None and self.told.exists() and self.told.read_bytes().endswith(b"\n"):
                return
        raise AssertionError(f"the shell does not answer: {shown!r}")

    def complete(self, line):
        """The line after the tabulator key."""
        self.told.unlink(missing_ok=True)
        self.send(line.encode() + b"\t" + self.key)
        self.wait_for()
        self.send(b"\x15")
        return self.told.read_bytes()[:-1].decode()

    def close(self):
        os.close(self.screen)
        os.waitpid(self.process, 0)


class Shell(ToolTest):
    def setUp(self):
        super().setUp()
        programs = self.root / "programs"
        programs.mkdir()
        (programs / "cache-on-disk").symlink_to(TOOL)
        self.environment.update(HOME=str(self.root), PATH=f"{programs}:{os.environ['PATH']}", HISTFILE="/dev/null")
        self.other = self.root / "other dir's"
        self.write("store", "A1")
        self.write("store", "A2")
        self.save_in(self.other, "cacheB1", "root.A.m")
        self.save_in(self.other, "runC1", "root.A.m")
        self.save_in(self.other, "cache" + ODD, "root['x y'].Fit.power(1,'b')")
        self.save_in(self.other, "cachez:y=x", "root.A.m")

    def save_in(self, directory, component, name):
        (directory / component).mkdir(mode=0o700, parents=True, exist_ok=True)
        np.save(directory / component / f"{name}.npy", np.arange(3))

    def complete(self, line):
        """The words of the line that one tabulator key makes of it."""
        raise NotImplementedError


class InEveryShell:
    with_variables = ['-d "$HOME/other dir\'s"', "-d${HOME}/other\\ dir\\'s"]

    def check(self, line, *last):
        self.assertEqual(self.complete("cache-on-disk " + line)[-len(last) :], list(last), line)

    def test_tags_of_the_directory_in_the_environment(self):
        self.check("ls A", "A")
        (self.tmpdir / "cacheA2").rename(self.tmpdir / "cacheX2")
        self.check("ls A", "A1")
        self.check("verify A1 X", "X2")

    def test_tags_of_a_directory_named_before(self):
        for option in (
            "--dir 'other dir'\\''s'",
            '--dir="other dir\'s"',
            "-d other\\ dir\\'s",
            "-dother\\ dir\\'s",
            "--dir ~/other\\ dir\\'s",
            *self.with_variables,
            "--format json --dir=other\\ dir\\'s",
        ):
            self.check(f"{option} ls B", "B1")
            self.check(f"ls {option} B", "B1")
        self.check("-d other\\ dir\\'s --prefix run export C", "C1")
        self.check("-d other\\ dir\\'s --prefix=run export C", "C1")
        self.check("-d nowhere ls B", "B")

    def test_values_of_options_that_are_tags(self):
        self.check("prune other\\ dir\\'s --keep B", "B1")
        self.check("-d other\\ dir\\'s prune --keep B", "B1")

    def test_odd_names_survive(self):
        self.check("-d other\\ dir\\'s ls odd", ODD)
        self.check("-d other\\ dir\\'s ls z", "z:y=x")
        for start in ("'odd ta", "od'd t'a", 'odd" ta'):
            self.check(f"-d other\\ dir\\'s ls {start}", ODD)

    def test_entries_of_a_tag(self):
        self.check("show A1/root.Loop.g", "A1/root.Loop.gain")
        self.check("show A1/g", "A1/gain")
        self.check("-d other\\ dir\\'s show B1/ro", "B1/root.A.m")
        self.check("-d other\\ dir\\'s clear z:y=x/ro", "z:y=x/root.A.m")

    def test_methods_of_a_tag(self):
        self.check("where A1 root.Loop.mo", "A1", "root.Loop.modes")
        self.check("where A1 mo", "A1", "modes")
        odd = ODD.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
        self.check(f'-d other\\ dir\\\'s where "{odd}" roo', ODD, "root['x y'].Fit.power(1,'b')")


class AtATerminal(InEveryShell):
    shell = None

    def complete(self, line):
        if self.shell is None:
            self.shell = self.terminal()
            self.addCleanup(self.shell.close)
        completed = self.shell.complete(line)
        self.assertTrue(completed.startswith("cache-on-disk "), completed)
        # What the shell would run: quotes that it left open are closed.
        quote = "'" if self.open_quote(completed) else ""
        done = subprocess.run(
            [self.name, "-c", "printf '%s\\0' " + completed[14:] + quote],
            stdout=subprocess.PIPE,
            env=self.environment,
            cwd=self.root,
        )
        self.assertEqual(done.returncode, 0, completed)
        return done.stdout.decode().split("\0")[:-1]

    def open_quote(self, line):
        return subprocess.run([self.name, "-n", "-c", "printf " + line], stderr=subprocess.PIPE).returncode != 0


class Bash(AtATerminal, Shell):
    name = "bash"

    def terminal(self):
        return Terminal(
            ["bash", "--norc", "--noprofile", "-i"],
            [
                "bind 'set bell-style none'",
                f"source '{PAGES}/cache-on-disk.bash'",
                "tell() { printf '%s\\n' \"$READLINE_LINE\" > line; }",
                "bind -x '\"\\C-xp\": tell'",
            ],
            b"\x18p",
            self.environment,
            self.root,
        )

    def offered(self, *words):
        script = f"""source {PAGES / "cache-on-disk.bash"}
compopt() {{ :; }}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${{#COMP_LINE}}; COMPREPLY=()
_cache_on_disk "$1" "${{@: -1}}"
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        done = subprocess.run(
            ["bash", "-c", script, "bash", TOOL, *words],
            stdout=subprocess.PIPE,
            check=True,
            env=self.environment,
            cwd=self.root,
        )
        return set(done.stdout.decode().split())

    def test_commands_options_words_and_tags(self):
        self.assertEqual(self.offered(""), set(COMMANDS))
        self.assertEqual(self.offered("s"), {"show", "stats"})
        self.assertEqual(self.offered("ls", "--sort", "s"), {"size", "seconds"})
        self.assertEqual(self.offered("show", "A"), {"A1", "A2"})
        self.assertEqual(self.offered("--format", ""), {"text", "json"})
        self.assertEqual(self.offered("--prefix", "show", "l"), {"ls"})
        self.assertEqual(self.offered("ls", "--lar"), {"--larger"})
        self.assertEqual(self.offered("ls", "--larger", "1", "--lar"), set())  # once is enough
        self.assertEqual(self.offered("prune", "--keep", "A1", "--ke"), {"--keep"})
        for command in COMMANDS:
            options = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.run_tool(command, "--help").out, re.MULTILINE))
            common = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", self.run_tool("--help").out, re.MULTILINE))
            self.assertTrue(options | common <= self.offered(command, "--"), command)

    def test_files_where_there_is_no_such_tag(self):
        (self.root / "some file").touch()
        self.check("import so", "some file")
        self.check("verify so", "some file")
        self.check("--dir other\\ d", "other dir's/")
        self.check("--dir=oth", "--dir=other dir's/")


# Not on every system; scripts/setup installs it where there is apt, and so in .ci/run nothing is skipped.
@unittest.skipUnless(shutil.which("zsh"), "no zsh on this machine (scripts/setup installs it with apt)")
class Zsh(AtATerminal, Shell):
    name = "zsh"

    def terminal(self):
        return Terminal(
            ["zsh", "-f", "-i"],
            [
                f"fpath=('{PAGES}' $fpath)",
                "autoload -Uz compinit && compinit -u -D",
                "unsetopt list_beep beep",
                "tell() { print -r -- $BUFFER > line }",
                "zle -N tell",
                "bindkey '^Xp' tell",
            ],
            b"\x18p",
            self.environment,
            self.root,
        )

    def test_takes_its_completion(self):
        self.check("wh", "where")
        self.check("ls --so", "--sort")
        self.check("--he", "--help")
        self.check("ls --sort si", "size")
        self.check("ls --sort=si", "--sort=size")

    def test_tells_what_options_and_commands_do(self):
        self.complete("cache-on-disk wh")
        for line, told in (
            (b"ls --", b"Only names that fit a shell pattern"),
            (b"", b"Compare the values of two tags"),
        ):
            self.shell.send(b"cache-on-disk " + line + b"\t")
            self.shell.wait_for(told)
            self.shell.send(b"\x15")

    def test_files_where_a_path_may_stand_and_directories_where_only_they_may(self):
        (self.root / "some file").touch()
        (self.root / "some place").mkdir()
        self.check("import some\\ f", "some file")
        self.check("verify some\\ f", "some file")
        self.check("--dir some", "some place/")
        self.check("--dir=some", "--dir=some place/")


# As for zsh.
@unittest.skipUnless(shutil.which("fish"), "no fish on this machine (scripts/setup installs it with apt)")
class Fish(InEveryShell, Shell):
    with_variables = []  # only fish 4 gives them to completions

    def told(self, line):
        script = f"source {PAGES / 'cache-on-disk.fish'}; complete --do-complete=$argv[1]"
        done = subprocess.run(
            ["fish", "--no-config", "-c", script, line],
            stdout=subprocess.PIPE,
            check=True,
            env=self.environment,
            cwd=self.root,
        )
        return dict(entry.partition("\t")[::2] for entry in done.stdout.decode().splitlines())

    def offered(self, line):
        return set(self.told(line))

    def complete(self, line):
        words = self.words_of(line)
        return words[:-1] + [os.path.commonprefix(list(self.offered(line))) or words[-1]]

    def words_of(self, line):
        for quote in ("", "'", '"'):
            try:
                return [word.replace("\\$", "$") for word in shlex.split(line + quote)]
            except ValueError:
                pass
        raise AssertionError(line)

    def test_commands_and_options(self):
        self.assertIn("A1", self.offered("cache-on-disk show A"))
        self.assertTrue(set(COMMANDS) <= self.offered("cache-on-disk "))
        self.assertTrue({"--sort", "--match", "--larger"} <= self.offered("cache-on-disk ls --"))
        self.assertEqual(self.offered("cache-on-disk ls --sort s"), {"size", "seconds"})
        self.assertEqual(self.offered("cache-on-disk ls --sort=s"), {"--sort=size", "--sort=seconds"})

    def test_tells_what_options_and_commands_do(self):
        self.assertEqual(self.told("cache-on-disk ls --rev"), {"--reverse": "Reverse the order"})
        self.assertEqual(self.told("cache-on-disk di"), {"diff": "Compare the values of two tags"})

    def test_files_where_a_path_may_stand(self):
        (self.root / "some file").touch()
        self.check("import so", "some file")
        self.check("verify so", "some file")
        self.check("--dir=oth", "--dir=other dir's/")
        self.assertEqual(self.offered("cache-on-disk ls --sort so"), set())


if __name__ == "__main__":
    main()
