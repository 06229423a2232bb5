"""Compares what the shared library exports with the list in the repository.

exported_symbols.py NM LIBRARY LIST           prints what is added or removed, and fails if anything is
exported_symbols.py --renew NM LIBRARY LIST   writes the list
"""

import re
import subprocess
import sys
from pathlib import Path

# As programs write it, and alike for all demanglers.
SHORT = {
    r"\[abi:cxx11\]|__cxx11::": "",
    r"basic_string<char, std::char_traits<char>, std::allocator<char> >": "string",
    r"basic_(string_view|ostream)<char, std::char_traits<char> ?>": r"\1",
    r", 18446744073709551615ul>": ">",
    r"\bunsigned long\b": "uint64_t",
    r"\bunsigned int\b": "uint32_t",
    r"\bunsigned char\b": "uint8_t",
    r"\blong\b": "int64_t",
    r" (?=>)": "",
}


def exported(nm, library):
    output = subprocess.run([nm, "-DC", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    names = set()
    for line in output.splitlines():
        name = line.split(maxsplit=2)[2]
        for pattern, short in SHORT.items():
            name = re.sub(pattern, short, name)
        while (shorter := re.sub(r", std::allocator<([^<>]|<[^<>]*>)*>(?=>)", "", name)) != name:
            name = shorter
        names.add(name)
    return sorted(names)


def main(nm, library, path, renew):
    names = exported(nm, library)
    if renew:
        path.write_text("".join(f"{name}\n" for name in names))
        return 0
    listed = path.read_text().splitlines()
    changes = [f"+ {name}" for name in names if name not in listed] + [
        f"- {name}" for name in listed if name not in names
    ]
    if changes:
        print(f"{library} exports other symbols than {path.name} lists:", *changes, sep="\n", file=sys.stderr)
        print(
            "A function that programs call bears CACHE_ON_DISK_EXPORT (include/cache_on_disk/detail/export.hpp), and no other.\n"
            "If the library is right, renew the list, and look at the difference:\n"
            f"  {sys.executable} {__file__} --renew {nm} {library} {path}",
            file=sys.stderr,
        )
    return 1 if changes else 0


if __name__ == "__main__":
    nm, library, path = sys.argv[-3:]
    sys.exit(main(nm, library, Path(path), "--renew" in sys.argv))
