// The rows of a query by COPY … TO STDOUT (FORMAT binary), the fastest way out of the server.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "source/postgres/connection.h"
#include "source/postgres/decode.h"
#include "source/source.h"

namespace starling::source::postgres {

// Hands over pieces of rows, a column a decoder. Fails with what `take` says, with what a cell
// does not fit, or with kUnavailable when the server ends early; the connection is of no use then.
Result<void> copy_rows(Connection& connection, const std::string& sql,
                       const std::vector<Decoder>& decoders,
                       const std::function<Result<void>(Rows)>& take);

}  // namespace starling::source::postgres
