"""A tag whose name another user holds in the directory that all share: the tool looks where the library would, and tells of the other."""

import os
import shutil
import subprocess
import unittest

import numpy as np
import support

OTHER, USER = 54321, 54323


@unittest.skipUnless(os.geteuid() == 0, "needs root, to be two users")
class TakenNames(support.ToolTest):
    def setUp(self):
        super().setUp()
        self.root.chmod(0o711)
        self.tmpdir.chmod(0o1777)
        self.tool = shutil.copy(support.TOOL, self.root / "tool")  # the build may lie where only root may look
        self.own = self.tmpdir / f".cache-on-disk-{USER}"
        self.entry_of(OTHER, self.tmpdir / "cacheT", "root.A.theirs", 1.0)

    def entry_of(self, user, directory, name, value):
        for path in [*reversed(directory.parents), directory]:
            if self.tmpdir not in path.parents:
                continue
            path.mkdir(exist_ok=True)
            path.chmod(0o700 if user == USER else 0o755)
            os.chown(path, user, user)
        np.save(directory / f"{name}.npy", np.full(3, value))
        (directory / f"{name}.npy").chmod(0o644)
        os.chown(directory / f"{name}.npy", user, user)

    def as_user(self, *arguments, code=0):
        done = subprocess.run(
            [self.tool, *map(str, arguments)],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            env=self.environment,
            cwd="/",
            user=USER,
            group=USER,
            extra_groups=[],
        )
        self.assertEqual(done.returncode, code, done)
        return done.stdout + done.stderr

    def assert_tells_of_the_other(self, text):
        for word in (str(self.tmpdir / "cacheT"), f"belongs to uid {OTHER}", str(self.own), "by its path"):
            self.assertIn(word, text)

    def test_what_the_user_has_not_got_is_not_taken_from_the_other(self):
        for arguments in (
            ["show", "T/theirs"],
            ["show", "T/root.A.theirs"],
            ["ls", "T"],
            ["clear", "T"],
            ["verify", "T"],
            ["diff", "T/theirs", "T/x"],
            ["clear", "T/theirs"],
        ):
            self.assert_tells_of_the_other(self.as_user(*arguments, code=3))
        self.assertTrue((self.tmpdir / "cacheT" / "root.A.theirs.npy").exists())

    def test_the_users_own_is_shown_and_of_another_method_the_other_is_told(self):
        self.entry_of(USER, self.own / "cacheT", "root.A.mine", 2.0)
        shown = self.as_user("show", "T/mine")
        self.assertIn(str(self.own / "cacheT"), shown)
        self.assertIn("2.", shown)
        self.assert_tells_of_the_other(self.as_user("show", "T/theirs", code=3))

    def test_tags_that_are_paths(self):
        self.entry_of(OTHER, self.tmpdir / "cacheday" / "1", "root.A.theirs", 1.0)
        text = self.as_user("show", "day/1/theirs", code=3)
        self.assertIn(f"{self.tmpdir}/cacheday belongs to uid {OTHER}", text)

    def test_the_other_is_shown_by_its_path(self):
        self.assertIn("1.", self.as_user("show", self.tmpdir / "cacheT" / "root.A.theirs.npy"))
        self.assertIn("theirs", self.as_user("ls", self.tmpdir / "cacheT"))

    def test_who_names_the_directory_means_that(self):
        self.assertIn("1.", self.as_user("--dir", self.tmpdir, "show", "T/theirs"))

    def test_nobody_is_told_of_where_the_name_is_free(self):
        self.assertNotIn("belongs to", self.as_user("show", "U/theirs", code=3))
        self.assertNotIn("belongs to", self.as_user("--dir", self.tmpdir, "show", "T/nothing", code=3))


if __name__ == "__main__":
    support.main()
