from support import ToolTest, main


class Where(ToolTest):
    def test_prints_the_paths(self):
        self.write("store", "A")
        directory = self.tag("A")
        for method in ("root.Loop.modes", "Loop.modes", "modes"):
            self.assertEqual(self.run_tool("where", "A", method).out, f"{directory}/root.Loop.modes.npy\n")
        self.assertEqual(
            self.run_json("where", "A", "Loop.power")["paths"],
            [f"{directory}/root.Loop.power({i}).npy" for i in (1, 2)],
        )
        self.assertEqual(len(self.run_json("where", directory, "power(2)")["paths"]), 1)

    def test_a_path_may_be_written_in_any_way(self):
        self.write("store", "A")
        for path in ("tmp/cacheA", "./tmp/cacheA/", "tmp/../tmp/./cacheA", self.tag("A")):
            self.assertEqual(len(self.run_json("where", path, "modes")["paths"]), 1, path)
            self.assertEqual(self.run_json("show", f"{path}/root.Loop.gain.npy")["state"], "sound")
            self.run_tool("verify", f"{path}/root.Loop.gain.npy")
        self.assertEqual(len(self.run_json("ls", "./tmp")["tags"]), 1)

    def test_a_word_is_no_part_of_a_word(self):
        self.write("store", "A")
        for method in ("odes", "oop.modes", "Loop"):
            self.run_tool("where", "A", method, code=3)

    def test_parentheses_in_the_keys_of_an_instance_are_no_arguments(self):
        for name in ("root[(1,2)].Loop.gain", "root[(1,2)].Loop.power(3)", "root['a(b'].Loop.power('x.y')"):
            self.save("A", name, 1.0)
        self.assertEqual(len(self.run_json("where", "A", "Loop.power")["paths"]), 2)
        self.assertEqual(self.run_json("show", "A/gain")["value"], 1)
        self.assertEqual(
            {method["method"] for method in self.run_json("stats")["methods"]}, {"Loop.gain", "Loop.power"}
        )
        self.run_tool("clear", "A")
        self.assertEqual(self.names("A"), [])

    def test_tells_where_a_missing_one_would_lie(self):
        self.write("store", "A")
        outcome = self.run_tool("where", "A", "root.Loop.none", code=3)
        self.assertEqual(outcome.out, "")
        self.assertIn(f"{self.tag('A')}/root.Loop.none.npy", outcome.err)
        self.run_tool("where", "nowhere", "modes", code=3)


if __name__ == "__main__":
    main()
