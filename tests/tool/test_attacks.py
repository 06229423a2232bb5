"""The tool in directories that somebody else has prepared, run by a user who is not root. Needs root, to be two users."""

import os
import pickle
import shutil
import subprocess
import unittest

import support

VICTIM, ATTACKER = 54323, 54321


@unittest.skipUnless(os.geteuid() == 0, "needs root, to be two users")
class Attacks(support.ToolTest):
    def setUp(self):
        super().setUp()
        self.root.chmod(0o711)
        self.tmpdir.chmod(0o1777)
        self.tool = shutil.copy(support.TOOL, self.root / "tool")  # the build may lie where only root may look
        self.home = self.root / "home"
        self.home.mkdir(mode=0o700)
        (self.home / "precious").write_text("precious")
        (self.home / "precious").chmod(0o600)
        for path in (self.home, self.home / "precious"):
            os.chown(path, VICTIM, VICTIM)
        self.tag = self.tmpdir / "cacheT"

    def in_the_very_directory(self, *arguments):
        """Not in one of the victim's own beside it, where the library goes when another has the tag's name."""
        return self.as_victim("--dir", self.tmpdir, *arguments)

    def as_victim(self, *arguments):
        done = subprocess.run(
            [self.tool, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=self.environment,
            timeout=60,
            cwd="/",
            user=VICTIM,
            group=VICTIM,
            extra_groups=[],
        )
        self.assertGreaterEqual(done.returncode, 0, done)
        for text in (done.stdout, done.stderr):
            self.assertFalse(any(byte < 0x20 and byte != 0x0A or byte == 0x7F for byte in text), text)
        return done

    def commands(self):
        for command in (
            ["ls"],
            ["ls", "T"],
            ["show", "T/gain"],
            ["verify"],
            ["verify", "T"],
            ["stats"],
            ["where", "T", "gain"],
            ["clear", "T"],
            ["prune", "--older-than", "0s"],
            ["clear", "T/gain"],
        ):
            self.as_victim(*command)
        self.assertEqual((self.home / "precious").read_text(), "precious")
        self.assertEqual((self.home / "precious").stat().st_mode & 0o7777, 0o600)
        self.assertEqual(sorted(p.name for p in self.home.iterdir()), ["precious"])
        self.assertFalse((self.tmpdir / "executed").exists())

    def of_attacker(self, mode=0o755):
        self.tag.mkdir()
        os.chown(self.tag, ATTACKER, ATTACKER)
        self.tag.chmod(mode)
        return self.tag / "root.Loop.gain.npy"

    def test_nothing_in_a_directory_of_another_is_followed_executed_or_waited_for(self):
        entry = self.of_attacker(0o777)
        hostile = f"cos\nsystem\n(S'touch {self.tmpdir}/executed'\ntR.".encode()
        entry.write_bytes(hostile)
        os.mkfifo(self.tag / "root.Loop.fifo.npy")
        (self.tag / "root.Loop.fifo.npy").chmod(0o666)
        os.symlink(self.home / "precious", self.tag / "root.Loop.link.npy")
        os.symlink(self.home / "made", self.tag / ".lock")
        os.link(self.home / "precious", self.tag / "root.Loop.hard.npy")
        (self.tag / "root.Loop.\x1b[2J\nevil.npy").write_bytes(pickle.dumps("\x1b]0;title\a"))
        with open(self.tag / "root.Loop.huge.npy", "wb") as file:
            file.truncate(1 << 40)
        self.commands()
        for name in ("fifo", "link", "hard", "huge"):
            self.in_the_very_directory("show", f"T/{name}")

    def test_a_tag_directory_that_is_a_link_or_no_directory_is_not_used(self):
        os.symlink(self.home, self.tag)
        self.commands()
        self.tag.unlink()
        os.mkfifo(self.tag)
        self.commands()

    def test_what_may_not_be_read_is_told_by_the_exit_code_and_stays(self):
        entry = self.of_attacker(0o700)
        entry.write_bytes(pickle.dumps(1))
        for command in (
            ["ls"],
            ["verify"],
            ["stats"],
            ["prune", "--max-size", "0"],
            ["prune", "--older-than", "0s"],
            ["clear", "T"],
        ):
            done = self.in_the_very_directory(*command)
            self.assertEqual(done.returncode, 1, done)
            self.assertIn(b"cacheT", done.stderr)
        self.assertEqual(self.in_the_very_directory("ls", "T").returncode, 3)
        self.assertTrue(entry.exists())

    def test_a_hostile_pickle_is_shown_as_what_it_is(self):
        entry = self.of_attacker()
        entry.write_bytes(b"cos\nsystem\n(S'true'\ntR.")
        done = self.in_the_very_directory("show", "T/gain")
        self.assertIn(b"system", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
