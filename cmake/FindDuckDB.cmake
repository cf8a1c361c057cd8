# Finds DuckDB's C library and defines the imported target DuckDB::duckdb.
#
# Looked for, in this order:
#   1. -DDUCKDB_ROOT=FOLDER (or the environment variable): an unpacked libduckdb-*.zip, or an install prefix;
#   2. deps/node_modules, where `./dev setup` puts the library that deps/package-lock.json pins;
#   3. the system.
# The header comes with the library when there is one beside it, else from third_party/duckdb.
set(_duckdb_root ${DUCKDB_ROOT})
if(NOT _duckdb_root)
  set(_duckdb_root $ENV{DUCKDB_ROOT})
endif()
set(_duckdb_packages ${PROJECT_SOURCE_DIR}/deps/node_modules/@duckdb)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(_duckdb_package ${_duckdb_packages}/node-bindings-linux-arm64)
else()
  set(_duckdb_package ${_duckdb_packages}/node-bindings-linux-x64)
endif()

if(_duckdb_root)
  find_library(DuckDB_LIBRARY NAMES duckdb PATHS ${_duckdb_root} PATH_SUFFIXES lib lib64 NO_DEFAULT_PATH)
  find_path(DuckDB_INCLUDE_DIR NAMES duckdb.h PATHS ${_duckdb_root} PATH_SUFFIXES include NO_DEFAULT_PATH)
endif()
find_library(DuckDB_LIBRARY NAMES duckdb PATHS ${_duckdb_package} NO_DEFAULT_PATH)
find_path(DuckDB_INCLUDE_DIR NAMES duckdb.h PATHS ${PROJECT_SOURCE_DIR}/third_party/duckdb/include
  NO_DEFAULT_PATH)
find_library(DuckDB_LIBRARY NAMES duckdb)
mark_as_advanced(DuckDB_LIBRARY DuckDB_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DuckDB_LIBRARY DuckDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "libduckdb.so was not found. `./dev setup` installs it into deps/node_modules. \
Elsewhere, unpack DuckDB's libduckdb-linux-*.zip (1.5) and pass -DDUCKDB_ROOT=FOLDER.")

if(DuckDB_FOUND AND NOT TARGET DuckDB::duckdb)
  add_library(DuckDB::duckdb SHARED IMPORTED)
  set_target_properties(DuckDB::duckdb PROPERTIES
    IMPORTED_LOCATION ${DuckDB_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${DuckDB_INCLUDE_DIR})
endif()
