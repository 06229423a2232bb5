import numpy as np
from support import Attack, ToolTest, main


class Diff(ToolTest):
    def differences(self, *options, code):
        return {d["name"]: d for d in self.run_json("diff", "A", "B", *options, code=code)["differences"]}

    def test_equal_tags_do_not_differ(self):
        self.write("store", "A")
        self.write("store", "B")
        self.assertEqual(self.differences(code=0), {})

    def test_tells_which_values_differ_and_how(self):
        self.write("store", "A")
        self.write("store", "B", 2)
        found = self.differences(code=1)
        self.assertEqual(set(found), {"root.Loop.modes"})
        self.assertEqual(found["root.Loop.modes"]["detail"], "11 of 12 numbers differ, by up to 5.5, first at (0, 1)")

    def test_tells_what_is_only_in_one(self):
        self.save("A", "root.A.a", 1)
        self.save("B", "root.A.b", 1)
        kinds = {name: d["kind"] for name, d in self.differences(code=1).items()}
        self.assertEqual(kinds, {"root.A.a": "only_in_first", "root.A.b": "only_in_second"})

    def test_compares_values_not_bytes(self):
        same = [
            (np.arange(6.0).reshape(2, 3), np.asfortranarray(np.arange(6.0).reshape(2, 3))),
            (np.arange(3, dtype="<i4"), np.arange(3, dtype=">i4")),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            (np.array([np.nan, 1]), np.array([np.nan, 1])),
            (np.array(["x", "y"]), np.array(["x", "y"])),
        ]
        for i, (a, b) in enumerate(same):
            self.save("A", f"root.A.m{i}", a)
            self.save("B", f"root.A.m{i}", b)
        self.assertEqual(self.differences(code=0), {})

    def test_sees_every_kind_of_difference(self):
        different = [
            (np.arange(3), np.arange(4)),
            (np.arange(3.0), np.arange(3)),
            ({"a": 1}, {"a": 2}),
            ("x", b"x"),
            (np.array([1 + 2j]), np.array([1 + 3j])),
            (np.array([2**62]), np.array([2**62 + 1])),
            (np.array(["x"]), np.array(["y"])),
            (np.array([1.0]), np.array([np.nan])),
            (1, None),
        ]
        for i, (a, b) in enumerate(different):
            self.save("A", f"root.A.m{i}", a)
            self.save("B", f"root.A.m{i}", b)
        self.assertEqual(set(self.differences(code=1)), {f"root.A.m{i}" for i in range(len(different))})

    def test_tolerates_what_it_is_told_to(self):
        self.save("A", "root.A.m", np.array([1.0, 100.0]))
        self.save("B", "root.A.m", np.array([1.0 + 1e-9, 100.0 + 1e-7]))
        self.assertEqual(len(self.differences(code=1)), 1)
        self.assertEqual(self.differences("--rtol", "1e-8", code=0), {})
        self.assertEqual(self.differences("--atol", "1e-6", code=0), {})
        self.assertEqual(len(self.differences("--atol", "1e-8", code=1)), 1)

    def test_what_cannot_be_read_is_told(self):
        self.save("A", "root.A.m", Attack(self.root / "victim"))
        self.save("B", "root.A.m", 1)
        (self.tag("B") / "root.A.bad.npy").write_bytes(b"torn")
        outcome = self.run_tool("diff", "A", "B", code=1)
        self.assertIn("root.A.m", outcome.err)
        self.assertIn("root.A.bad", outcome.err)
        self.assertFalse((self.root / "victim").exists())

    def test_what_cannot_be_compared_is_no_equality(self):
        self.save("A", "root.A.m", Attack(self.root / "victim"))
        self.save("B", "root.A.m", 1)
        self.assertEqual(self.differences(code=1), {})
        self.save("A", "root.A.m", 1)
        self.differences(code=0)
        (self.tag("A") / "root.A.bad.npy").write_bytes(b"torn")
        self.assertEqual(self.differences(code=1), {})

    def test_a_rotten_value_is_equal_to_nothing(self):
        self.write("store", "A")
        self.write("store", "B")
        path = self.tag("B") / "root.Loop.large.npy"
        with path.open("r+b") as file:
            file.seek(1 << 20)
            file.write(b"!")
        outcome = self.run_tool("diff", "A", "B", code=1)
        self.assertIn(f"not compared: {path}: the payload is damaged", outcome.err)
        self.assertIn("0 differences; 4 entries in both", outcome.out)


if __name__ == "__main__":
    main()
