// Shell completion, written from the same description of the command line that parses it.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace starling::app {

// What may follow a subcommand ("" = the program itself, "model sql" = a nested one).
struct CompletionPoint {
  std::string command;
  std::vector<std::string> words;  // subcommands, then options
  bool files = false;              // whether a file may follow as well
};

// The script for "bash", "zsh" or "fish"; nothing for another shell.
std::optional<std::string> completion_script(const std::string& shell,
                                             const std::vector<CompletionPoint>& points);

}  // namespace starling::app
