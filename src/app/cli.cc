#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <optional>

#include "api/version.h"
#include "app/commands.h"
#include "app/completion.h"

namespace starling::app {

namespace {

using base::Error;

constexpr int kDone = 0, kFailed = 1, kRefused = 2;

int exit_status(Error::Code code) {
  switch (code) {
    case Error::Code::kInvalid:
    case Error::Code::kNotFound:
    case Error::Code::kConflict:
    case Error::Code::kUnsupported:
      return kRefused;
    case Error::Code::kCorrupt:
    case Error::Code::kUnavailable:
    case Error::Code::kCancelled:
      return kFailed;
  }
  return kFailed;
}

// The program's subcommands; what the chosen one is to do is left in action().
class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "starling " + std::string(api::kVersion));
    app_.footer(
        "Start with:\n"
        "  starling check model.yaml                     does the model fit the warehouse?\n"
        "  starling sync model.yaml                      bring the data in\n"
        "  starling serve                                look at them at http://127.0.0.1:8080\n"
        "`starling COMMAND --help` has examples of each.");
    add_model_commands();
    add_sync_commands();
    add_question_commands();
    add_store_commands();
    add_others();
  }

  CLI::App& app() { return app_; }
  const std::function<Result<void>()>& action() const { return action_; }

 private:
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& what,
                    const std::string& examples, std::function<Result<void>()> action) {
    CLI::App* sub = parent.add_subcommand(name, what);
    sub->footer("Examples:\n" + examples);
    sub->callback([this, action = std::move(action)] { action_ = action; });
    return sub;
  }

  void add_data(CLI::App* sub) {
    sub->add_option("--data", data_, "The data folder")
        ->envname("STARLING_DATA")
        ->capture_default_str();
  }

  void add_model(CLI::App* sub) { sub->add_option("MODEL", model_, "The model file")->required(); }

  void add_model_commands() {
    add_model(command(app_, "check", "Check a model against its warehouse",
                      "  starling check model.yaml", [this] { return check_model(model_); }));
    CLI::App* model = app_.add_subcommand("model", "Show what a model means for its warehouse");
    model->require_subcommand(1);
    model->footer("Examples:\n  starling model sql model.yaml");
    add_model(command(*model, "sql", "Print the SELECT of each event, user and lookup table",
                      "  starling model sql model.yaml > model.sql",
                      [this] { return print_model_sql(model_); }));
    CLI::App* dbt = command(*model, "dbt", "Write the same as dbt models, with sources and tests",
                            "  starling model dbt model.yaml -o models/starling\n"
                            "  starling model dbt model.yaml -o models/starling --dbt target",
                            [this] { return write_dbt_models(model_, out_, dbt_); });
    add_model(dbt);
    dbt->add_option("-o,--out", out_, "The folder, below the dbt project's models")->required();
    dbt->add_option("--dbt", dbt_, "The project's target folder: its models are named by ref");
    CLI::App* propose =
        command(app_, "propose", "Write a first model from a warehouse",
                "  starling propose warehouse.duckdb -o model.yaml\n"
                "  starling propose postgresql://reader@host/shop --dbt target/ -o model.yaml",
                [this] { return propose_model(propose_); });
    propose
        ->add_option("WAREHOUSE", propose_.warehouse, "A .duckdb file, a folder of files, or a URL")
        ->required();
    propose->add_option("--dbt", propose_.dbt, "The target/ folder of a dbt project");
    propose->add_option("-o,--out", propose_.out,
                        "Write this file; where it is there, show what would differ");
    propose->add_option("--timezone", propose_.timezone, "The zone of report days")
        ->capture_default_str();
  }

  void add_sync_commands() {
    CLI::App* plan =
        command(app_, "plan", "Show what the next sync would do; writes nothing",
                "  starling plan model.yaml\n  starling plan model.yaml --data /var/lib/starling",
                [this] { return plan_sync(model_, data_); });
    add_model(plan);
    add_data(plan);
    CLI::App* sync = command(
        app_, "sync", "Bring the warehouse's rows into the data folder",
        "  starling sync model.yaml\n  starling sync model.yaml --only \"order submitted\"\n"
        "  starling sync model.yaml --watch",
        [this] {
          return run_sync({model_, data_, only_, watch_, accept_removals_, backfill_});
        });
    add_model(sync);
    add_data(sync);
    sync->add_option("--only", only_, "Only this source; may repeat")->allow_extra_args(false);
    sync->add_flag("--watch", watch_, "Go on, each source as often as the model says");
    sync->add_flag("--accept-removals", accept_removals_,
                   "Let Mirror remove more than 30 % of a source's rows");
    sync->add_flag("--backfill", backfill_,
                   "Read all rows of standard sources again: new columns reach the old rows");
    CLI::App* status = command(
        app_, "status", "Show each source's last run and whether it equals the warehouse",
        "  starling status\n  starling status --data /var/lib/starling\n"
        "  starling status \"order submitted\"",
        [this] { return source_.empty() ? print_status(data_) : print_runs(source_, data_); });
    status->add_option("SOURCE", source_, "Show the last runs of this source");
    add_data(status);
    add_hold(command(app_, "pause", "Keep a source from running by itself",
                     "  starling pause \"order submitted\"",
                     [this] { return hold_source(source_, data_, true); }));
    add_hold(command(app_, "resume", "Let a paused source run by itself again",
                     "  starling resume \"order submitted\"",
                     [this] { return hold_source(source_, data_, false); }));
  }

  void add_hold(CLI::App* sub) {
    sub->add_option("SOURCE", source_, "The source, as `starling status` names it")->required();
    add_data(sub);
  }

  void add_question_commands() {
    CLI::App* query =
        command(app_, "query", "Answer a report document",
                "  starling query revenue.yaml\n"
                "  starling query revenue.yaml --format csv > revenue.csv\n"
                "  starling query revenue.yaml --as-of 2025-09-01\n"
                "  starling query revenue.yaml --explain\n"
                "  starling query revenue.yaml --sql\n"
                "  echo '{report: insights, metrics: [{event: \"*\"}]}' | starling query -",
                [this] {
                  return run_query({report_, data_, format_, as_of_, explain_, sql_});
                });
    query->add_option("REPORT", report_, "The report file, YAML or JSON; - reads stdin")
        ->required();
    add_data(query);
    query->add_option("--format", format_, "How to print the result")
        ->check(CLI::IsMember({"table", "json", "csv"}))
        ->capture_default_str();
    query->add_option("--as-of", as_of_,
                      "The instant to take for now: 2025-09-01 or 2025-09-01T00:00:00Z");
    query->add_flag("--explain", explain_,
                    "Say what is asked in words and what was read, instead of the result");
    query
        ->add_flag("--sql", sql_,
                   "Print one SELECT over the warehouse's own tables that computes the same")
        ->excludes("--explain");
    CLI::App* serve_command =
        command(app_, "serve", "Serve the web app and the HTTP API",
                "  starling serve\n  starling serve --listen 127.0.0.1:9000\n"
                "  starling serve --sync model.yaml\n"
                "  starling serve --listen 0.0.0.0:8080 --insecure",
                [this] {
                  return serve({data_, listen_, insecure_, serve_model_, query_memory_});
                });
    add_data(serve_command);
    serve_command->add_option("--sync", serve_model_,
                              "Sync this model's sources as often as it says, too");
    serve_command->add_option("--listen", listen_, "Address and port")->capture_default_str();
    serve_command->add_flag("--insecure", insecure_,
                            "Allow an address that other machines can reach");
    serve_command
        ->add_option("--query-memory", query_memory_,
                     "How much a question may keep for exact percentiles and distinct counts, like "
                     "4GB; half of the memory when not given")
        ->transform(CLI::AsSizeValue(false));
  }

  void add_store_commands() {
    CLI::App* dump = command(app_, "dump", "Print the files of the data folder as text",
                             "  starling dump | less\n  starling dump --rows",
                             [this] { return dump_store(data_, rows_); });
    add_data(dump);
    dump->add_flag("--rows", rows_, "With every row");
    CLI::App* verify = command(
        app_, "verify", "Compare every file with its checksum, and the store with the warehouse",
        "  starling verify\n  starling verify --model model.yaml --repair\n"
        "  starling verify revenue.yaml --model model.yaml",
        [this] {
          if (!report_.empty()) return verify_report({report_, model_, data_, as_of_});
          return app::verify({data_, model_, only_, repair_});
        });
    CLI::Option* report = verify->add_option(
        "REPORT", report_, "Run this report's SELECT in the warehouse and compare every cell");
    CLI::Option* of_model =
        verify->add_option("--model", model_, "Compare each day of this model's sources, too");
    report->needs(of_model);
    verify->add_option("--as-of", as_of_, "Of a report: the instant to take for now");
    verify->add_option("--only", only_, "Only this source; may repeat")->allow_extra_args(false);
    verify->add_flag("--repair", repair_, "Read again what differs");
    add_data(verify);
  }

  void add_others() {
    CLI::App* board = app_.add_subcommand("board", "Boards as files");
    board->require_subcommand(1);
    board->footer("Examples:\n  starling board import board.yaml");
    CLI::App* import = command(
        *board, "import", "Save a board from a file, replacing the one of its name",
        "  starling board import board.yaml", [this] { return import_board_file(file_, data_); });
    import->add_option("FILE", file_, "The board file")->required();
    add_data(import);
    command(app_, "completion", "Print a completion script for a shell",
            "  source <(starling completion bash)\n  starling completion zsh > ~/.zfunc/_starling\n"
            "  starling completion fish > ~/.config/fish/completions/starling.fish",
            [this] { return print_completion(); })
        ->add_option("SHELL", shell_, "The shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  }

  Result<void> print_completion() {
    std::vector<CompletionPoint> points;
    collect(app_, "", points);
    const auto script = completion_script(shell_, points);
    if (script) std::fputs(script->c_str(), stdout);
    return {};
  }

  void collect(CLI::App& app, const std::string& command, std::vector<CompletionPoint>& points) {
    CompletionPoint point{command, {}, false};
    for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; }))
      point.words.push_back(sub->get_name());
    for (const CLI::Option* option : app.get_options()) {
      if (option->get_positional()) {
        const bool shell = option->get_name(true) == "SHELL";
        if (shell) point.words.insert(point.words.end(), {"bash", "zsh", "fish"});
        point.files = point.files || !shell;
      }
      for (const std::string& name : option->get_lnames()) point.words.push_back("--" + name);
    }
    points.push_back(point);
    for (CLI::App* sub : app.get_subcommands([](CLI::App*) { return true; })) {
      collect(*sub, command.empty() ? sub->get_name() : command + " " + sub->get_name(), points);
    }
  }

  CLI::App app_{
      "Starling turns a warehouse's star schema into events and answers questions about them.",
      "starling"};
  std::function<Result<void>()> action_;
  std::string data_ = "./starling-data", model_, report_, file_, shell_, as_of_, out_, dbt_;
  uint64_t query_memory_ = 0;
  std::string format_ = "table", listen_ = "127.0.0.1:8080";
  ProposeOptions propose_;
  std::string source_, serve_model_;
  std::vector<std::string> only_;
  bool repair_ = false, watch_ = false, accept_removals_ = false, backfill_ = false,
       insecure_ = false, rows_ = false, explain_ = false, sql_ = false;
};

}  // namespace

int run_command_line(int argc, char** argv) {
  try {
    CommandLine line;
    try {
      line.app().parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return line.app().exit(error) == 0 ? kDone : kRefused;
    }
    const Result<void> result = line.action()();
    if (result) return kDone;
    std::fprintf(stderr, "starling: %s\n", result.error().message.c_str());
    return exit_status(result.error().code);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "starling: %s\n", error.what());
    return kFailed;
  }
}

}  // namespace starling::app
