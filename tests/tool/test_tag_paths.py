"""Tags that are paths, such as 20240410/112233 or the absolute path of the data: each command finds them."""

import os
import unittest

from support import ToolTest

TAGS = ["20240410/112233", "20240410/120000", "/data/night/x.fits", "flat", "flat/below"]


class TagPaths(ToolTest):
    def setUp(self):
        super().setUp()
        for tag in TAGS:
            self.write("store", tag)

    def listed(self):
        return sorted(tag["tag"] for tag in self.run_json("ls")["tags"])

    def test_lie_where_prefix_and_tag_say(self):
        for path in ("cache20240410/112233", "cache/data/night/x.fits", "cacheflat", "cacheflat/below"):
            self.assertTrue((self.tmpdir / path / "root.Loop.gain.npy").is_file(), path)

    def test_ls_lists_them_and_not_what_leads_to_them(self):
        self.assertEqual(self.listed(), sorted(TAGS))
        by_tag = {tag["tag"]: tag for tag in self.run_json("ls")["tags"]}
        self.assertEqual({by_tag[tag]["entries"] for tag in TAGS}, {5})
        self.assertEqual({by_tag[tag]["damaged"] for tag in TAGS}, {0})
        self.assertEqual({by_tag[tag]["foreign_files"] for tag in TAGS}, {0})

    def test_ls_lists_the_entries_of_one_by_tag_and_by_path(self):
        for name in (
            "20240410/112233",
            "cache20240410/112233",
            self.tmpdir / "cache20240410" / "112233",
            "/data/night/x.fits",
            self.tmpdir / "cache/data/night/x.fits",
            "./tmp/cache20240410/112233",
            "flat",
            "flat/below",
        ):
            entries = self.run_json("ls", name)["entries"]
            self.assertEqual({entry["state"] for entry in entries}, {"sound"}, name)
            self.assertEqual(len(entries), 5, name)

    def test_ls_of_what_only_leads_to_tags_is_refused_with_a_sentence(self):
        self.assertIn("there is no tag '20240410'", self.run_tool("ls", "20240410", code=3).err)

    def test_by_path_outside_of_the_directory_of_tags_the_entries_tell(self):
        elsewhere = self.root / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        path = self.tmpdir / "cache20240410" / "112233"
        out = self.run_json("ls", path, "--dir", elsewhere)
        self.assertEqual({entry["state"] for entry in out["entries"]}, {"sound"})
        self.run_tool("verify", path, "--dir", elsewhere)
        self.run_tool("show", path / "root.Loop.gain.npy", "--dir", elsewhere)

    def test_show_and_where(self):
        self.assertIn("0.25", self.run_tool("show", "20240410/112233/Loop.gain").out)
        self.assertIn("0.25", self.run_tool("show", "/data/night/x.fits/Loop.gain").out)
        self.assertIn("0.25", self.run_tool("show", "flat/below/Loop.gain").out)
        out = self.run_tool("where", "/data/night/x.fits", "Loop.gain").out
        self.assertEqual(out.strip(), str(self.tmpdir / "cache/data/night/x.fits/root.Loop.gain.npy"))

    def test_verify_looks_at_all(self):
        self.run_tool("verify")
        path = self.tmpdir / "cache/data/night/x.fits/root.Loop.large.npy"
        with open(path, "r+b") as file:
            file.seek(4096)
            file.write(b"damage")
        outcome = self.run_tool("verify", code=1)
        self.assertIn("x.fits", outcome.out + outcome.err)

    def test_clear_deletes_one_and_what_led_to_it_alone(self):
        self.run_tool("clear", "/data/night/x.fits")
        self.assertFalse((self.tmpdir / "cache").exists())
        self.run_tool("clear", "20240410/112233")
        self.assertEqual(self.listed(), ["20240410/120000", "flat", "flat/below"])
        self.run_tool("clear", "20240410/120000/Loop.gain")
        self.assertEqual(len(self.run_json("ls", "20240410/120000")["entries"]), 4)

    def test_clear_of_a_tag_leaves_those_below_it_without_a_complaint(self):
        outcome = self.run_tool("clear", "flat")
        self.assertNotIn("left", outcome.out + outcome.err)
        self.assertEqual(len(self.run_json("ls", "flat/below")["entries"]), 5)
        self.assertFalse((self.tmpdir / "cacheflat" / "root.Loop.gain.npy").exists())

    def test_clear_still_tells_of_directories_that_are_no_tags(self):
        (self.tmpdir / "cacheflat" / "mine").mkdir()
        (self.tmpdir / "cacheflat" / "mine" / "notes.txt").write_text("x")
        self.assertIn("not part of the cache", self.run_tool("clear", "flat", code=1).err)
        self.assertTrue((self.tmpdir / "cacheflat" / "mine" / "notes.txt").exists())

    def test_prune_chooses_among_them(self):
        for tag in ("cache20240410/112233", "cache/data/night/x.fits"):
            os.utime(self.tmpdir / tag / ".lock", (1e9, 1e9))
        out = self.run_json("prune", "--older-than", "1d", "--keep", "20240410/*")
        self.assertEqual(out["tags"], ["/data/night/x.fits"])
        self.assertEqual(self.listed(), sorted(set(TAGS) - {"/data/night/x.fits"}))

    def test_export_and_import(self):
        for tag in ("20240410/112233", "/data/night/x.fits"):
            archive = self.root / "tag.tar"
            self.run_tool("export", tag, archive, "--force")
            self.run_tool("clear", tag)
            self.assertEqual(self.run_json("import", archive)["stored"], 5)
            self.assertEqual({entry["state"] for entry in self.run_json("ls", tag)["entries"]}, {"sound"})
            self.assertEqual(self.run_json("import", archive, "--as", "copies/1")["stored"], 5)
            self.assertEqual({entry["state"] for entry in self.run_json("ls", "copies/1")["entries"]}, {"sound"})
            self.run_tool("clear", "copies/1")

    def test_import_refuses_what_is_no_tag(self):
        archive = self.root / "tag.tar"
        self.run_tool("export", "flat", archive)
        for bad in ("../x", "a/../../x", "", "a\tb"):
            outcome = self.run_tool("import", archive, "--as", bad, code=None)
            self.assertFalse((self.tmpdir / "x").exists() or (self.root / "x").exists())
            if bad:
                self.assertEqual(outcome.code, 3, bad)

    def candidates(self, *words):
        return self.run_tool("--generate=candidates-of-words", "cache-on-disk", *words).out.splitlines()[1:]

    def test_completion_offers_them(self):
        self.assertEqual(sorted(self.candidates("ls", "2024")), ["20240410/112233", "20240410/120000"])
        self.assertEqual(self.candidates("ls", "/da"), ["/data/night/x.fits"])
        self.assertIn("20240410/112233/root.Loop.gain", self.candidates("show", "20240410/11"))
        self.assertIn("20240410/112233/root.Loop.gain", self.candidates("show", "20240410/112233/root.L"))
        self.assertIn("Loop.gain", self.candidates("where", "/data/night/x.fits", "Loop.g"))

    def test_diff(self):
        self.run_tool("diff", "20240410/112233", "/data/night/x.fits")

    def test_a_path_that_is_a_tag_directory_is_that(self):
        """Not the tag of that name below the directory of tags."""
        self.write("store", str(self.tmpdir / "cacheflat"))
        self.assertEqual(self.run_json("ls", self.tmpdir / "cacheflat")["path"], str(self.tmpdir / "cacheflat"))


if __name__ == "__main__":
    unittest.main()
