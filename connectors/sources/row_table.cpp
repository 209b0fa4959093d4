#include "connectors/sources/row_table.h"

#include <set>

#include <fmt/format.h>

#include "connectors/sources/sql_text.h"

namespace measured::connectors {
namespace {

std::string_view storage_of(CsvType type) {
  switch (type) {
    case CsvType::integer:
    case CsvType::boolean: return "integer";
    case CsvType::real: return "real";
    case CsvType::text:
    case CsvType::date:
    case CsvType::timestamp: return "text";
  }
  return "text";
}

// "a, b" in quotes.
std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + quote_name(name);
  }
  return list;
}

rules::Result<std::set<std::string>> first_column(SqliteDb& db, const std::string& query) {
  auto statement = db.prepare(query);
  if (!statement) {
    return tl::unexpected<rules::Failure>(statement.error());
  }
  std::set<std::string> values;
  for (;;) {
    const auto more = statement->step();
    if (!more) {
      return tl::unexpected<rules::Failure>(more.error());
    }
    if (!*more) {
      return values;
    }
    values.insert(statement->text(0).value_or(""));
  }
}

// The unique index over `key`, and no other that was one under another key.
rules::Result<void> set_key(SqliteDb& db, const std::string& name,
                            const std::vector<std::string>& key) {
  const std::string wanted = name + " key " + list_of(key);
  const auto known = first_column(
      db, "select name from pragma_index_list('" + name + "') where name like '% key %'");
  if (!known) {
    return tl::unexpected<rules::Failure>(known.error());
  }
  for (const std::string& index : *known) {
    if (const auto dropped =
            index == wanted ? rules::Result<void>() : db.run("drop index " + quote_name(index));
        !dropped) {
      return dropped;
    }
  }
  if (key.empty() || known->contains(wanted)) {
    return {};
  }
  return db.run(fmt::format("create unique index {} on {} ({})", quote_name(wanted),
                            quote_name(name), list_of(key)));
}

}  // namespace

rules::Result<RowTable> RowTable::prepare(SqliteDb& db, const std::string& name,
                                          const std::vector<RowColumn>& columns) {
  std::vector<std::string> names;
  std::string marks;
  for (const RowColumn& column : columns) {
    names.push_back(column.name);
    marks += marks.empty() ? "?" : ", ?";
  }
  auto prepared = db.prepare(fmt::format("insert or replace into {} ({}) values ({})",
                                         quote_name(name), list_of(names), marks));
  if (!prepared) {
    return tl::unexpected<rules::Failure>(prepared.error());
  }
  return RowTable(std::move(*prepared));
}

rules::Result<RowTable> RowTable::create(SqliteDb& db, const std::string& name,
                                         const std::vector<RowColumn>& columns,
                                         const std::vector<std::string>& key) {
  std::string create = "create table " + quote_name(name) + " (";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    create += fmt::format("{}{} {}", i > 0 ? ", " : "", quote_name(columns[i].name),
                          storage_of(columns[i].type));
  }
  create += key.empty() ? ")" : ", unique (" + list_of(key) + "))";
  const auto created =
      db.run("drop table if exists " + quote_name(name)).and_then([&] { return db.run(create); });
  if (!created) {
    return tl::unexpected<rules::Failure>(created.error());
  }
  return prepare(db, name, columns);
}

rules::Result<RowTable> RowTable::extend(SqliteDb& db, const std::string& name,
                                         const std::vector<RowColumn>& columns,
                                         const std::vector<std::string>& key) {
  // A name in this select is one that settings were checked for: without quotes.
  const auto known = first_column(db, "select name from pragma_table_info('" + name + "')");
  if (!known) {
    return tl::unexpected<rules::Failure>(known.error());
  }
  if (known->empty()) {
    auto made = create(db, name, columns);
    const auto keyed = made ? set_key(db, name, key) : rules::Result<void>();
    return keyed ? std::move(made) : tl::unexpected<rules::Failure>(keyed.error());
  }
  for (const RowColumn& column : columns) {
    if (known->contains(column.name)) {
      continue;
    }
    const auto added = db.run(fmt::format("alter table {} add column {} {}", quote_name(name),
                                          quote_name(column.name), storage_of(column.type)));
    if (!added) {
      return tl::unexpected<rules::Failure>(added.error());
    }
  }
  if (const auto keyed = set_key(db, name, key); !keyed) {
    return tl::unexpected<rules::Failure>(keyed.error());
  }
  return prepare(db, name, columns);
}

rules::Result<void> RowTable::insert(std::span<const Value> row) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    insert_.bind(static_cast<int>(i) + 1, row[i]);
  }
  const auto stepped = insert_.step();
  insert_.reset();
  return stepped ? rules::Result<void>() : tl::unexpected<rules::Failure>(stepped.error());
}

}  // namespace measured::connectors
