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

    def test_lists_no_more_than_asked_for(self):
        self.write("store", "A")
        self.assertEqual(len(self.run_tool("stats", "--top", 2).out.splitlines()), 2 + 1 + 2)


if __name__ == "__main__":
    main()
