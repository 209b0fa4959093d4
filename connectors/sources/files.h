#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/source.h"
#include "rules/result.h"
#include "rules/yaml/map_reader.h"

namespace measured::connectors {

// One file of a source: on this machine, or behind an address.
struct SourceFile {
  std::string name;   // "orders.csv.gz", for messages
  std::string where;  // the whole path, or the target of the address
};

// Files that make up one table together, in order.
struct FileTable {
  std::string name;
  std::vector<SourceFile> parts;
};

// Where the files of a source are. Blocking; one thread at a time.
class FileStore {
 public:
  virtual ~FileStore() = default;

  // The tables that there are now, by name.
  virtual rules::Result<std::vector<FileTable>> list() = 0;
  // Changes when the file does; empty when that cannot be known without reading it.
  virtual rules::Result<std::string> stamp(const SourceFile& file) = 0;
  // The file's bytes, unpacked if they are gzip; at most `bytes_max` of them.
  virtual rules::Result<std::string> read(const SourceFile& file, std::size_t bytes_max,
                                          std::stop_token stop) = 0;
  // How long what was read is good for, where there are no stamps.
  virtual std::chrono::seconds reuse() const = 0;
};

// Reads `path` (a folder or a file) or `url`, and `tables` (by name a pattern, or a list of them,
// below it). Without `tables` each file of a folder whose name has one of `endings` is a table,
// named after it without the ending. Null when something is wrong there.
std::unique_ptr<FileStore> read_files(const SourceContext& context, rules::MapReader& settings,
                                      std::vector<std::string> endings);

// `bytes` unpacked if they begin as gzip does.
rules::Result<std::string> unpacked(std::string bytes, std::size_t bytes_max);

}  // namespace measured::connectors
