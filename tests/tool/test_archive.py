import grp
import io
import os
import pty
import subprocess
import tarfile
import time
from pathlib import Path

import numpy as np
from support import TOOL, ToolTest, main


class Archive(ToolTest):
    def setUp(self):
        super().setUp()
        self.write("store", "A")
        self.archive = self.root / "a.tar"

    def export(self, tag="A"):
        self.run_tool("export", tag, self.archive)

    def rewrite(self, change):
        """Passes each member and its content through `change`, which returns those to write."""
        with tarfile.open(self.archive) as old:
            members = [(info, old.extractfile(info).read()) for info in old.getmembers()]
        with tarfile.open(self.archive, "w", format=tarfile.PAX_FORMAT) as new:
            for info, content in change(members):
                info.size = len(content)
                new.addfile(info, io.BytesIO(content))

    def test_other_tars_open_it(self):
        self.export()
        with tarfile.open(self.archive) as archive:
            names = archive.getnames()
            self.assertTrue(all(info.isreg() for info in archive.getmembers()))
        listed = subprocess.run(["tar", "tf", self.archive], stdout=subprocess.PIPE, check=True).stdout.decode().split()
        self.assertEqual(listed, names)
        self.assertEqual(set(names), {f"cacheA/{name}" for name in self.names("A")})
        subprocess.run(["tar", "xf", self.archive, "-C", self.root], check=True)
        np.testing.assert_array_equal(
            np.load(self.root / "cacheA" / "root.Loop.modes.npy"), np.arange(12).reshape(3, 4) * 0.5
        )

    def test_comes_back_whole_and_foreign(self):
        self.export()
        before = self.read_entry(self.tag("A") / "root.Loop.modes.npy")
        self.run_tool("clear", "A")
        self.assertEqual(self.run_json("import", self.archive)["stored"], 5)
        after = self.read_entry(self.tag("A") / "root.Loop.modes.npy")
        self.assertEqual(after.pop("foreign"), "yes")
        before["marked"] = after["marked"]
        self.assertEqual(after, before)
        self.run_tool("verify", "A")

    def test_is_trusted_only_on_demand(self):
        self.export()
        self.run_tool("import", self.archive, "--as", "B", "--trust")
        self.assertNotIn("foreign", self.read_entry(self.tag("B") / "root.Loop.modes.npy"))
        self.run_tool("import", self.archive, "--as", "C")
        self.run_tool("export", "C", self.root / "c.tar")
        self.run_tool("import", self.root / "c.tar", "--as", "D", "--trust")
        self.assertEqual(self.read_entry(self.tag("D") / "root.Loop.modes.npy")["foreign"], "yes")

    def test_the_library_uses_what_was_imported(self):
        self.write("store", "X", 3)
        self.export("X")
        self.run_tool("import", self.archive, "--as", "B")
        self.write("store", "B", 1)
        self.assertEqual(self.run_json("show", "B/modes")["value"][0][1], 1.5)

    def test_goes_through_pipes(self):
        exported = self.run_tool("export", "A", "-", binary=True).out
        self.run_tool("import", "-", "--as", "B", input=exported)
        self.run_tool("diff", "A", "B")

    def test_progress_is_shown_on_a_terminal_and_wiped_at_the_end(self):
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [TOOL, "export", "A", "-"], stdout=subprocess.PIPE, stderr=follower, env=self.environment
        )
        os.close(follower)
        time.sleep(0.6)  # the pipe is full, and the tool waits
        process.stdout.read()
        shown = b""
        while not shown.endswith(b"\n"):
            shown += os.read(leader, 4096)
        os.close(leader)
        process.stdout.close()
        self.assertEqual(process.wait(30), 0)
        self.assertRegex(shown.decode(), r"\rexport [\u2588\u2591]* +\d+ % +.*iB/s +.* left\x1b\[K")
        self.assertRegex(shown.decode(), r"\r\x1b\[K.*exported 5 entries|exported 5 entries")

    def test_an_interrupted_export_leaves_nothing(self):
        self.save("P", "root.A.m", np.zeros(10_000_000))
        process = subprocess.Popen([TOOL, "export", "P", self.archive], env=self.environment, stdout=subprocess.PIPE)
        written = Path(f"/proc/{process.pid}/io")
        while process.poll() is None and "wchar: 0" in written.read_text():
            pass
        process.kill()
        process.wait(30)
        process.stdout.close()
        self.assertLessEqual({path.name for path in self.root.iterdir()}, {"tmp", "a.tar"})

    def test_files_without_trailer_get_one_on_the_way(self):
        self.save("P", "root.A.m", np.arange(5))
        self.save("P", "root.A.p", {"a": 1})
        self.export("P")
        self.run_tool("import", self.archive, "--as", "Q")
        self.assertEqual(self.run_json("verify", "Q")["checked"], 2)
        self.run_tool("diff", "P", "Q")

    def test_long_and_foreign_names_come_back(self):
        for name in ("root.A.m('" + "x" * 120 + "')", "root['M\u00fcnchen'].A.m"):
            self.save("P", name, 1)
        self.export("P")
        with tarfile.open(self.archive) as archive:
            self.assertIn("cacheP/root['M\u00fcnchen'].A.m.npy", archive.getnames())
        self.assertEqual(self.run_json("import", self.archive, "--as", "Q")["stored"], 2)

    def test_archives_repacked_by_others_are_read(self):
        self.save("A", "root.A.m('" + "x" * 120 + "')", 1)
        self.run_tool("verify", "A", "--seal")
        self.export()
        for i, options in enumerate((["--format=gnu"], ["--format=pax"], ["--format=v7", "--exclude=*xxxx*"])):
            directory = self.root / f"unpacked{i}"
            directory.mkdir()
            subprocess.run(["tar", "xf", self.archive, "-C", directory], check=True)
            names = sorted(path.relative_to(directory) for path in (directory / "cacheA").iterdir())
            names.sort(key=lambda name: name.name == "CACHEDIR.TAG")
            repacked = self.root / f"{i}.tar"
            subprocess.run(
                ["tar", "cf", repacked, *options, "-C", directory, "--no-recursion", "./cacheA", *names], check=True
            )
            result = self.run_json("import", repacked, "--as", f"R{i}", code=1 if "v7" in options[0] else 0)
            self.assertEqual(result["stored"], 5 if "v7" in options[0] else 6)

    def test_an_altered_entry_is_not_taken(self):
        self.export()

        def change(members):
            for info, content in members:
                if info.name.endswith("modes.npy"):
                    content = content[:140] + bytes([content[140] ^ 1]) + content[141:]
                yield info, content

        self.rewrite(change)
        outcome = self.run_tool("import", self.archive, "--as", "B", code=1)
        self.assertIn("modes.npy", outcome.err)
        self.assertNotIn("root.Loop.modes.npy", self.names("B"))
        self.assertIn("root.Loop.gain.npy", self.names("B"))

    def test_a_missing_added_or_renamed_entry_is_noticed(self):
        for change in (
            lambda members: [m for m in members if "gain" not in m[0].name],
            lambda members: [m for m in members if "TAG" not in m[0].name],
            lambda members: members[:1] + members,
        ):
            self.archive.unlink(missing_ok=True)
            self.export()
            self.rewrite(change)
            self.run_tool("import", self.archive, "--as", "B", code=1)
        self.archive.unlink()
        self.export()

        def rename(members):
            for info, content in members:
                info.name = info.name.replace("gain", "pain")
                yield info, content

        self.rewrite(rename)
        self.assertIn("pain", self.run_tool("import", self.archive, "--as", "C", code=1).err)

    def test_paths_links_and_special_files_are_not_taken(self):
        self.export()
        content = (self.tag("A") / "root.Loop.gain.npy").read_bytes()
        outside = self.root / "escaped.npy"
        with tarfile.open(self.archive, "w") as archive:
            for name in (
                "cacheB/notes.txt",
                "../escaped.npy",
                str(outside),
                "cacheB/../../escaped.npy",
                "cacheB/sub/root.Loop.gain.npy",
                "cacheB/.lock",
                "cacheB/\x1b[31m.npy",
                "root.Loop.gain.npy",
                "",
            ):
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE):
                info = tarfile.TarInfo("cacheB/root.A.m.npy")
                info.type = kind
                info.linkname = "/etc/passwd"
                archive.addfile(info)
        result = self.run_tool("import", self.archive, code=1)
        self.assertIn("imported 0 entries", result.out)
        # Refused for their paths, before anything in them is looked at.
        for name in (
            "../escaped.npy",
            str(outside),
            "cacheB/../../escaped.npy",
            "cacheB/sub/root.Loop.gain.npy",
            "cacheB/.lock",
        ):
            self.assertIn(f"skipped: {name}: it is not a file of the one tag directory", result.err)
        self.assertNotIn("\x1b", result.err)
        self.assertFalse(outside.exists())
        self.assertEqual([path.name for path in self.root.iterdir() if path.name not in ("tmp", "a.tar")], [])

    def test_a_second_directory_in_an_archive_is_not_taken(self):
        self.export()

        def move(members):
            for info, content in members:
                info.name = info.name.replace("cacheA/root.Loop.gain", "cacheB/root.Loop.gain")
                yield info, content

        self.rewrite(move)
        self.assertIn(
            "is not a file of the one tag directory", self.run_tool("import", self.archive, "--as", "C", code=1).err
        )
        self.assertEqual(sorted(path.name for path in self.tmpdir.iterdir()), ["cacheA", "cacheC"])

    def test_what_is_stored_for_a_group_is_the_group_s(self):
        self.export()
        self.run_tool("import", self.archive, "--as", "B", "--group", grp.getgrgid(os.getgid()).gr_name)
        self.assertEqual(self.tag("B").stat().st_mode & 0o7777, 0o2770)
        self.assertEqual({path.stat().st_mode & 0o7777 for path in self.tag("B").glob("*.npy")}, {0o640})
        self.run_tool("import", self.archive, "--as", "C")
        self.assertEqual(self.tag("C").stat().st_mode & 0o7777, 0o700)
        self.assertEqual({path.stat().st_mode & 0o7777 for path in self.tag("C").glob("*.npy")}, {0o600})

    def test_a_cut_archive_is_noticed_at_any_length(self):
        self.export()
        whole = self.archive.read_bytes()
        for size in [0, 100, 511, 512, 1000, len(whole) // 2, len(whole) - 1024, len(whole) - 512]:
            self.archive.write_bytes(whole[:size])
            outcome = self.run_tool("import", self.archive, "--as", "B", code=None)
            self.assertEqual(outcome.code, 0 if size == len(whole) - 512 else 3, size)
        self.run_tool("verify", "B")

    def test_garbage_is_no_archive(self):
        for garbage in (b"", b"x" * 10000, b"\0" * 10000, bytes(range(256)) * 100):
            self.archive.write_bytes(garbage)
            self.assertIn(self.run_tool("import", self.archive, code=None).code, (1, 3))

    def test_what_is_there_stays_unless_replaced(self):
        self.export()
        self.write("store", "B", 2)
        self.assertEqual(self.run_json("import", self.archive, "--as", "B")["already_there"], 5)
        self.assertEqual(self.run_json("show", "B/modes")["value"][0][1], 1.0)
        self.assertEqual(self.run_json("import", self.archive, "--as", "B", "--replace")["stored"], 5)
        self.assertEqual(self.run_json("show", "B/modes")["value"][0][1], 0.5)

    def test_damage_does_not_get_into_an_archive(self):
        path = self.tag("A") / "root.Loop.modes.npy"
        data = bytearray(path.read_bytes())
        data[140] ^= 1
        path.write_bytes(data)
        outcome = self.run_tool("export", "A", self.archive, code=1)
        self.assertIn("modes.npy", outcome.err)
        self.assertEqual(self.run_json("import", self.archive, "--as", "B")["stored"], 4)

    def test_an_existing_file_is_not_overwritten(self):
        self.archive.write_text("precious")
        self.run_tool("export", "A", self.archive, code=3)
        self.assertEqual(self.archive.read_text(), "precious")
        self.run_tool("export", "A", self.archive, "--force")
        self.assertTrue(tarfile.is_tarfile(self.archive))
        self.assertEqual(sorted(p.name for p in self.root.iterdir()), ["a.tar", "tmp"])

    def test_what_is_no_regular_file_is_not_replaced(self):
        pipe, link = self.root / "pipe", self.root / "link"
        os.mkfifo(pipe)
        link.symlink_to(pipe)
        for path in (pipe, link, self.tag("A")):
            self.run_tool("export", "A", path, "--force", code=3)
            self.run_tool("show", "A/modes", "--png", path, code=3)
        self.assertTrue(pipe.is_fifo() and link.is_symlink())

    def test_an_archive_cannot_choose_a_directory_that_is_no_tag(self):
        papers = self.tmpdir / "papers"
        papers.mkdir(mode=0o700)
        self.export()

        def rename(members):
            for info, content in members:
                info.name = info.name.replace("cacheA", "papers")
                yield info, content

        self.rewrite(rename)
        self.assertIn("--as", self.run_tool("import", self.archive, code=1).err)
        self.assertEqual(list(papers.iterdir()), [])
        self.archive.unlink()
        (self.tmpdir / "runB").mkdir(mode=0o700)
        np.save(self.tmpdir / "runB" / "root.A.m.npy", np.arange(3))
        self.run_tool("--prefix", "run", "export", "B", self.archive)
        self.run_tool("import", self.archive, code=1)
        self.run_tool("import", self.archive, "--prefix", "run", "--dir", self.root / "elsewhere")
        self.assertTrue((self.root / "elsewhere" / "runB" / "root.A.m.npy").exists())

    def test_equal_tags_give_equal_archives(self):
        self.export()
        self.run_tool("export", "A", self.root / "b.tar")
        self.assertEqual(self.archive.read_bytes(), (self.root / "b.tar").read_bytes())


if __name__ == "__main__":
    main()
