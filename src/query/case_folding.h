// Unicode simple case folding (CaseFolding.txt, status C and S, Unicode 14): one character folds to
// one character, so that folded text can be compared byte by byte (reports.md §8.16).
#pragma once

#include <string>
#include <string_view>

namespace starling::query {

char32_t fold_character(char32_t character);

// The text with every character folded. Bytes that are no valid UTF-8 stay as they are.
std::string fold_case(std::string_view text);

}  // namespace starling::query
