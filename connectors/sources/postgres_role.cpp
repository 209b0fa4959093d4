#include "connectors/sources/postgres_role.h"

namespace measured::connectors {

std::string privilege_of(pqxx::read_transaction& transaction) {
  // The predefined roles are looked up by name, because older servers do not have all of them.
  static constexpr auto query = R"(select coalesce(
  (select 'is a superuser' from pg_roles where rolname = current_user and rolsuper),
  (select 'may create roles' from pg_roles where rolname = current_user and rolcreaterole),
  (select 'may replicate' from pg_roles where rolname = current_user and rolreplication),
  (select 'is a member of ' || rolname from pg_roles
   where rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                     'pg_write_all_data')
     and pg_has_role(current_user, oid, 'member') order by rolname limit 1),
  (select 'may write to ' || c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'f') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
     and (has_table_privilege(current_user, c.oid, 'insert, update, delete, truncate')
          or has_any_column_privilege(current_user, c.oid, 'insert, update'))
   order by c.oid::regclass::text limit 1),
  (select 'may create tables in schema ' || quote_ident(nspname) from pg_namespace
   where nspname <> 'information_schema' and nspname !~ '^pg_'
     and has_schema_privilege(current_user, oid, 'create') order by nspname limit 1),
  ''))";
  return transaction.exec(query)[0][0].c_str();
}

}  // namespace measured::connectors
