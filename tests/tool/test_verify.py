import os
import subprocess
import unittest

import numpy as np
from support import TOOL, ToolTest, main


class Verify(ToolTest):
    def test_whole_entries_are_good(self):
        self.write("store", "A")
        result = self.run_json("verify")
        self.assertEqual((result["checked"], result["damaged"], result["unchecked"]), (5, 0, 0))
        self.assertIn("5 entries are whole", self.run_tool("verify", "A").out)
        self.assertEqual(self.run_json("verify", "A/modes")["checked"], 1)

    def test_any_changed_byte_is_found_and_told(self):
        self.write("store", "A")
        path = self.tag("A") / "root.Loop.large.npy"
        whole = path.read_bytes()
        for at in (0, 200, len(whole) // 2, len(whole) - 300, len(whole) - 100, len(whole) - 1):
            data = bytearray(whole)
            data[at] ^= 64
            path.write_bytes(data)
            bad = self.run_json("verify", "A", code=1)["bad"]
            self.assertEqual([b["path"] for b in bad], [str(path)], at)
            self.assertTrue(bad[0]["reason"])
        for size in (0, 1, len(whole) - 1):
            path.write_bytes(whole[:size])
            self.assertIn("root.Loop.large.npy", self.run_tool("verify", "A", code=1).out)

    def test_a_durable_mark_does_not_hide_damage(self):
        self.write("store", "A")
        self.write("read", "A", self.root / "log")
        path = self.tag("A") / "root.Loop.large.npy"
        before = path.stat()
        with path.open("r+b") as file:
            file.seek(1 << 20)
            file.write(b"!")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.run_tool("verify", "A", code=1)

    def test_an_entry_under_another_name_or_tag_is_bad(self):
        self.write("store", "A")
        data = (self.tag("A") / "root.Loop.gain.npy").read_bytes()
        (self.tag("A") / "root.Loop.other.npy").write_bytes(data)
        (self.tag("B") / "root.Loop.gain.npy").write_bytes(data)
        self.assertEqual(self.run_json("verify", code=1)["damaged"], 2)

    def test_removes_the_bad_ones_and_nothing_else(self):
        self.write("store", "A")
        strangers = self.add_strangers("A")
        before = set(self.names("A"))
        (self.tag("A") / "root.Loop.gain.npy").write_bytes(b"torn")
        result = self.run_json("verify", "A", "--remove", code=1)
        self.assertEqual(result["removed"], 1)
        self.assertEqual(set(self.names("A")), before - {"root.Loop.gain.npy"})
        self.assertTrue(strangers <= set(self.names("A")))
        self.assertTrue((self.root / "outside.npy").exists())

    def test_seals_files_without_trailer(self):
        array = np.arange(7.0)
        path = self.save("A", "root.A.m", array)
        pickled = self.save("A", "root.A.p", {"a": [1, 2]})
        payload = path.read_bytes()
        self.assertEqual(self.run_json("verify", "A")["unchecked"], 2)
        self.assertEqual(self.run_json("verify", "A", "--seal")["sealed"], 2)
        self.assertEqual(self.run_json("verify", "A")["checked"], 2)
        np.testing.assert_array_equal(np.load(path), array)
        self.assertEqual(np.load(pickled, allow_pickle=True), {"a": [1, 2]})
        fields = self.read_entry(path)
        self.assertEqual(bytes.fromhex(fields["payload"]), payload)
        self.assertEqual((fields["directory"], fields["name"], fields["type"]), ("cacheA", "root.A.m", "npy <f8 1"))

    def test_seals_only_what_has_the_form_of_an_entry_and_is_sound(self):
        theirs, bad = self.save("A", "data", np.arange(3)), self.save("A", "root.A.m", 1)
        bad.write_bytes(b"torn")
        before = theirs.read_bytes()
        result = self.run_json("verify", "A", "--seal", code=1)
        self.assertEqual((result["sealed"], result["unchecked"], result["damaged"]), (0, 1, 1))
        self.assertEqual((theirs.read_bytes(), bad.read_bytes()), (before, b"torn"))

    def test_a_name_longer_than_that_of_an_entry_gets_no_trailer(self):
        path = self.save("A", "root.A." + "x" * 242, 1)
        before = path.read_bytes()
        self.assertIn("longer", self.run_tool("verify", "A", "--seal", code=1).err)
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual(self.run_json("verify", "A")["unchecked"], 1)
        self.assertIn("longer", self.run_tool("export", "A", self.root / "a.tar", code=1).err)

    def test_a_sealed_file_is_used_by_the_library(self):
        self.save("A", "root.Loop.gain", 4.5)
        self.run_tool("verify", "--seal")
        self.write("store", "A")
        self.assertEqual(self.run_json("show", "A/gain")["value"], 4.5)

    def test_a_newer_format_is_left_and_told(self):
        self.write("store", "A")
        path = self.tag("A") / "root.Loop.gain.npy"
        data = bytearray(path.read_bytes())
        data[-12] = 2
        path.write_bytes(data)
        outcome = self.run_tool("verify", "A", "--remove", code=1)
        self.assertIn("newer", outcome.err)
        self.assertTrue(path.exists())

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable_entries_are_told(self):
        path = self.save("A", "root.A.m", 1)
        path.chmod(0)
        self.assertIn("root.A.m", self.run_tool("verify", "A", code=1).err)

    def test_leaves_no_bar_behind(self):
        self.write("store", "A")
        self.assertRegex(self.run_in_terminal("verify").out, r"5 entries are whole \(4 MiB\)\r\n$")

    def test_removes_nothing_that_may_be_somebodys_where_nothing_is_ours(self):
        path = self.save("A", "root.A.m", 1)
        path.write_bytes(b"my notes")
        for target in ([], ["A"], ["A/m"], [path]):
            bad = self.run_json("verify", "--remove", *target, code=1)
            self.assertEqual(bad["removed"], 0)
            self.assertIn("left", bad["bad"][0]["outcome"])
        (self.tag("A") / ".lock").touch(mode=0o600)
        self.assertEqual(self.run_json("verify", "--remove", code=1)["removed"], 1)

    def test_a_damaged_trailer_is_a_sign_of_an_entry(self):
        self.write("store", "A")
        data = bytearray((self.tag("A") / "root.Loop.gain.npy").read_bytes())
        data[-100] ^= 1
        path = self.save("B", "root.Loop.gain", 1)
        path.write_bytes(data)
        self.assertEqual(self.run_json("verify", "B", "--remove", code=1)["removed"], 1)

    def test_removes_by_a_bare_word_in_tags_only(self):
        (self.root / "results").mkdir(mode=0o700)
        (self.root / "results" / "root.A.m.npy").write_bytes(b"my notes")
        self.run_tool("verify", "results", code=1)
        self.assertIn("./results", self.run_tool("verify", "results", "--remove", code=3).err)

    def test_output_that_cannot_be_written_is_a_failure_without_a_crash(self):
        for i in range(300):
            self.save("A", f"root.A.m({i})", 1).write_bytes(b"torn")
        for options in ([], ["--format", "json"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(
                    [TOOL, "verify", *options], stdout=full, stderr=subprocess.PIPE, env=self.environment, timeout=60
                )
            self.assertEqual((done.returncode, done.stderr), (3, b"cache-on-disk: cannot write the output\n"))


if __name__ == "__main__":
    main()
