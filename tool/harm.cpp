#include "harm.hpp"

#include <algorithm>
#include <span>

namespace cache_on_disk::tool {
namespace {

using Names = std::span<const std::string_view>;

/// A module, with all that lies in it unless a longer name is listed too.
struct Module {
  std::string_view name;
  bool all_but;  ///< everything in it but the names does harm; otherwise the names do
  Names names;
};

bool has(Names names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// Classes of values that lie in modules whose functions reach the system: what os.stat() gives, members of
// enumerations, exceptions.
constexpr std::string_view of_os[] = {"stat_result",  "statvfs_result", "terminal_size",
                                      "times_result", "uname_result",   "waitid_result",
                                      "sched_param",  "DirEntry",       "PathLike"};
constexpr std::string_view of_subprocess[] = {"CompletedProcess", "CalledProcessError", "TimeoutExpired",
                                              "SubprocessError"};
constexpr std::string_view of_shutil[] = {"Error",     "SameFileError", "SpecialFileError",  "ExecError",
                                          "ReadError", "RegistryError", "_ntuple_diskusage", "usage"};
constexpr std::string_view of_socket[] = {"AddressFamily", "SocketKind", "MsgFlag", "AddressInfo",
                                          "error",         "gaierror",   "herror",  "timeout"};
constexpr std::string_view of_importlib[] = {"ModuleSpec", "PackageNotFoundError", "EntryPoint", "PackagePath",
                                             "FileHash"};
constexpr std::string_view of_ctypes[] = {"_unpickle", "ArgumentError"};
constexpr std::string_view of_multiprocessing[] = {"ProcessError", "AuthenticationError", "BufferTooShort",
                                                   "TimeoutError"};
constexpr std::string_view of_signal[] = {"Signals", "Handlers", "Sigmasks", "struct_siginfo", "ItimerError"};
constexpr std::string_view of_pickle[] = {"PickleError", "PicklingError", "UnpicklingError", "PickleBuffer"};
constexpr std::string_view of_asyncio[] = {"CancelledError",    "TimeoutError",       "InvalidStateError",
                                           "QueueEmpty",        "QueueFull",          "IncompleteReadError",
                                           "LimitOverrunError", "BrokenBarrierError", "SendfileNotAvailableError"};
constexpr std::string_view of_http_client[] = {"HTTPException",         "NotConnected",       "InvalidURL",
                                               "UnknownProtocol",       "BadStatusLine",      "UnknownTransferEncoding",
                                               "UnimplementedFileMode", "IncompleteRead",     "ImproperConnectionState",
                                               "CannotSendRequest",     "CannotSendHeader",   "ResponseNotReady",
                                               "LineTooLong",           "RemoteDisconnected", "HTTPMessage"};
constexpr std::string_view of_request[] = {"Request"};

// Functions that do harm, in modules of values and in those whose names a program may well have for its own.
constexpr std::string_view in_commands[] = {"getoutput", "getstatusoutput", "getstatus",   "Popen", "run",
                                            "call",      "check_call",      "check_output"};
constexpr std::string_view in_imp[] = {"load_source",  "load_module",  "load_dynamic", "load_compiled",
                                       "load_package", "init_builtin", "reload"};
constexpr std::string_view in_code[] = {"interact", "InteractiveInterpreter.runcode",
                                        "InteractiveInterpreter.runsource", "InteractiveConsole.interact"};
constexpr std::string_view in_timers[] = {"timeit",         "repeat",       "main",         "run",
                                          "runctx",         "Timer.timeit", "Timer.repeat", "Profile.run",
                                          "Profile.runctx", "Trace.run",    "Trace.runctx"};
constexpr std::string_view in_builtins[] = {
    "eval",   "exec", "compile",  "open",  "setattr", "delattr", "__import__", "input", "breakpoint", "globals",
    "locals", "vars", "execfile", "apply", "exit",    "quit",    "help",       "print", "raw_input",  "reload"};
constexpr std::string_view in_io[] = {"open", "open_code", "FileIO", "OpenWrapper"};
constexpr std::string_view opens[] = {"open"};
constexpr std::string_view in_gzip[] = {"open", "GzipFile", "BZ2File", "LZMAFile"};
constexpr std::string_view in_archives[] = {"open", "TarFile", "ZipFile", "PyZipFile", "main"};
constexpr std::string_view in_sqlite[] = {"connect", "Connection"};
constexpr std::string_view in_thread[] = {"start_new_thread", "start_new", "interrupt_main", "exit"};
constexpr std::string_view in_threading[] = {"Thread.start", "Thread.run", "Timer.start", "Timer.run"};
constexpr std::string_view in_atexit[] = {"register", "unregister", "_run_exitfuncs", "_clear"};
constexpr std::string_view in_pkgutil[] = {"resolve_name", "get_loader",    "find_loader", "get_data",
                                           "get_importer", "walk_packages", "iter_modules"};
constexpr std::string_view in_mmap[] = {"mmap"};
constexpr std::string_view in_resource[] = {"setrlimit", "prlimit"};
constexpr std::string_view in_logging[] = {"FileHandler", "basicConfig", "shutdown", "disable"};
constexpr std::string_view in_operator[] = {"setitem",     "delitem",     "iadd",     "iconcat",
                                            "__setitem__", "__delitem__", "__iadd__", "__iconcat__"};
constexpr std::string_view in_unittest[] = {"main", "TestProgram"};
constexpr std::string_view in_concurrent[] = {"ThreadPoolExecutor", "ProcessPoolExecutor"};
constexpr std::string_view in_weakref[] = {"finalize"};
constexpr std::string_view in_numpy[] = {
    "load",      "save",   "savez",      "savez_compressed", "savetxt",      "loadtxt",     "genfromtxt", "fromfile",
    "fromregex", "memmap", "DataSource", "ndarray.tofile",   "ndarray.dump", "open_memmap", "runstring",  "rundocs"};
constexpr std::string_view in_pandas[] = {"eval",
                                          "read_pickle",
                                          "read_csv",
                                          "read_table",
                                          "read_excel",
                                          "read_hdf",
                                          "read_sql",
                                          "read_html",
                                          "read_json",
                                          "read_feather",
                                          "read_parquet",
                                          "to_pickle",
                                          "DataFrame.eval",
                                          "DataFrame.query",
                                          "DataFrame.to_pickle",
                                          "DataFrame.to_csv"};
constexpr std::string_view loads[] = {"load", "loads", "dump", "Unpickler.load", "hub.load"};
constexpr std::string_view loads_yaml[] = {"load", "unsafe_load", "full_load", "load_all", "unsafe_load_all"};
// Methods of paths. Those that only work out a name are not here.
constexpr std::string_view of_paths[] = {
    "unlink",     "rmdir",  "mkdir",   "touch", "write_text", "write_bytes", "open",        "read_text",
    "read_bytes", "rename", "replace", "chmod", "lchmod",     "symlink_to",  "hardlink_to", "link_to",
    "iterdir",    "glob",   "rglob",   "walk",  "copy",       "copy_into",   "move",        "move_into"};

constexpr Module modules[] = {
    {"os", true, of_os},
    {"os.path", false, {}},
    {"posix", true, of_os},
    {"nt", true, of_os},
    {"subprocess", true, of_subprocess},
    {"commands", false, in_commands},  // as protocols 0 to 2 call it
    {"popen2", true, {}},
    {"posixsubprocess", true, {}},
    {"sys", true, {}},
    {"shutil", true, of_shutil},
    {"socket", true, of_socket},
    {"socketserver", true, {}},
    {"importlib", true, of_importlib},
    {"imp", false, in_imp},
    {"zipimport", true, {}},
    {"runpy", true, {}},
    {"ctypes", true, of_ctypes},
    {"cffi", true, {}},
    {"pty", true, {}},
    {"webbrowser", true, {}},
    {"antigravity", true, {}},
    {"code", false, in_code},
    {"codeop", true, {}},
    {"pip", true, {}},
    {"ensurepip", true, {}},
    {"venv", true, {}},
    {"distutils", true, {}},
    {"setuptools", true, {}},
    {"idlelib", true, {}},
    {"lib2to3", true, {}},
    {"pydoc", true, {}},
    {"doctest", true, {}},
    {"test.support", true, {}},
    {"cgitb", true, {}},
    {"pdb", true, {}},
    {"bdb", true, {}},
    {"timeit", false, in_timers},
    {"profile", false, in_timers},
    {"cProfile", false, in_timers},
    {"trace", false, in_timers},
    {"faulthandler", true, {}},
    {"readline", true, {}},
    {"fcntl", true, {}},
    {"fileinput", true, {}},
    {"linecache", true, {}},
    {"shelve", true, {}},
    {"dbm", true, {}},
    {"tempfile", true, {}},
    {"smtplib", true, {}},
    {"ftplib", true, {}},
    {"poplib", true, {}},
    {"imaplib", true, {}},
    {"telnetlib", true, {}},
    {"nntplib", true, {}},
    {"xmlrpc", true, {}},
    {"xmlrpc.client", false, {}},
    {"multiprocessing", true, of_multiprocessing},
    {"signal", true, of_signal},
    {"pickle", true, of_pickle},
    {"marshal", true, {}},
    {"asyncio", true, of_asyncio},
    {"urllib.request", true, of_request},
    {"urllib2", true, of_request},
    {"http.client", true, of_http_client},
    {"http.server", true, {}},
    {"builtins", false, in_builtins},
    {"io", false, in_io},
    {"codecs", false, opens},
    {"gzip", false, in_gzip},
    {"bz2", false, in_gzip},
    {"lzma", false, in_gzip},
    {"tarfile", false, in_archives},
    {"zipfile", false, in_archives},
    {"sqlite3", false, in_sqlite},
    {"thread", false, in_thread},
    {"threading", false, in_threading},
    {"atexit", false, in_atexit},
    {"pkgutil", false, in_pkgutil},
    {"mmap", false, in_mmap},
    {"resource", false, in_resource},
    {"logging", false, in_logging},
    {"logging.config", true, {}},
    {"operator", false, in_operator},
    {"unittest", false, in_unittest},
    {"concurrent", false, in_concurrent},
    {"weakref", false, in_weakref},
    {"pathlib", false, of_paths},
    {"numpy", false, in_numpy},
    {"numpy.f2py", true, {}},
    {"numpy.distutils", true, {}},
    {"numpy.ctypeslib", true, {}},
    {"pandas", false, in_pandas},
    {"joblib", false, loads},
    {"torch", false, loads},
    {"cloudpickle", false, loads},
    {"dill", false, loads},
    {"yaml", false, loads_yaml},
};

constexpr std::string_view appliers[] = {"map",    "filter",  "sorted",     "min",         "max",
                                         "reduce", "starmap", "accumulate", "takewhile",   "dropwhile",
                                         "imap",   "ifilter", "groupby",    "filterfalse", "methodcaller"};
constexpr std::string_view appliers_from[] = {"builtins", "functools", "itertools"};

constexpr std::string_view code_makers[] = {"FunctionType",  "LambdaType",      "CodeType",         "_make_function",
                                            "_builtin_type", "_make_skel_func", "_create_function", "_create_code"};
constexpr std::string_view code_makers_from[] = {"types", "cloudpickle", "dill", "joblib"};

// By the name it has in Python 3, and without the underscore of a part that is written in C.
std::string_view usual_module(std::string_view module) {
  while (module.starts_with('_') && !module.starts_with("__")) module.remove_prefix(1);
  if (module == "__builtin__" || module == "exceptions") return "builtins";
  return module;
}

std::string_view first_part(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

// The longest entry that the module lies in.
const Module* find_module(std::string_view module) {
  for (std::string_view part = module; !part.empty();) {
    for (const Module& entry : modules)
      if (entry.name == part) return &entry;
    const auto dot = part.rfind('.');
    part = dot == std::string_view::npos ? std::string_view() : part.substr(0, dot);
  }
  return nullptr;
}

}  // namespace

bool does_harm(std::string_view module, std::string_view name) {
  module = usual_module(module);
  const Module* const entry = find_module(module);
  if (entry == nullptr) return false;
  const std::string_view last = name.substr(name.rfind('.') + 1);
  if (entry->all_but) {
    // A dotted name may lead into another module: os.sys.
    return !has(entry->names, first_part(name)) && !has(entry->names, last);
  }
  if (entry->name == "pathlib") return has(entry->names, last);
  return has(entry->names, name) || has(entry->names, first_part(name));
}

bool calls_its_arguments(std::string_view module, std::string_view name) {
  return has(appliers, name) && has(appliers_from, usual_module(module));
}

bool makes_code(std::string_view module, std::string_view name) {
  return has(code_makers, name) && has(code_makers_from, first_part(usual_module(module)));
}

}  // namespace cache_on_disk::tool
