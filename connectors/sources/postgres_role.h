#pragma once

#include <string>

#include <pqxx/pqxx>

namespace measured::connectors {

// Why the connected role could do more than read, as a clause ("is a superuser"); empty when it
// cannot. A read-only transaction alone is no wall: a statement of the role could end it.
std::string privilege_of(pqxx::read_transaction& transaction);

}  // namespace measured::connectors
