#include "connectors/sources/files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <glob.h>
#include <zlib.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "connectors/sources/csv_table.h"
#include "connectors/sources/http/request_template.h"
#include "connectors/sources/http/session.h"
#include "connectors/sources/settings.h"

namespace measured::connectors {
namespace {

namespace fs = std::filesystem;

// A table of the settings: its name, and what names its files.
struct Named {
  std::string table;
  std::vector<std::string> patterns;
};

class LocalFiles final : public FileStore {
 public:
  LocalFiles(std::string id, fs::path path, std::vector<Named> named,
             std::vector<std::string> endings)
      : id_(std::move(id)),
        path_(std::move(path)),
        named_(std::move(named)),
        endings_(std::move(endings)) {}

  rules::Result<std::vector<FileTable>> list() override {
    return named_.empty() ? listed() : matched();
  }

  rules::Result<std::string> stamp(const SourceFile& file) override {
    std::error_code error;
    const auto size = fs::file_size(file.where, error);
    const auto changed = fs::last_write_time(file.where, error);
    if (error) {
      return rules::retry_later(fmt::format("{}: {}", file.where, error.message()));
    }
    return fmt::format("{} {} {}", file.where, size, changed.time_since_epoch().count());
  }

  rules::Result<std::string> read(const SourceFile& file, std::size_t bytes_max,
                                  std::stop_token stop) override {
    return read_packed_file(file.where, bytes_max, stop);
  }

  std::chrono::seconds reuse() const override { return std::chrono::seconds{0}; }

 private:
  rules::Result<std::vector<FileTable>> matched() const {
    std::vector<FileTable> tables;
    for (const Named& named : named_) {
      FileTable table{named.table, {}};
      for (const std::string& pattern : named.patterns) {
        ::glob_t found{};
        ::glob((path_ / pattern).c_str(), 0, nullptr, &found);
        for (std::size_t i = 0; i < found.gl_pathc; ++i) {
          const fs::path path = found.gl_pathv[i];
          // A pipe or a device would block us or never end.
          if (fs::is_regular_file(path)) {
            table.parts.push_back({path.filename().string(), path.string()});
          }
        }
        ::globfree(&found);
      }
      if (table.parts.empty()) {
        return rules::retry_later(
            fmt::format("source '{}': table '{}': no file matches '{}' in '{}'", id_, named.table,
                        fmt::join(named.patterns, "', '"), path_.string()));
      }
      tables.push_back(std::move(table));
    }
    return tables;
  }

  rules::Result<std::vector<FileTable>> listed() const {
    std::error_code error;
    std::vector<FileTable> tables;
    const auto add = [&](const fs::path& path) {
      const std::string name = path.filename().string();
      for (const std::string& ending : endings_) {
        if (name.ends_with(ending) && name.size() > ending.size() && fs::is_regular_file(path)) {
          tables.push_back({name.substr(0, name.size() - ending.size()), {{name, path.string()}}});
        }
      }
    };
    if (fs::is_directory(path_, error)) {
      for (const auto& entry : fs::directory_iterator(path_, error)) {
        add(entry.path());
      }
    } else {
      add(path_);
    }
    if (error || tables.empty()) {
      return rules::retry_later(fmt::format("source '{}': no file *{} in '{}'{}", id_,
                                            fmt::join(endings_, " or *"), path_.string(),
                                            error ? ": " + error.message() : ""));
    }
    std::ranges::sort(tables, {}, [](const FileTable& table) { return table.parts[0].name; });
    return tables;
  }

  std::string id_;
  fs::path path_;
  std::vector<Named> named_;
  std::vector<std::string> endings_;
};

class WebFiles final : public FileStore {
 public:
  WebFiles(HttpSessionSettings session, std::vector<Named> named, std::chrono::seconds reuse)
      : session_(std::move(session)), named_(std::move(named)), reuse_(reuse) {}

  rules::Result<std::vector<FileTable>> list() override {
    std::vector<FileTable> tables;
    for (const Named& named : named_) {
      FileTable table{named.table, {}};
      for (const std::string& path : named.patterns) {
        table.parts.push_back(
            {path, session_.settings().guard.endpoint.target + '/' + path_encoded(path)});
      }
      tables.push_back(std::move(table));
    }
    return tables;
  }

  rules::Result<std::string> stamp(const SourceFile&) override { return std::string(); }

  rules::Result<std::string> read(const SourceFile& file, std::size_t bytes_max,
                                  std::stop_token stop) override {
    HttpRequest request;
    request.target = file.where;
    auto reply = session_.ask(request, stop);
    if (!reply) {
      return tl::unexpected<rules::Failure>(
          rules::Failure{reply.error().retry, file.name + ": " + reply.error().message});
    }
    auto text = unpacked(std::move(reply->body), bytes_max);
    if (!text) {
      return tl::unexpected<rules::Failure>(
          rules::Failure{text.error().retry, file.name + ": " + text.error().message});
    }
    return text;
  }

  std::chrono::seconds reuse() const override { return reuse_; }

 private:
  HttpSession session_;
  std::vector<Named> named_;
  std::chrono::seconds reuse_;
};

std::vector<Named> read_named(rules::MapReader& settings) {
  std::vector<Named> named;
  auto tables = settings.map("tables");
  if (!tables) {
    return named;
  }
  for (const rules::YamlNode::Entry& entry : tables->yaml().entries) {
    if (entry.value->kind != rules::YamlNode::Kind::map) {
      named.push_back({std::string(entry.key), tables->texts(entry.key)});
      continue;
    }
    // Its other keys are the table's own (of a jsonl source): whoever reads them also finishes.
    rules::MapReader map = tables->reader_of(entry);
    named.push_back({std::string(entry.key), map.texts("files")});
    if (named.back().patterns.empty()) {
      map.error(map.place(), "missing-key", "'files' is missing",
                "write 'files: orders-*.jsonl', below 'path' or 'url'");
    }
  }
  return named;
}

}  // namespace

rules::Result<std::string> unpacked(std::string bytes, std::size_t bytes_max) {
  if (!bytes.starts_with("\x1f\x8b")) {
    return bytes.size() <= bytes_max
               ? rules::Result<std::string>(std::move(bytes))
               : rules::give_up(
                     fmt::format("more than {} bytes: the cap is 'bytes_max'", bytes_max));
  }
  ::z_stream stream{};
  constexpr int gzip_only = 16 + MAX_WBITS;
  if (::inflateInit2(&stream, gzip_only) != Z_OK) {
    return rules::retry_later("no memory to unpack");
  }
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string text;
  std::array<char, 64U << 10> block{};
  int code = Z_OK;
  while (code == Z_OK && text.size() <= bytes_max) {
    stream.next_out = reinterpret_cast<Bytef*>(block.data());
    stream.avail_out = static_cast<uInt>(block.size());
    code = ::inflate(&stream, Z_NO_FLUSH);
    text.append(block.data(), block.size() - stream.avail_out);
    if (code == Z_STREAM_END && stream.avail_in > 0) {
      code = ::inflateReset(&stream);  // files may be put together
    }
  }
  ::inflateEnd(&stream);
  if (text.size() > bytes_max) {
    return rules::give_up(
        fmt::format("more than {} bytes unpacked: the cap is 'bytes_max'", bytes_max));
  }
  return code == Z_STREAM_END ? rules::Result<std::string>(std::move(text))
                              : rules::retry_later("the gzip data are damaged or end too soon");
}

std::unique_ptr<FileStore> read_files(const SourceContext& context, rules::MapReader& settings,
                                      std::vector<std::string> endings) {
  const std::vector<Named> named = read_named(settings);
  if (!settings.has("url")) {
    return std::make_unique<LocalFiles>(context.id, path_setting(context, settings), named,
                                        std::move(endings));
  }
  if (settings.has("path")) {
    settings.error(settings.key_place("url"), "bad-files", "'path' and 'url' are both there",
                   "files are in a folder or behind an address");
  }
  if (named.empty()) {
    settings.error(settings.key_place("url"), "missing-key", "'tables' is missing",
                   "files behind an address are named: 'tables: {orders: orders.csv.gz}'");
  }
  HttpSessionSettings session = read_http_session(context, settings, "url");
  return std::make_unique<WebFiles>(std::move(session), named,
                                    settings.duration("reuse", std::chrono::seconds{60}));
}

}  // namespace measured::connectors
