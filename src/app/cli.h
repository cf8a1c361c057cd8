// The command line: which subcommands there are, what they take, and what the exit status means.
#pragma once

namespace starling::app {

// Exit status: 0 done, 1 the work failed (warehouse, disk, network), 2 refused (command line,
// model, report).
int run_command_line(int argc, char** argv);

}  // namespace starling::app
