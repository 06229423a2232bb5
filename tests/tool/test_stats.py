import numpy as np
from support import ToolTest, main


class Stats(ToolTest):
    def test_sums_up_by_method(self):
        self.write("store", "A")
        self.write("store", "B")
        self.save("C", "root.x.Loop.modes", np.zeros(10))
        result = self.run_json("stats")
        methods = {method["method"]: method for method in result["methods"]}
        self.assertEqual((result["tags"], result["entries"]), (3, 11))
        self.assertEqual(methods["Loop.power"]["entries"], 4)
        self.assertEqual(methods["Loop.modes"]["entries"], 3)
        self.assertGreater(methods["Loop.modes"]["seconds"], 0.03)
        self.assertEqual(result["methods"][0]["method"], "Loop.large", "the biggest first")
        self.assertIsNone(methods["Loop.modes"]["hits"], "nobody counts them")
        self.assertEqual(self.run_json("stats", "A")["entries"], 5)

    def test_counts_hits_from_logs(self):
        self.write("store", "A")
        log = self.root / "cache.log"
        for _ in range(3):
            self.write("read", "A", log)
        result = self.run_json("stats", "--log", log)
        methods = {method["method"]: method for method in result["methods"]}
        self.assertEqual(methods["Loop.gain"]["hits"], 6, "three times from disk, and from memory")
        modes = methods["Loop.modes"]
        self.assertAlmostEqual(modes["seconds_saved"], 6 * modes["seconds"])
        self.assertIn("HITS", self.run_tool("stats", "--log", log).out)
        self.assertIn("nolog", self.run_tool("stats", "--log", "nolog", code=3).err)

    def test_counts_hits_in_memory_of_each_argument(self):
        self.write("store", "A")
        log = self.root / "cache.log"
        self.write("read", "A", log)
        text = log.read_text()
        for arguments in ("(1)", "(2)"):
            self.assertIn(f"A root.Loop.power{arguments} hit in memory", text)
        methods = {method["method"]: method for method in self.run_json("stats", "--log", log)["methods"]}
        self.assertEqual(methods["Loop.power"]["hits"], 4, "two arguments, each once from disk and once from memory")

    def counted(self, lines, *target):
        log = self.root / "written.log"
        log.write_text("".join(f"2026-01-02:03:04:05.678 {line}\n" for line in lines))
        result = self.run_json("stats", *target, "--log", log)
        return {method["method"]: method["hits"] for method in result["methods"]}

    def test_a_hit_in_memory_is_of_the_file_last_used_under_that_name(self):
        self.write("store", "A")
        plain = self.tag("A") / "root.Loop.gain.npy"
        name = "A root.Loop.gain"
        beside = self.tag("A") / "root.Loop.gain~01234567.npy"
        beside.write_bytes(plain.read_bytes())  # another class's, of the same identity
        hit = f"{name} hit in memory"
        for lines, expected in (
            ([f"{name} read from {plain}", hit, hit], 3),
            ([f"{name} saved to {plain}", hit, hit], 2),
            ([f"{name} read from {beside}", hit], 2),
            ([f"{name} saved to {plain}", hit, f"{name} read from {beside}", hit, hit], 4),
            ([hit, hit], 2),  # the log began later
            ([f"{name} read from /elsewhere/{plain.name}", hit], 0),
            ([f"B root.Loop.gain read from {self.tag('B') / plain.name}", hit], 1),
            (["A root.Loop.gain(1) hit in memory", "A root.Loop.gains hit in memory"], 0),
            ([f"{name} calls the function", "A hit in memory", " hit in memory"], 0),
        ):
            self.assertEqual(self.counted(lines)["Loop.gain"], expected, lines)

    def test_a_directory_is_known_again_behind_a_link(self):
        self.write("store", "A")
        link = self.root / "link"
        link.symlink_to(self.tag("A").parent)
        path = link / self.tag("A").name / "root.Loop.gain.npy"
        lines = [f"A root.Loop.gain read from {path}", "A root.Loop.gain hit in memory"]
        self.assertEqual(self.counted(lines)["Loop.gain"], 2)

    def test_lists_no_more_than_asked_for(self):
        self.write("store", "A")
        self.assertEqual(len(self.run_tool("stats", "--top", 2).out.splitlines()), 2 + 1 + 2)


if __name__ == "__main__":
    main()
