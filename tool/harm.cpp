#include "harm.hpp"

#include "text/words.hpp"

namespace cache_on_disk::tool {
namespace {

using text::has_word;

enum Harmful : bool { everything_but, only };

/// Which names of some modules do harm. A module includes those in it, unless they have a rule of their own. Both are
/// lists of words.
struct Rule {
  std::string_view modules;
  Harmful harmful;
  std::string_view names;
};

// clang-format off
constexpr Rule rules[] = {
    // Modules that reach the system. Classes of values are excepted: what os.stat() gives, members of enumerations,
    // exceptions.
    {"popen2 posixsubprocess sys socketserver zipimport runpy cffi pty webbrowser antigravity codeop pip ensurepip "
     "venv distutils setuptools idlelib lib2to3 pydoc doctest test.support cgitb pdb bdb faulthandler readline "
     "fcntl fileinput linecache shelve dbm tempfile smtplib ftplib poplib imaplib telnetlib nntplib xmlrpc marshal "
     "http.server logging.config numpy.f2py numpy.distutils numpy.ctypeslib", everything_but, ""},
    {"os posix nt", everything_but,
     "stat_result statvfs_result terminal_size times_result uname_result waitid_result sched_param DirEntry "
     "PathLike"},
    {"subprocess", everything_but, "CompletedProcess CalledProcessError TimeoutExpired SubprocessError"},
    {"shutil", everything_but,
     "Error SameFileError SpecialFileError ExecError ReadError RegistryError _ntuple_diskusage usage"},
    {"socket", everything_but, "AddressFamily SocketKind MsgFlag AddressInfo error gaierror herror timeout"},
    {"importlib", everything_but, "ModuleSpec PackageNotFoundError EntryPoint PackagePath FileHash"},
    {"ctypes", everything_but, "_unpickle ArgumentError"},
    {"multiprocessing", everything_but, "ProcessError AuthenticationError BufferTooShort TimeoutError"},
    {"signal", everything_but, "Signals Handlers Sigmasks struct_siginfo ItimerError"},
    {"pickle", everything_but, "PickleError PicklingError UnpicklingError PickleBuffer"},
    {"asyncio", everything_but,
     "CancelledError TimeoutError InvalidStateError QueueEmpty QueueFull IncompleteReadError LimitOverrunError "
     "BrokenBarrierError SendfileNotAvailableError"},
    {"urllib.request urllib2", everything_but, "Request"},
    {"http.client", everything_but,
     "HTTPException NotConnected InvalidURL UnknownProtocol BadStatusLine UnknownTransferEncoding "
     "UnimplementedFileMode IncompleteRead ImproperConnectionState CannotSendRequest CannotSendHeader "
     "ResponseNotReady LineTooLong RemoteDisconnected HTTPMessage"},
    // Modules of values, and those whose names a program may well have for its own.
    {"os.path xmlrpc.client", only, ""},
    {"commands", only, "getoutput getstatusoutput getstatus Popen run call check_call check_output"},
    {"imp", only, "load_source load_module load_dynamic load_compiled load_package init_builtin reload"},
    {"code", only,
     "interact InteractiveInterpreter.runcode InteractiveInterpreter.runsource InteractiveConsole.interact"},
    {"timeit profile cProfile trace", only,
     "timeit repeat main run runctx Timer.timeit Timer.repeat Profile.run Profile.runctx Trace.run Trace.runctx"},
    {"builtins", only,
     "eval exec compile open setattr delattr __import__ input breakpoint globals locals vars execfile apply exit "
     "quit help print raw_input reload"},
    {"io", only, "open open_code FileIO OpenWrapper"},
    {"codecs", only, "open"},
    {"gzip bz2 lzma", only, "open GzipFile BZ2File LZMAFile"},
    {"tarfile zipfile", only, "open TarFile ZipFile PyZipFile main"},
    {"sqlite3", only, "connect Connection"},
    {"thread", only, "start_new_thread start_new interrupt_main exit"},
    {"threading", only, "Thread.start Thread.run Timer.start Timer.run"},
    {"atexit", only, "register unregister _run_exitfuncs _clear"},
    {"pkgutil", only, "resolve_name get_loader find_loader get_data get_importer walk_packages iter_modules"},
    {"mmap", only, "mmap"},
    {"resource", only, "setrlimit prlimit"},
    {"logging", only, "FileHandler basicConfig shutdown disable"},
    {"operator", only, "setitem delitem iadd iconcat __setitem__ __delitem__ __iadd__ __iconcat__"},
    {"unittest", only, "main TestProgram"},
    {"concurrent", only, "ThreadPoolExecutor ProcessPoolExecutor"},
    {"weakref", only, "finalize"},
    {"pathlib", only,
     "unlink rmdir mkdir touch write_text write_bytes open read_text read_bytes rename replace chmod lchmod "
     "symlink_to hardlink_to link_to iterdir glob rglob walk copy copy_into move move_into"},
    {"numpy", only,
     "load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap DataSource "
     "ndarray.tofile ndarray.dump open_memmap runstring rundocs"},
    {"pandas", only,
     "eval read_pickle read_csv read_table read_excel read_hdf read_sql read_html read_json read_feather "
     "read_parquet to_pickle DataFrame.eval DataFrame.query DataFrame.to_pickle DataFrame.to_csv"},
    {"joblib torch cloudpickle dill", only, "load loads dump Unpickler.load hub.load"},
    {"yaml", only, "load unsafe_load full_load load_all unsafe_load_all"},
};
// clang-format on

constexpr std::string_view appliers =
    "map filter sorted min max reduce starmap accumulate takewhile dropwhile imap ifilter groupby filterfalse "
    "methodcaller";
constexpr std::string_view code_makers =
    "FunctionType LambdaType CodeType _make_function _builtin_type _make_skel_func _create_function _create_code";

// By the name it has in Python 3, and without the underscore of a part that is written in C.
std::string_view usual_module(std::string_view module) {
  while (module.starts_with('_') && !module.starts_with("__")) module.remove_prefix(1);
  if (module == "__builtin__" || module == "exceptions") return "builtins";
  return module;
}

std::string_view first_part(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

// That of the longest name that the module lies in.
const Rule* find_rule(std::string_view module) {
  for (std::string_view part = module; !part.empty();) {
    for (const Rule& rule : rules)
      if (has_word(rule.modules, part)) return &rule;
    const auto dot = part.rfind('.');
    part = dot == std::string_view::npos ? std::string_view() : part.substr(0, dot);
  }
  return nullptr;
}

}  // namespace

bool does_harm(std::string_view module, std::string_view name) {
  const Rule* const rule = find_rule(usual_module(module));
  if (rule == nullptr) return false;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  // A dotted name may lead into another module: os.sys.
  if (rule->harmful == everything_but) return !has_word(rule->names, first_part(name)) && !has_word(rule->names, last);
  // Paths have several classes with these methods.
  if (rule->modules == "pathlib") return has_word(rule->names, last);
  return has_word(rule->names, name) || has_word(rule->names, first_part(name));
}

bool calls_its_arguments(std::string_view module, std::string_view name) {
  return has_word(appliers, name) && has_word("builtins functools itertools", usual_module(module));
}

bool makes_code(std::string_view module, std::string_view name) {
  return has_word(code_makers, name) && has_word("types cloudpickle dill joblib", first_part(usual_module(module)));
}

}  // namespace cache_on_disk::tool
