// What names of tables and columns say, in English: data, not code, decides the words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace starling::propose {

// Lower-case words: "InvoiceLine" and "invoice_line" give {"invoice", "line"}; a schema is left
// out.
std::vector<std::string> words(std::string_view name);
// The words put together without spaces, to compare names: "customerid".
std::string plain(std::string_view name);
// The words of a table's name, the last one in the singular: "order item".
std::string singular(std::string_view table);

bool names_people(std::string_view table);       // customers, users, accounts, …
bool names_a_key(std::string_view column);       // …_id, …_key, …_code, …_number
bool names_upkeep(std::string_view column);      // updated_at, _loaded_at: when a row was written
bool names_a_plan(std::string_view column);      // required_date, due_at: what has not happened yet
bool names_a_birthday(std::string_view column);  // dates of a thing's own life: birth, hire, opened
bool names_staging(std::string_view table);      // stg_…, raw_…, int_…

// Where a row begins and ends to be valid: "valid_from" and "valid_to", "dbt_valid_from", …
bool names_validity_start(std::string_view column);
bool names_validity_end(std::string_view column);

// What happens at a time of a fact: "order submitted" (orders, ordered_at), "rental returned"
// (rental, return_date), "payment" (payment, payment_date).
std::string event_name(std::string_view table, std::string_view time_column);

}  // namespace starling::propose
