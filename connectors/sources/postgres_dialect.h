#pragma once

#include <cstddef>

#include "connectors/sources/statement.h"

namespace measured::connectors {

// How PostgreSQL says what a scan needs. A time that is an instant is compared with instants. One
// without a zone (date, timestamp) is compared with wall-clock times: that keeps PostgreSQL's own
// rules for hours that happen twice, which are not ours, out of it, and spares a conversion for
// each row.
const Dialect& postgres_instants();
const Dialect& postgres_local_times();

// $1 holds the edges, $2 and $3 the first and the last of them.
inline constexpr std::size_t postgres_edge_parameters = 3;
// Of a calendar's openings, by its number: their starts; their lengths and the working time before
// each are the next two.
std::size_t postgres_first_parameter(std::size_t clock);

}  // namespace measured::connectors
