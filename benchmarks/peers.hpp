// Embedded stores that programs use for the same blobs, each as its documentation recommends for them.
#pragma once

#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#ifdef BENCH_LMDB
#include <lmdb.h>
#endif
#ifdef BENCH_ROCKSDB
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#endif

namespace bench {

/// One process's way into a store. What `get` hands to its function is valid only there.
class Store {
 public:
  using Use = std::function<void(std::span<const std::byte>)>;
  virtual ~Store() = default;
  virtual bool get(const std::string& key, const Use& use) = 0;
  /// get() of what must be there: a fast miss would pass for a fast hit.
  void get_stored(const std::string& key, const Use& use) {
    if (!get(key, use)) throw std::logic_error(key + ": a miss");
  }
  virtual void put(const std::string& key, std::span<const std::byte> value) = 0;
  virtual void remove(const std::string& key) = 0;
  virtual void remove_all() = 0;
  /// Puts what has been written where a later process would find it.
  virtual void settle() {}
};

/// read_cold: from the disk, not from the page cache. write: to be read by another process; store: by this one.
enum class Access { read, read_cold, write, store };

#ifdef BENCH_LMDB
/// Values are used where they are mapped; one read transaction is kept and renewed (lmdb.h: mdb_txn_reset). MDB_NOSYNC: a
/// write survives the death of the process, not a power cut, as with our entries.
class Lmdb final : public Store {
 public:
  Lmdb(const std::string& directory, Access access) {
    if (access == Access::write || access == Access::store) std::filesystem::create_directories(directory);
    check(::mdb_env_create(&environment_));
    check(::mdb_env_set_mapsize(environment_, std::size_t{16} << 30));
    const unsigned flags = access == Access::read || access == Access::read_cold ? MDB_RDONLY : MDB_NOSYNC;
    check(::mdb_env_open(environment_, directory.c_str(), flags, 0600));
    check(::mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &reading_));
    check(::mdb_dbi_open(reading_, nullptr, 0, &database_));
    ::mdb_txn_reset(reading_);
  }
  ~Lmdb() override {
    ::mdb_txn_abort(reading_);
    ::mdb_env_close(environment_);
  }
  bool get(const std::string& key, const Use& use) override {
    check(::mdb_txn_renew(reading_));
    MDB_val name = to_value(key), value{};
    const int code = ::mdb_get(reading_, database_, &name, &value);
    if (code == MDB_SUCCESS) use({static_cast<const std::byte*>(value.mv_data), value.mv_size});
    ::mdb_txn_reset(reading_);
    return code == MDB_SUCCESS;
  }
  void put(const std::string& key, std::span<const std::byte> bytes) override {
    MDB_val name = to_value(key), value{bytes.size(), const_cast<std::byte*>(bytes.data())};
    in_transaction([&](MDB_txn* txn) { check(::mdb_put(txn, database_, &name, &value, 0)); });
  }
  /// A missing value, computed by one process alone: the others wait for the transaction that may write, which the kernel
  /// frees when its process dies (mdb_txn_begin). Who wants to write another value waits, too.
  double get_or_compute(const std::string& key, const std::function<double()>& compute) {
    double result = 0;
    if (get(key, [&](auto bytes) { std::memcpy(&result, bytes.data(), sizeof result); })) return result;
    in_transaction([&](MDB_txn* txn) {
      MDB_val name = to_value(key), value{};
      if (::mdb_get(txn, database_, &name, &value) == MDB_SUCCESS) {
        std::memcpy(&result, value.mv_data, sizeof result);
        return;
      }
      result = compute();
      value = {sizeof result, &result};
      check(::mdb_put(txn, database_, &name, &value, 0));
    });
    return result;
  }
  void remove(const std::string& key) override {
    MDB_val name = to_value(key);
    in_transaction([&](MDB_txn* txn) { (void)::mdb_del(txn, database_, &name, nullptr); });
  }
  void remove_all() override {
    in_transaction([&](MDB_txn* txn) { check(::mdb_drop(txn, database_, 0)); });
  }
  void settle() override { check(::mdb_env_sync(environment_, 1)); }

 private:
  static void check(int code) {
    if (code != MDB_SUCCESS) throw std::runtime_error(std::string("LMDB: ") + ::mdb_strerror(code));
  }
  static MDB_val to_value(const std::string& key) { return {key.size(), const_cast<char*>(key.data())}; }
  template <class F>
  void in_transaction(F f) {
    MDB_txn* txn = nullptr;
    check(::mdb_txn_begin(environment_, nullptr, 0, &txn));
    f(txn);
    check(::mdb_txn_commit(txn));
  }
  MDB_env* environment_ = nullptr;
  MDB_txn* reading_ = nullptr;
  MDB_dbi database_ = 0;
};
#endif

#ifdef BENCH_ROCKSDB
/// No compression (the numbers have none), values pinned instead of copied. The log is not synced (the default): a write
/// survives the death of the process, as with our entries. Readers map the files, which makes a hit of 64 MiB several
/// times as fast; not so where the disk has to be asked, which would then be done page by page. Blocks that a get has read are
/// not kept in the block cache, as it is the first hit of a process that is measured; checksums are verified, by default.
/// Large values go to blob files, as its documentation advises, where one process stores and reads; opened for reading only,
/// RocksDB 7.8.3 does not find them there.
class RocksDb final : public Store {
 public:
  RocksDb(const std::string& directory, Access access) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.compression = rocksdb::kNoCompression;
    options.info_log_level = rocksdb::ERROR_LEVEL;
    options.allow_mmap_reads = access == Access::read;
    options.enable_blob_files = access == Access::store;
    options.min_blob_size = 32 << 10;
    if (access == Access::store) options.write_buffer_size = 256 << 20;
    rocksdb::DB* database = nullptr;
    const bool reads = access == Access::read || access == Access::read_cold;
    const auto status = reads ? rocksdb::DB::OpenForReadOnly(options, directory, &database)
                              : rocksdb::DB::Open(options, directory, &database);
    check(status);
    database_.reset(database);
    reading_.fill_cache = false;
  }
  bool get(const std::string& key, const Use& use) override {
    rocksdb::PinnableSlice value;
    const auto status = database_->Get(reading_, database_->DefaultColumnFamily(), key, &value);
    if (!status.IsNotFound()) check(status);
    if (status.ok()) use(std::as_bytes(std::span(value.data(), value.size())));
    return status.ok();
  }
  void put(const std::string& key, std::span<const std::byte> bytes) override {
    check(database_->Put({}, key, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
  }
  void remove(const std::string& key) override { check(database_->Delete({}, key)); }
  /// Its way to delete many at once: they are marked, their room is given back later. No key starts with 0xff.
  void remove_all() override { check(database_->DeleteRange({}, database_->DefaultColumnFamily(), "", "\xff")); }
  void settle() override { check(database_->Flush({})); }

 private:
  static void check(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error("RocksDB: " + status.ToString());
  }
  std::unique_ptr<rocksdb::DB> database_;
  rocksdb::ReadOptions reading_;
};
#endif

struct Peer {
  std::string name;
  std::function<std::unique_ptr<Store>(const std::string& directory, Access access)> open;
};

/// Those this program was built with.
inline std::vector<Peer> peers() {
  std::vector<Peer> all;
#ifdef BENCH_LMDB
  all.push_back(
      {"LMDB", [](const std::string& directory, Access access) { return std::make_unique<Lmdb>(directory, access); }});
#endif
#ifdef BENCH_ROCKSDB
  all.push_back({"RocksDB", [](const std::string& directory, Access access) {
                   return std::make_unique<RocksDb>(directory, access);
                 }});
#endif
  return all;
}

}  // namespace bench
