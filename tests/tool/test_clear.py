import numpy as np
from support import ToolTest, main


class Clear(ToolTest):
    def test_deletes_a_tag_with_its_directory(self):
        self.write("store", "A")
        self.write("store", "B")
        result = self.run_json("clear", "A")
        self.assertEqual((result["entries"], result["directories"]), (5, 1))
        self.assertFalse((self.tmpdir / "cacheA").exists())
        self.run_tool("verify", "B")

    def test_deletes_single_entries(self):
        self.write("store", "A")
        before = set(self.names("A"))
        self.run_tool("clear", "A/modes", self.tag("A") / "root.Loop.gain.npy")
        self.assertEqual(before - set(self.names("A")), {"root.Loop.modes.npy", "root.Loop.gain.npy"})

    def test_what_is_named_twice_is_deleted_and_counted_once(self):
        self.write("store", "A")
        for options in (["-n"], []):
            result = self.run_json("clear", "A", "A/modes", self.tag("A"), *options)
            self.assertEqual((result["entries"], result["kept"]), (5, 0))

    def test_a_dry_run_deletes_nothing(self):
        self.write("store", "A")
        before = self.names("A")
        result = self.run_json("clear", "A", "--dry-run")
        self.assertEqual((result["entries"], result["dry_run"]), (5, True))
        self.assertEqual(self.names("A"), before)

    def test_a_dry_run_leaves_an_emptied_directory(self):
        self.write("store", "A")
        self.run_tool("clear", *self.tag("A").glob("*.npy"))
        self.run_tool("clear", "A", "--dry-run")
        self.assertTrue((self.tmpdir / "cacheA").exists())
        self.run_tool("clear", "A")
        self.assertFalse((self.tmpdir / "cacheA").exists())

    def test_leaves_what_is_not_of_the_cache_and_says_so(self):
        self.write("store", "A")
        strangers = self.add_strangers("A")
        outcome = self.run_tool("clear", "A", code=1)
        self.assertEqual(set(self.names("A")) - {"CACHEDIR.TAG"}, strangers)
        for name in strangers:
            self.assertIn(name, outcome.err)
        self.assertEqual(len(list((self.tag("A") / "sub").iterdir())), 1)
        self.assertTrue((self.root / "outside.npy").exists())

    def test_a_file_that_may_be_somebodys_goes_only_if_named(self):
        path = self.save("A", "data", np.arange(3))
        self.run_tool("clear", "A", code=1)
        self.assertTrue(path.exists())
        self.run_tool("clear", path)
        self.assertFalse(path.exists())

    def test_leaves_an_entry_that_is_being_computed(self):
        end = self.compute("A")
        self.write("store", "A")
        self.save("A", "root.Loop.slow", 1.0)
        outcome = self.run_tool("clear", "A", code=1)
        self.assertIn("being computed", outcome.err)
        self.assertEqual(self.names("A"), ["CACHEDIR.TAG", "root.Loop.slow.npy"])
        end()
        self.run_tool("clear", "A")
        self.assertFalse((self.tmpdir / "cacheA").exists())

    def test_leaves_the_directory_in_which_something_is_computed(self):
        end = self.compute("A")
        self.assertIn("being computed", self.run_tool("clear", "A", code=1).err)
        end()
        self.assertEqual(self.names("A"), ["CACHEDIR.TAG", "root.Loop.slow.npy"])
        self.run_tool("verify", "A")

    def test_sweeps_what_dead_writers_left_and_no_other_temporary_file(self):
        import os
        import time

        self.write("store", "A")
        old, young = self.tag("A") / ".tmp-0000000000000001", self.tag("A") / ".tmp-0000000000000002"
        for path, age in ((old, 3600), (young, 1)):
            path.write_bytes(b"part")
            os.utime(path, (time.time() - age,) * 2)
        self.assertEqual(self.run_json("clear", "A")["left_overs"], 1)
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())

    def test_a_directory_of_tags_is_refused(self):
        self.write("store", "A")
        self.assertIn("not a tag", self.run_tool("clear", self.tmpdir, code=3).err)
        self.run_tool("clear", code=2)
        self.run_tool("clear", "A", "nowhere", code=3)
        self.assertEqual(len(self.names("A")), 6)

    def test_a_newer_format_stays(self):
        self.write("store", "A")
        path = self.tag("A") / "root.Loop.gain.npy"
        data = bytearray(path.read_bytes())
        data[-12] = 2
        path.write_bytes(data)
        self.run_tool("clear", "A", code=1)
        self.run_tool("clear", path, code=1)
        self.assertEqual(path.read_bytes(), bytes(data))

    def test_a_bare_word_is_no_path_and_no_directory_without_the_prefix(self):
        for directory in (self.root / "results", self.tmpdir / "results"):
            directory.mkdir(mode=0o700)
            path = directory / "run.2024.11.npy"
            np.save(path, np.arange(3))
            for name in ("results", "results/run.2024.11", "results/run.2024.11.npy"):
                outcome = self.run_tool("clear", name, code=3)
                self.assertIn(f"./{name}", outcome.err)
                self.assertTrue(path.exists())
        self.run_tool("clear", "./results")
        self.assertEqual(list((self.root / "results").iterdir()), [])  # nothing shows that the directory is the cache's

    def test_a_word_is_a_tag_and_no_directory(self):
        self.write("store", "A")
        self.run_tool("ls", "cacheA")
        for arguments in (["clear", "cacheA"], ["verify", "--remove", "cacheA"]):
            self.assertIn("no tag 'cacheA'", self.run_tool(*arguments, code=3).err)
        self.assertTrue((self.tmpdir / "cacheA").exists())
        self.run_tool("clear", self.tmpdir / "cacheA")
        self.assertFalse((self.tmpdir / "cacheA").exists())

    def test_what_is_no_value_at_all_stays_where_nothing_is_ours(self):
        path = self.tag("A") / "root.A.m.npy"
        for data in (b"", b"my notes"):
            path.write_bytes(data)
            path.chmod(0o600)
            self.assertIn("root.A.m.npy", self.run_tool("clear", "A", code=1).err)
            self.assertEqual(path.read_bytes(), data)
        self.save("A", "root.A.good", 1)
        for _ in range(2):  # deleting leaves no marker of its own
            self.run_tool("clear", "A", code=1)
            self.assertEqual([path.name for path in self.tag("A").iterdir()], ["root.A.m.npy"])
        (self.tag("A") / ".lock").touch(mode=0o600)
        self.run_tool("clear", "A")
        self.assertFalse(path.exists())


if __name__ == "__main__":
    main()
