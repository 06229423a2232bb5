import os
import time

import numpy as np
from support import ToolTest, main


class Prune(ToolTest):
    def setUp(self):
        super().setUp()
        for tag, days in (("old", 100), ("middle", 50), ("new", 1)):
            self.save(tag, "root.A.m", np.zeros(12500))  # about 100 KB
            self.make_old(tag, days)

    def left(self):
        return sorted(path.name[5:] for path in self.tmpdir.iterdir())

    def test_takes_the_least_recently_used_first(self):
        result = self.run_json("prune", "--max-size", "250KB")
        self.assertEqual(result["tags"], ["old"])
        self.assertEqual(self.left(), ["middle", "new"])
        self.run_tool("prune", "--max-size", "150KB")
        self.assertEqual(self.left(), ["new"])

    def test_last_use_is_the_time_of_the_lock_file(self):
        self.write("store", "old")
        self.run_tool("prune", "--max-size", "4.45MB")
        self.assertEqual(self.left(), ["new", "old"])

    def test_takes_what_nobody_used_for_long(self):
        self.run_tool("prune", "--older-than", "30d")
        self.assertEqual(self.left(), ["new"])
        self.run_tool("prune", "--older-than", "1d")
        self.assertEqual(self.left(), [])

    def test_both_together(self):
        self.run_tool("prune", "--older-than", "70d", "--max-size", "150KB")
        self.assertEqual(self.left(), ["new"])

    def test_keeps_what_is_to_be_kept(self):
        outcome = self.run_tool("prune", "--max-size", "0", "--keep", "old", "--keep", "n*", code=1)
        self.assertEqual(self.left(), ["new", "old"])
        self.assertIn("more than 0 B", outcome.err)

    def test_a_keep_that_fits_nothing_deletes_nothing(self):
        self.assertIn("odl", self.run_tool("prune", "--max-size", "0", "--keep", "odl", code=3).err)
        self.assertEqual(self.left(), ["middle", "new", "old"])

    def test_a_dry_run_says_what_it_would_do(self):
        result = self.run_json("prune", "--max-size", "150KB", "--dry-run")
        self.assertEqual((result["tags"], result["entries"]), (["old", "middle"], 2))
        self.assertEqual(self.left(), ["middle", "new", "old"])
        self.assertIn("would delete 2 entries", self.run_tool("prune", "--max-size", "150KB", "-n").out)

    def test_needs_to_be_told_what_may_go(self):
        self.assertIn("--max-size", self.run_tool("prune", code=2).err)
        self.assertIn("not a size", self.run_tool("prune", "--max-size", "many", code=2).err)
        self.assertIn("not an age", self.run_tool("prune", "--older-than", "90", code=2).err)

    def test_counts_what_dead_writers_left(self):
        left = self.tag("old") / ".tmp-0000000000000001"
        left.write_bytes(b"x" * 1000000)
        os.utime(left, (time.time() - 3600,) * 2)
        for options in (["-n"], []):
            result = self.run_json("prune", "--max-size", "250KB", *options)
            self.assertEqual((result["tags"], result["left_overs"]), (["old"], 1), options)
            self.assertLess(result["remaining_bytes"], 250000)
        self.assertEqual(self.left(), ["middle", "new"])

    def test_never_takes_directories_of_others_or_what_is_foreign_in_tags(self):
        (self.tmpdir / "cachelike").mkdir()
        (self.tmpdir / "cachelike" / "thesis.tex").write_text("years of work")
        (self.tmpdir / "other").mkdir()
        np.save(self.tmpdir / "other" / "root.A.m.npy", np.arange(3))
        strangers = self.add_strangers("old")
        self.run_tool("prune", "--max-size", "0", code=1)
        self.assertEqual(set(self.names("old")), strangers)
        self.assertTrue((self.tmpdir / "cachelike" / "thesis.tex").exists())
        self.assertTrue((self.tmpdir / "other" / "root.A.m.npy").exists())

    def test_a_directory_without_a_marker_of_ours_is_listed_and_left(self):
        results = self.save("d_results", "run.2024.11", np.arange(3))
        (self.tag("d_results") / "CACHEDIR.TAG").write_text(
            "Signature: 8a477f597d28d172789f06886806bc55\n# of others\n"
        )
        self.assertIn("d_results", self.run_tool("ls").out)
        outcome = self.run_tool("prune", "--max-size", "0", "--keep", "d_*")
        self.assertNotIn("clear TAG", outcome.err)
        self.save("old", "root.A.m", 1)
        self.make_old("old", 1)
        outcome = self.run_tool("prune", "--max-size", "0")
        self.assertEqual(self.left(), ["d_results"])
        self.assertRegex(outcome.err, "d_results.*'cache-on-disk clear TAG'")
        self.assertEqual(self.run_json("prune", "--max-size", "0")["unmarked"], ["d_results"])
        self.run_tool("clear", "d_results")
        self.assertFalse(results.exists())

    def test_each_marker_of_ours_makes_a_cache(self):
        self.run_tool("prune", "--max-size", "0")
        self.write("store", "A")
        sound = (self.tag("A") / "root.Loop.gain.npy").read_bytes()
        marks = {
            ".lock": b"",
            "CACHEDIR.TAG": (self.tag("A") / "CACHEDIR.TAG").read_bytes(),
            "root.Loop.gain.npy": sound,
        }
        self.run_tool("clear", "A")
        for name, content in marks.items():
            self.save("A", "root.A.m", 1)
            (self.tag("A") / name).write_bytes(content)
            (self.tag("A") / name).chmod(0o600)
            self.run_tool("prune", "--max-size", "0")
            self.assertEqual(self.left(), [], name)

    def test_a_bare_word_is_no_path(self):
        self.assertIn("./tmp", self.run_tool("prune", "tmp", "--max-size", "0", code=3).err)
        self.assertEqual(self.left(), ["middle", "new", "old"])
        self.run_tool("prune", "./tmp", "--max-size", "0")
        self.assertEqual(self.left(), [])


if __name__ == "__main__":
    main()
