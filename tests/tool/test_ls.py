import os
import subprocess
import time
import unittest

import numpy as np
from support import WRITER, ToolTest, main


class Ls(ToolTest):
    def test_lists_tags_with_entries_size_and_computing_time(self):
        self.write("store", "A")
        self.save("B", "root.A.m", np.arange(10.0))
        tags = {tag["tag"]: tag for tag in self.run_json("ls")["tags"]}
        self.assertEqual(set(tags), {"A", "B"})
        files = [path for path in self.tag("A").iterdir() if path.suffix == ".npy"]
        self.assertEqual(tags["A"]["entries"], len(files))
        self.assertEqual(tags["A"]["bytes"], sum(path.stat().st_size for path in files))
        self.assertGreater(tags["A"]["seconds"], 0.015)
        self.assertEqual(tags["B"]["unchecked"], 1)
        self.assertEqual(tags["A"]["unchecked"], 0)

    def test_names_dtypes_as_numpy_does(self):
        names = {
            "M8[ns]": "datetime64[ns]",
            "m8[25s]": "timedelta64[25s]",
            "?": "bool",
            "u1": "uint8",
            "f2": "float16",
            "c16": "complex128",
            ">f8": ">f8",  # not this machine's byte order
            "S3": "|S3",
            "U2": "<U2",
            "f4,i2": "[('f0', '<f4'), ('f1', '<i2')]",
        }
        for i, dtype in enumerate(names):
            self.save("T", f"root.A.m{i}", np.zeros(2, dtype))
        entries = self.run_json("ls", "T")["entries"]
        self.assertEqual([entry["type"] for entry in entries], list(names.values()))

    def test_lists_entries_with_type_shape_writer_and_time(self):
        self.write("store", "A")
        entries = {entry["name"]: entry for entry in self.run_json("ls", "A")["entries"]}
        modes = entries["root.Loop.modes"]
        self.assertEqual((modes["type"], modes["shape"]), ("float64", [3, 4]))
        self.assertGreater(modes["seconds"], 0.015)
        self.assertIn("write_cache on ", modes["writer"])
        self.assertEqual(modes["language"], "c++")
        self.assertEqual(entries["root.Loop.power(2)"]["type"], "float")
        created = time.mktime(time.strptime(modes["created"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
        self.assertLess(abs(time.time() - created), 120)

    def test_tells_python_types_and_numpy_dtypes(self):
        for name, value, kind, shape in [
            ("root.A.d", {"a": 1}, "dict", None),
            ("root.A.s", "text", "str", None),
            ("root.A.n", None, "NoneType", None),
            ("root.A.i", np.zeros((2, 3), "<i4"), "int32", [2, 3]),
            ("root.A.b", np.zeros(4, ">f8"), ">f8", [4]),
            ("root.A.c", np.zeros((), "<c16"), "complex128", []),
        ]:
            self.save("P", name, value)
            entry = [e for e in self.run_json("ls", "P")["entries"] if e["name"] == name][0]
            self.assertEqual((entry["type"], entry.get("shape")), (kind, shape), name)

    def test_sorts_and_filters(self):
        for tag, size in [("A", 10), ("B", 30000), ("C", 1000)]:
            self.save(tag, "root.A.m", np.zeros(size))

        def listed(*options):
            return [tag["tag"] for tag in self.run_json("ls", *options)["tags"]]

        self.assertEqual(listed(), ["A", "B", "C"])
        self.assertEqual(listed("--reverse"), ["C", "B", "A"])
        self.assertEqual(listed("--sort", "size"), ["B", "C", "A"])
        self.assertEqual(listed("--larger", "100K"), ["B"])
        self.assertEqual(listed("--match", "[AC]"), ["A", "C"])
        self.make_old("A", 100)
        self.assertEqual(listed("--older", "90d"), ["A"])
        self.assertEqual(listed("--sort", "use")[-1], "A")

    def test_sorts_tags_by_each_key(self):
        for tag, count, age in (("A", 1, 30), ("B", 3, 10), ("C", 2, 20)):
            for i in range(count):
                os.utime(self.save(tag, f"root.A.m({i})", i), (time.time() - age * 86400,) * 2)
        self.write("store", "D")

        def listed(*options):
            return "".join(tag["tag"] for tag in self.run_json("ls", *options)["tags"])

        self.assertEqual(listed("--sort", "age"), "ACBD")
        self.assertEqual(listed("--sort", "age", "--reverse"), "DBCA")
        self.assertEqual(listed("--sort", "entries"), "DBCA")
        self.assertEqual(listed("--sort", "seconds")[0], "D")

    def test_sorts_and_filters_entries_by_each_key(self):
        for name, size, age in (("a", 10, 1), ("b", 300, 3), ("c", 100, 2)):
            os.utime(self.save("A", f"root.A.{name}", np.zeros(size)), (time.time() - age * 86400,) * 2)
        self.write("store", "B")

        def listed(tag, *options):
            return [entry["name"].rsplit(".", 1)[1] for entry in self.run_json("ls", tag, *options)["entries"]]

        self.assertEqual(listed("A", "--sort", "age"), ["b", "c", "a"])
        self.assertEqual(listed("A", "--sort", "age", "--reverse"), ["a", "c", "b"])
        self.assertEqual(listed("A", "--older", "36h"), ["b", "c"])
        self.assertEqual(listed("A", "--larger", "1K"), ["b"])
        self.assertEqual(listed("A", "--match", "*.[ac]"), ["a", "c"])
        self.assertEqual(listed("B", "--sort", "seconds")[0], "modes")

    def test_sorts_entries_by_use_and_by_number_too(self):
        for name, age in (("a", 1), ("b", 3), ("c", 2)):
            os.utime(self.save("A", f"root.A.{name}", 1), (time.time() - age * 86400,) * 2)

        def listed(*options):
            return "".join(entry["name"][-1] for entry in self.run_json("ls", "A", *options)["entries"])

        self.assertEqual(listed("--sort", "use"), "acb")  # of an entry, only the time it was stored is known
        self.assertEqual(listed("--sort", "use", "--reverse"), "bca")
        self.assertEqual(listed("--sort", "entries"), "abc")
        self.assertEqual(listed("--sort", "entries", "--reverse"), "cba")

    def test_says_that_no_entry_fits(self):
        self.write("store", "A")
        outcome = self.run_tool("ls", "A", "--match", "B*")
        self.assertEqual(outcome.out, "")
        self.assertIn("no entry in", outcome.err)
        self.assertEqual(self.run_tool("ls", "A", "--match", "B*", "--format", "json").err, "")

    def test_says_that_no_tag_fits(self):
        self.write("store", "A")
        outcome = self.run_tool("ls", "--match", "B*")
        self.assertEqual(outcome.out, "")
        self.assertIn("no tag in", outcome.err)

    def test_sorts_entries(self):
        for name, size in [("root.A.a", 10), ("root.A.b", 300), ("root.A.c", 100)]:
            self.save("A", name, np.zeros(size))
        names = [entry["name"][-1] for entry in self.run_json("ls", "A", "--sort", "size")["entries"]]
        self.assertEqual(names, ["b", "c", "a"])

    def test_a_table_goes_to_a_pipe_without_colours_and_sums(self):
        self.write("store", "A")
        outcome = self.run_tool("ls")
        self.assertNotIn("\x1b", outcome.out)
        self.assertEqual(len(outcome.out.splitlines()), 2)
        self.assertEqual(outcome.err, "")
        self.assertIn("\x1b[", self.run_tool("ls", "--color", "always").out)

    def test_on_a_terminal_it_has_colours_unless_no_color(self):
        self.write("store", "A")
        self.assertIn("\x1b[", self.run_in_terminal("ls").out)
        self.assertIn("1 tag with 5 entries", self.run_in_terminal("ls").out)
        self.assertNotIn("\x1b", self.run_in_terminal("ls", NO_COLOR="1").out)
        self.assertNotIn("\x1b", self.run_in_terminal("ls", TERM="dumb").out)

    def test_strangers_are_told_and_not_counted(self):
        self.save("A", "root.A.m", np.arange(3))
        strangers = self.add_strangers("A")
        tag = self.run_json("ls", code=1)["tags"][0]
        self.assertEqual(tag["entries"], 1)
        self.assertEqual(tag["damaged"], 1)  # data.npy
        self.assertEqual(tag["foreign_files"], len(strangers) - 1)
        self.assertEqual(set(self.run_json("ls", "A", code=1)["foreign_files"]), strangers - {"data.npy"})

    @unittest.skipUnless(os.geteuid() == 0, "needs root to give a directory away")
    def test_where_others_have_the_name_ones_own_directory_is_listed(self):
        """As the library goes there: .cache-on-disk-<uid> in the default directory."""
        (self.tmpdir / "cacheA").mkdir(mode=0o700)
        os.chown(self.tmpdir / "cacheA", 54321, 54321)
        own = self.tmpdir / f".cache-on-disk-{os.geteuid()}"
        own.mkdir(mode=0o700)
        self.write("store", "B")
        (self.tmpdir / "cacheB").rename(own / "cacheB")
        subprocess.run([WRITER, str(own), "store", "A"], check=True, env=self.environment, timeout=60)
        self.assertEqual(
            {tag["path"] for tag in self.run_json("ls", code=None)["tags"] if tag["entries"]},
            {str(own / "cacheA"), str(own / "cacheB")},
        )
        self.assertEqual(len(self.run_json("ls", "A")["entries"]), 5)
        self.assertEqual(self.run_json("ls", "A")["path"], str(own / "cacheA"))
        self.assertEqual(self.run_json("ls", "--dir", self.tmpdir, code=None)["tags"], [])
        self.run_tool("clear", "B")
        self.assertFalse((own / "cacheB").exists())

    def test_a_directory_that_is_no_cache_is_said_to_be_none(self):
        outcome = self.run_tool("ls", self.root)
        self.assertEqual(outcome.out, "")
        self.assertIn("nothing to list", outcome.err)

    def test_what_is_not_there_is_an_error_that_says_where_it_looked(self):
        outcome = self.run_tool("ls", "nowhere", code=3)
        self.assertIn("nowhere", outcome.err)
        self.assertIn(str(self.tmpdir), outcome.err)

    def test_names_cannot_reach_the_terminal(self):
        (self.tag("A") / "root.A.\x1b[31mred\n.npy").write_bytes(b"x")
        for outcome in (self.run_tool("ls", "A", code=1), self.run_in_terminal("ls", "A", "--color", "never")):
            self.assertNotIn("\x1b", outcome.out)
            self.assertIn("\\x1b[31mred\\x0a", outcome.out)

    def test_a_directory_reached_through_a_link_is_not_followed(self):
        self.write("store", "A")
        (self.tmpdir / "cacheL").symlink_to(self.tag("A"))
        self.assertEqual([tag["tag"] for tag in self.run_json("ls")["tags"]], ["A"])
        self.assertIn("link", self.run_tool("ls", self.tmpdir / "cacheL", code=3).err)

    def test_other_directories_and_prefixes(self):
        other = self.root / "other"
        self.tmpdir.rename(other)
        (other / "runT").mkdir(mode=0o700)
        np.save(other / "runT" / "root.A.m.npy", np.arange(3))
        self.assertEqual([t["tag"] for t in self.run_json("ls", "--dir", other, "--prefix", "run")["tags"]], ["T"])
        self.assertEqual([t["tag"] for t in self.run_json("--prefix", "run", "ls", other)["tags"]], ["T"])
        self.assertEqual(len(self.run_json("ls", other / "runT")["entries"]), 1)

    def test_a_cache_that_changes_meanwhile_does_not_disturb_it(self):
        for i in range(300):
            self.save("A", f"root.A.m({i})", i)
        import threading

        stop = threading.Event()

        def churn():
            i = 0
            while not stop.is_set():
                path = self.tag("A") / f"root.A.m({i % 300}).npy"
                try:
                    os.truncate(path, 0) if i % 3 else path.unlink()
                except OSError:
                    pass
                i += 1

        thread = threading.Thread(target=churn)
        thread.start()
        try:
            for _ in range(10):
                for command in (["ls", "A"], ["ls"], ["verify"]):
                    # 1 where it met a file that was cut short.
                    self.assertIn(self.run_tool(*command, code=None).code, (0, 1))
        finally:
            stop.set()
            thread.join()


if __name__ == "__main__":
    main()
