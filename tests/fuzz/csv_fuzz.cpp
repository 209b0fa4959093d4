// Any bytes: the CSV reader ends, keeps within its caps and never reads outside its text; a guessed
// type holds every value it was guessed from.

#include <cstdint>
#include <cstdlib>

#include "connectors/sources/csv_reader.h"
#include "connectors/sources/csv_types.h"
#include "connectors/sources/sql_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace measured::connectors;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CsvLimits limits;
  limits.columns_max = 50;
  limits.field_bytes_max = 1000;
  CsvReader reader(text, ',', limits);
  while (reader.next()) {
    if (reader.fields().size() > limits.columns_max) {
      std::abort();
    }
    CsvTypeGuess guess;
    for (const std::string_view field : reader.fields()) {
      guess.see(field);
    }
    for (const std::string_view field : reader.fields()) {
      if (guess.type() != CsvType::text && !convert(field, {guess.type(), ""})) {
        std::abort();
      }
    }
  }
  (void)split_sql(text, SqlFlavour::postgres);
  (void)split_sql(text, SqlFlavour::sqlite);
  return 0;
}
