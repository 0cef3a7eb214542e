#include "farm_app/run/help_text.hpp"
#include "farm_app/run/option_words.hpp"

namespace app {

namespace {

namespace po = boost::program_options;
using Section = po::options_description;

po::typed_value<std::string>* value(std::string& word, const char* name) {
  auto* semantic = po::value(&word)->value_name(name);
  return word.empty() ? semantic : semantic->default_value(word);
}

po::typed_value<std::vector<std::string>>* values(std::vector<std::string>& words,
                                                  const char* name) {
  return po::value(&words)->value_name(name)->composing();
}

Section inputs(OptionWords& words) {
  Section section("inputs");
  section.add_options()("file", value(words.file, "FILE"),
                        "the task file, for a name that could be taken for a command")(
      "follow",
      "wait for more at the end of the task file or of the values, until the file is removed (a "
      "pipe ends when its writers close it)")(
      "arg-file,a", values(words.arg_files, "FILE"),
      "values, one a line; repeatable; - is standard input")(
      "colsep,C", value(words.colsep, "REGEX"),
      "cut each value into columns {1}, {2}, ... at REGEX; '\\t' is a tab")(
      "csv",
      "values are CSV: quotation marks around fields, which may hold line breaks; one that is "
      "never closed is an error")(
      "header", value(words.header, ":"),
      "the first row of each source names its columns, for {NAME}; under mpirun, which takes a "
      "lone : for itself, write --header=:")(
      "null,0", "values and commands end with NUL, not with a line break")(
      "no-run-if-empty,r", "leave out rows that have only white space")(
      "range", values(words.ranges, "NAME=LOW:HIGH[:STEP]"),
      "the numbers from LOW to HIGH (inclusive) in steps of STEP (1) as {NAME}; repeatable: a "
      "grid")("sample", value(words.sample, "N"),
              "N points between the ends of all ranges, in place of the grid")(
      "method", value(words.method, "lhs|random"),
      "of --sample: a Latin hypercube, or independent points")("seed", value(words.seed, "N"),
                                                               "of --sample and --shuf")(
      "shuf", "start commands in a random order; {#} and the log keep the order of the source")(
      "template", values(words.templates, "FILE[=NAME]"),
      "render FILE (Jinja2) for each command as NAME in the command's own directory; without NAME, "
      "FILE without folders and .j2; with NAME -, as its standard input; repeatable");
  return section;
}

Section execution(OptionWords& words) {
  Section section("execution");
  section.add_options()("dry-run", "print the commands, run none")(
      "wd", value(words.directory, "DIR"), "where commands start (default: where the job started)")(
      "own-directory", value(words.own_directory, "DIR"),
      "each command starts in a directory of its own, DIR/{#} (with --template: farm-tasks/{#})")(
      "env", values(words.environment, "NAME[=VALUE]"),
      "set in the environment of commands; without VALUE, as it is here; repeatable")(
      "shell", value(words.shell, "PATH"),
      "for commands that need one (default: $PARALLEL_SHELL, or $SHELL if that is a Bourne shell, "
      "or /bin/sh; /bin/bash for a task file with #DISBATCH)")(
      "retries", value(words.retries, "N"),
      "start a command that fails up to N times in all, elsewhere if possible")(
      "delay", value(words.delay, "TIME"), "between the starts of two commands")(
      "nice", value(words.nice, "N"), "added to the niceness of commands")(
      "outstanding", value(words.outstanding, "N"),
      "commands that are made in advance (default: as many as the engines keep busy)");
  return section;
}

Section limits(OptionWords& words) {
  Section section("limits");
  section.add_options()(
      "timeout", value(words.timeout, "TIME|N%"),
      "end commands that run longer; N%: than that share of the median run time so far")(
      "grace", value(words.grace, "TIME"), "from SIGTERM to SIGKILL")(
      "mem", value(words.memory, "SIZE"),
      "end a command that has more than SIZE resident (512M, 4G), with its children")(
      "memfree", value(words.memory_free, "SIZE"),
      "start commands only while SIZE is available on the host, which must have so much at all")(
      "cores", value(words.cores, "N"), "of one command, in FARM_CORES and OMP_NUM_THREADS")(
      "gpus", value(words.gpus, "N"),
      "of one command: it runs on engines with the label gpu=N, in CUDA_VISIBLE_DEVICES")(
      "needs", values(words.needs, "LABEL[=N]"),
      "run only on engines that have the label (--farm-label); repeatable");
  return section;
}

Section output(OptionWords& words) {
  Section section("output");
  section.add_options()("group", "print what a command wrote when it has ended (the default)")(
      "line-buffer", "print whole lines while commands run")(
      "ungroup,u", "print what comes as it comes, without tags")("keep-order,k",
                                                                 "print in the order of {#}")(
      "tag", "put the values and a tab in front of each line")(
      "tagstring", value(words.tagstring, "TEXT"), "the same with TEXT, which may have {}")(
      "results", value(words.results, "DIR"), "keep standard output and error in files below DIR")(
      "results-style", value(words.results_style, "files|stream"),
      "DIR/{#}/stdout and stderr; or one file an engine, with an index: commands whose output does "
      "not fit there have failed")(
      "quiet-output", "print nothing of what commands write; with --results, it is in files")(
      "report", value(words.report, "FILE.csv|.json"),
      "a row for each command that has ended, however the run ends")("bar", "a bar of progress")(
      "eta", "the time that is left")("progress", "what the engines do")("no-summary",
                                                                         "say nothing in the end");
  return section;
}

Section control(OptionWords& words) {
  Section section("log and control");
  section.add_options()("joblog", value(words.joblog, "FILE"),
                        "a line for each command that has ended, in GNU parallel's format")(
      "resume", "leave out what the log has")(
      "resume-failed", "leave out what the log has, but for commands that failed")(
      "retry-failed",
      "run the commands in the log that failed, and nothing else, whatever stood between them; "
      "with the task file, its barriers hold")(
      "force-resume", "also where commands have changed since the log was written")(
      "halt", value(words.halt, "WHEN,WHY=N[%]"),
      "end the run early. WHEN: now (end running commands) or soon (let them end); WHY: fail, "
      "success or done. Or never")(
      "drain", value(words.drain, "TIME"),
      "that running commands are given when the run is told to end (SIGTERM, SIGUSR1, SIGUSR2)");
  return section;
}

}  // namespace

void declare_run_options(CommandLine& line, OptionWords& words) {
  line.options()
      .add(inputs(words))
      .add(execution(words))
      .add(limits(words))
      .add(output(words))
      .add(control(words));
  line.epilogue(run_epilogue);
}

}  // namespace app
