#include "app/completion.h"

namespace starling::app {

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// The words before the cursor that are no options are the command; its longest known beginning
// decides.
std::string bash_script(const std::vector<CompletionPoint>& points) {
  std::string out = R"(_starling() {
  local current="${COMP_WORDS[COMP_CWORD]}" command="" word words="" files=""
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "${command:+$command }$word" in
)";
  std::string names, answers;
  for (const CompletionPoint& point : points) {
    if (!point.command.empty())
      names += (names.empty() ? "      \"" : "|\"") + point.command + "\"";
    answers += "    \"" + point.command + "\") words=\"" + joined(point.words) + "\"" +
               (point.files ? " files=1" : "") + " ;;\n";
  }
  out += names +
         ") command=\"${command:+$command }$word\" ;;\n    esac\n  done\n  case \"$command\" in\n" +
         answers;
  out += R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n "$files" && "$current" != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _starling starling
)";
  return out;
}

std::string fish_script(const std::vector<CompletionPoint>& points) {
  std::string out = "complete -c starling -f\n";
  for (const CompletionPoint& point : points) {
    const size_t space = point.command.find(' ');
    std::string condition = "__fish_use_subcommand";
    if (!point.command.empty())
      condition = "__fish_seen_subcommand_from " + point.command.substr(0, space);
    if (space != std::string::npos)
      condition += "; and __fish_seen_subcommand_from " + point.command.substr(space + 1);
    for (const std::string& word : point.words) {
      out += "complete -c starling -n '" + condition + "' ";
      out += word.rfind("--", 0) == 0 ? "-l " + word.substr(2) : "-a " + word;
      out += "\n";
    }
    if (point.files) out += "complete -c starling -n '" + condition + "' -F\n";
  }
  return out;
}

}  // namespace

std::optional<std::string> completion_script(const std::string& shell,
                                             const std::vector<CompletionPoint>& points) {
  if (shell == "bash") return bash_script(points);
  if (shell == "zsh") return "autoload -U +X bashcompinit && bashcompinit\n" + bash_script(points);
  if (shell == "fish") return fish_script(points);
  return std::nullopt;
}

}  // namespace starling::app
