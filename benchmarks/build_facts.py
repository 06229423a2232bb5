"""What needs no run: compile times, sizes of binaries, and what machine this is."""

import glob
import importlib.metadata
import json
import os
import platform
import random
import re
import shutil
import subprocess
import tempfile
import time

CLASSES = 30

CACHED = """
class C%d {
 public:
  CachedRef<double> seeing() const { return seeing_([this] { return %d + offset_; }); }
  CachedRef<Array<double>> modes() const { return modes_([this] { return Array<double>({2}, {offset_, 1}); }); }
  CachedRef<double> power(int mode) const { return power_(mode, [mode] { return mode * 2.0; }); }
 private:
  double offset_ = 1;
  Cached<double> seeing_;
  Cached<Array<double>> modes_;
  Cached<double(int)> power_;
  CACHE_ON_DISK(C%d, seeing_, modes_, power_)
};
"""
BY_HAND = """
class C%d {
 public:
  const double& seeing() const { std::call_once(f1_, [this] { seeing_ = %d + offset_; }); return *seeing_; }
  const std::vector<double>& modes() const { std::call_once(f2_, [this] { modes_ = {offset_, 1}; }); return *modes_; }
  double power(int mode) const { std::lock_guard lock(m_); return power_.try_emplace(mode, mode * 2.0).first->second; }
  C%d() = default;
 private:
  double offset_ = 1;
  mutable std::once_flag f1_, f2_;
  mutable std::mutex m_;
  mutable std::optional<double> seeing_;
  mutable std::optional<std::vector<double>> modes_;
  mutable std::map<int, double> power_;
};
"""


def source(kind):
    classes = range(CLASSES)
    if kind == "ours":
        text = "#include <cache_on_disk/cache_on_disk.hpp>\nusing namespace cache_on_disk;\n"
        text += "".join(CACHED % (i, i, i) for i in classes)
        uses = "".join(
            f'  {{ C{i} c; set_tag(c, "T"); sum += *c.seeing() + *c.power(1) + (*c.modes())(0); }}\n' for i in classes
        )
    else:
        text = "#include <map>\n#include <mutex>\n#include <optional>\n#include <vector>\n"
        text += "".join(BY_HAND % (i, i, i) for i in classes)
        uses = "".join(f"  {{ C{i} c; sum += c.seeing() + c.power(1) + c.modes()[0]; }}\n" for i in classes)
    return text + "int main() {\n  double sum = 0;\n" + uses + "  return sum > 0;\n}\n"


def compile_times(root, build, rounds):
    compiler = os.environ.get("CXX", "c++")
    with tempfile.TemporaryDirectory() as folder:
        variants = {}
        for who in ("ours", "std::call_once by hand"):
            path = os.path.join(folder, who.split()[0].replace(":", "") + ".cpp")
            with open(path, "w") as file:
                file.write(source(who))
            variants[who] = [
                compiler,
                "-std=c++20",
                "-O2",
                "-c",
                path,
                "-o",
                path + ".o",
                f"-I{root}/include",
                f"-I{build}/include",
            ]
        for _ in range(rounds):
            for who in random.sample(list(variants), 2):
                begin = time.monotonic()
                subprocess.run(variants[who], check=True)
                yield (
                    "compile",
                    f"a file with {CLASSES} classes of 3 cached methods",
                    who,
                    time.monotonic() - begin,
                    "s",
                )


def stripped(path):
    with tempfile.NamedTemporaryFile() as copy:
        subprocess.run(["strip", "-o", copy.name, path], check=True)
        return os.path.getsize(copy.name)


def sizes(build):
    import cache_on_disk._core

    for case, path in (
        ("the tool", build / "tool" / "cache-on-disk"),
        ("the Python module", cache_on_disk._core.__file__),
    ):
        found = path if os.path.exists(path) else None
        if found:
            yield "binary_size", case, "ours", stripped(found), "B"
    with tempfile.TemporaryDirectory() as folder:
        libraries = sorted(glob.glob(str(build / "libcache_on_disk.a")))
        if libraries:
            # What a program that caches a number is longer for it.
            program = os.path.join(folder, "program")
            with open(program + ".cpp", "w") as file:
                file.write(
                    "#include <cache_on_disk/cache_on_disk.hpp>\nusing namespace cache_on_disk;\nstruct A {\n  double m() const "
                    "{ return *m_([] { return 1.5; }); }\n  Cached<double> m_;\n  CACHE_ON_DISK(A, m_)\n};\n"
                    'int main() { A a; set_tag(a, "T"); return a.m() > 2; }\n'
                )
            root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
            subprocess.run(
                [
                    os.environ.get("CXX", "c++"),
                    "-std=c++20",
                    "-O2",
                    program + ".cpp",
                    "-o",
                    program,
                    f"-I{root}/include",
                    f"-I{build}/include",
                    libraries[0],
                    "-lfmt",
                    "-pthread",
                    "-Wl,--gc-sections",
                ],
                check=True,
            )
            yield "binary_size", "a small program, linked with the static library", "ours", stripped(program), "B"
    for name in ("liblmdb.so.0", "librocksdb.so"):
        for path in glob.glob(f"/usr/lib/*/{name}*")[:1]:
            yield (
                "binary_size",
                "the library",
                {"liblmdb.so.0": "LMDB", "librocksdb.so": "RocksDB"}[name],
                os.path.getsize(os.path.realpath(path)),
                "B",
            )


def output_of(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def first(pattern, text, default="?"):
    found = re.search(pattern, text, re.MULTILINE)
    return found.group(1).strip() if found else default


def write_machine(path, scratch):
    """The machine in general: nothing that names it."""
    with open("/proc/cpuinfo") as cpu, open("/proc/meminfo") as memory, open("/etc/os-release") as system:
        facts = {
            "processor": first(r"^model name\s*: (.*)$", cpu.read()),
            "cores": os.cpu_count(),
            "memory": f"{int(first(r'^MemTotal: *([0-9]+)', memory.read())) / 2**20:.0f} GiB",
            "system": first(r'^PRETTY_NAME="(.*)"', system.read()),
        }
    facts["virtual"] = "a virtual machine" if "hypervisor" in open("/proc/cpuinfo").read() else "not virtual"
    facts["kernel"] = platform.release().split("-")[0]
    facts["file system"] = output_of("stat", "-f", "-c", "%T", scratch).strip().replace("ext2/ext3", "ext4")
    facts["compiler"] = output_of(os.environ.get("CXX", "c++"), "--version").splitlines()[0]
    facts["python"] = platform.python_version()
    facts["load"] = f"{os.getloadavg()[0]:.1f}"
    facts["date"] = time.strftime("%Y-%m-%d")
    packages = ["numpy", "arte", "joblib", "diskcache", "cachier", "astropy"]
    versions = {}
    for package in packages:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    for package in ("lmdb", "rocksdb", "xtensor"):
        if shutil.which("pkg-config") and (version := output_of("pkg-config", "--modversion", package).strip()):
            versions[{"lmdb": "LMDB", "rocksdb": "RocksDB"}.get(package, package)] = version
    facts["versions"] = versions
    with open(path, "w") as file:
        json.dump(facts, file, indent=1)
