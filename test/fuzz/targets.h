// The parsers of what people and programs write, each as one function over any bytes. Each must
// answer or refuse: a crash, a hang or a broken relation (CHECK) is a defect. `./dev fuzz` looks
// for one; fuzz_test repeats what was found.
#pragma once

#include <string_view>

namespace starling::fuzz {

void report(std::string_view text);
void model(std::string_view text);
void formula(std::string_view text);
// Fails on purpose when the text says so: what finds nothing here finds nothing anywhere.
void canary(std::string_view text);

}  // namespace starling::fuzz
