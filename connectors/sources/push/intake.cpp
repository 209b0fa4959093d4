// Batches into a file of SQLite. One batch is one transaction together with its id, so it counts
// whole, once, or not at all, whatever the sender repeats and whenever either side is killed.
#include <optional>

#include <fmt/format.h>

#include "connectors/errors_in.h"
#include "connectors/push_intake.h"
#include "connectors/sources/push/settings.h"
#include "connectors/sources/row_table.h"
#include "connectors/sources/sql_text.h"
#include "rules/hash.h"

namespace measured::connectors {
namespace {

constexpr std::size_t batch_id_bytes_max = 200;

// Rolls back unless told that all is well.
class Transaction {
 public:
  explicit Transaction(SqliteDb& db) : db_(db), begun_(db.run("begin immediate")) {}
  ~Transaction() {
    if (begun_) {
      (void)db_.run("rollback");
    }
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  const rules::Result<void>& begun() const { return begun_; }
  rules::Result<void> commit() {
    const auto committed = db_.run("commit");
    if (committed) {
      begun_ = rules::give_up("over");
    }
    return committed;
  }

 private:
  SqliteDb& db_;
  rules::Result<void> begun_;
};

class Intake final : public PushIntake {
 public:
  explicit Intake(PushSettings settings) : settings_(std::move(settings)) {}

  const std::vector<Token>& tokens() const override { return settings_.tokens; }

  bool has_table(std::string_view table) const override {
    return find_table(settings_, table) != nullptr;
  }

  rules::Result<Taken> take(const std::string& name, const std::string& body,
                            rules::Instant now) override {
    const PushTable& table = *find_table(settings_, name);
    const auto document = JsonDocument::parse(body, settings_.depth_max);
    if (!document) {
      return Taken{Kind::refused, "", 0, document.error().message};
    }
    Taken taken;
    taken.batch = document->text_at("/batch").value_or("");
    if (taken.batch.empty() || taken.batch.size() > batch_id_bytes_max) {
      return Taken{Kind::refused, "", 0,
                   fmt::format("'batch' is an id of the sender's, 1 to {} bytes: the same when a "
                               "batch is sent again",
                               batch_id_bytes_max)};
    }
    if (!document->array_size_at("/rows")) {
      return Taken{Kind::refused, "", 0, "'rows' is the list of rows"};
    }
    if (const auto opened = open(); !opened) {
      return tl::unexpected<rules::Failure>(opened.error());
    }
    const auto stored = store(table, *document, rules::hex(rules::sha256(body)), now, taken);
    if (!stored) {
      db_.reset();
      return rules::retry_later(stored.error().message);
    }
    return taken;
  }

 private:
  rules::Result<void> open() {
    if (db_) {
      return {};
    }
    auto db = SqliteDb::open_own(settings_.path);
    if (!db) {
      return tl::unexpected<rules::Failure>(db.error());
    }
    const auto made = db->run(
        "create table if not exists measured_batch (relation text not null, id text not null, "
        "hash text not null, row_count integer not null, received_at integer not null, "
        "primary key (relation, id)) strict, without rowid");
    if (!made) {
      return made;
    }
    db_.emplace(std::move(*db));
    return {};
  }

  // Sets `taken`. A Failure is the database's.
  rules::Result<void> store(const PushTable& table, const JsonDocument& document,
                            const std::string& hash, rules::Instant now, Taken& taken) {
    Transaction transaction(*db_);
    if (!transaction.begun()) {
      return transaction.begun();
    }
    const auto known = known_hash(table.name, taken);
    if (!known) {
      return tl::unexpected<rules::Failure>(known.error());
    }
    if (*known) {
      taken.kind = **known == hash ? Kind::known : Kind::conflict;
      return {};
    }
    auto rows = RowTable::extend(*db_, table.name, stored_columns(table), table.key);
    if (!rows) {
      return tl::unexpected<rules::Failure>(rows.error());
    }
    std::int64_t number = 0;
    const auto use = [&](std::span<const Value> row, const std::string& wrong) {
      ++number;
      return insert(*rows, row, wrong, number, now, taken);
    };
    const auto read = document.each_row(table.mapping, use);
    if (!read) {
      // What is wrong with the batch is the sender's to mend; what is wrong with the file is not.
      return taken.kind == Kind::refused ? rules::Result<void>()
                                         : tl::unexpected<rules::Failure>(read.error());
    }
    taken.rows = number;
    if (const auto noted = note(table, taken, hash, now); !noted) {
      return noted;
    }
    return transaction.commit();
  }

  rules::Result<void> insert(RowTable& rows, std::span<const Value> row, const std::string& wrong,
                             std::int64_t number, rules::Instant now, Taken& taken) const {
    const std::string problem = !wrong.empty() ? fmt::format("row {}: {}", number, wrong)
                                : number > settings_.batch_rows_max
                                    ? fmt::format("more than {} rows: the cap is 'batch_rows_max'",
                                                  settings_.batch_rows_max)
                                    : "";
    if (!problem.empty()) {
      taken.kind = Kind::refused;
      taken.problem = problem;
      return rules::give_up(problem);
    }
    std::vector<Value> stored(row.begin(), row.end());
    stored.emplace_back(static_cast<std::int64_t>(now.time_since_epoch().count()));
    return rows.insert(stored);
  }

  rules::Result<std::optional<std::string>> known_hash(const std::string& table,
                                                       const Taken& taken) {
    auto statement =
        db_->prepare("select hash, row_count from measured_batch where relation = ? and id = ?");
    if (!statement) {
      return tl::unexpected<rules::Failure>(statement.error());
    }
    statement->bind(1, Value(table));
    statement->bind(2, Value(taken.batch));
    const auto found = statement->step();
    if (!found) {
      return tl::unexpected<rules::Failure>(found.error());
    }
    return *found ? statement->text(0) : std::nullopt;
  }

  // Remembers the batch, and forgets what is older than it is kept.
  rules::Result<void> note(const PushTable& table, const Taken& taken, const std::string& hash,
                           rules::Instant now) {
    const std::int64_t second = now.time_since_epoch().count();
    auto noted = execute("insert into measured_batch values (?, ?, ?, ?, ?)",
                         {table.name, taken.batch, hash, taken.rows, second});
    const std::int64_t oldest = second - settings_.keep.count();
    if (noted) {
      noted = execute(fmt::format("delete from {} where {} < ?", quote_name(table.name),
                                  quote_name(received_at_column)),
                      {oldest});
    }
    if (noted) {
      noted = execute("delete from measured_batch where relation = ? and received_at < ?",
                      {table.name, oldest});
    }
    return noted;
  }

  rules::Result<void> execute(const std::string& sql, const std::vector<Value>& values) {
    auto statement = db_->prepare(sql);
    if (!statement) {
      return tl::unexpected<rules::Failure>(statement.error());
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      statement->bind(static_cast<int>(i) + 1, values[i]);
    }
    const auto stepped = statement->step();
    return stepped ? rules::Result<void>() : tl::unexpected<rules::Failure>(stepped.error());
  }

  PushSettings settings_;
  std::optional<SqliteDb> db_;
};

}  // namespace

std::unique_ptr<PushIntake> make_push_intake(const SourceContext& context,
                                             rules::MapReader& settings) {
  const std::size_t errors_before = errors_in(settings);
  PushSettings read = read_push_settings(context, settings);
  if (errors_in(settings) != errors_before) {
    return nullptr;
  }
  return std::make_unique<Intake>(std::move(read));
}

}  // namespace measured::connectors
