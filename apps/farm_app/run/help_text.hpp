#pragma once
// What farm_app run --help says around the options.

namespace app {

inline constexpr const char* run_summary =
    R"(farm_app run: programs that are not ours, farmed inside one MPI job

usage: mpirun -np N farm_app run [OPTIONS] [TASKFILE | -]
       mpirun -np N farm_app run [OPTIONS] COMMAND... [::: VALUE...] [:::: FILE...] ...

Runs command lines, one at a time on each engine. They come from a task file, one a line, or
from a command and values that are put in: those behind ':::', those in files behind '::::' or
-a, numbers of --range, or lines of standard input where there are no others. Several sources
make all combinations, the last one going fastest; ':::+' and '::::+' go in step with the source
before them. Options end where the command or the task file stands.

What commands print appears on standard output and error of this job, in one piece for each. A
command fails if its exit status is not 0. Command lines are taken by a shell if they need one.)";

inline constexpr const char* run_epilogue = R"(
replacement strings:
  {}                      the values              sub/a.tar.gz
  {.}                     without extension       sub/a.tar
  {/}                     without folders         a.tar.gz
  {//}                    the folder              sub
  {/.}                    neither                 a.tar
  {2} {2.} {2/} {-1} ...  the same of one source or column; negative ones count from the end
  {NAME} {NAME.} ...      the same of a column with a name (--header, --range)
  {#}                     the number of the command, from 1
  {%}                     the number of the slot that runs it: the engine
Values are quoted for the shell, unless the command begins with a replacement string. Without
any, the values go to the end of the command.

task files:
  Empty lines and lines that begin with # are left out, but for directives of disBatch:
  #DISBATCH PREFIX TEXT              in front of each command that follows
  #DISBATCH SUFFIX TEXT              behind it
  #DISBATCH BARRIER [CHECK]          what follows waits for all before; CHECK: which must be good
  #DISBATCH REPEAT N [start S] [step K] [COMMAND]
                                     N commands; DISBATCH_REPEAT_INDEX is S, S + K, ...
  #DISBATCH PERENGINE START|STOP COMMAND
                                     once on each engine, first or last

templates:
  Jinja2, with the columns that have names as variables; values['NAME'] for any name, args[0] ...
  for values without, and seq. An unknown variable is an error. Commands start in the directory
  where the files are: programs that are not on the PATH need a full path.

environment of commands:
  FARM_TASK FARM_SEQ FARM_SLOT FARM_ENGINE FARM_ATTEMPT FARM_CORES PARALLEL_SEQ PARALLEL_JOBSLOT;
  in task files with directives also DISBATCH_TASKID, DISBATCH_STREAM_INDEX and
  DISBATCH_REPEAT_INDEX (the same with _ZP and zeros in front), DISBATCH_NAMETASKS and
  DISBATCH_JOBID.

times and sizes:
  Times are seconds, or 90s, 5m, 2h, 1d. Sizes are bytes, or 64K, 512M, 4G (powers of 1024).

signals:
  SIGTERM, SIGUSR1 and SIGUSR2: start nothing more, give running commands the time of --drain to
  end, end the others, write the log, and leave.

exit status:
  0         all commands were good
  1 to 100  as many failed
  101       more failed
  102       the run was told to end, and something was left
  2         also: the options make no sense, and nothing ran
  255       another error
  With --halt: as GNU parallel has it.

examples:
  A file of commands, with a log; the second time, what has not ended or has failed:
    mpirun -np 64 farm_app run --joblog log tasks.txt
    mpirun -np 64 farm_app run --joblog log --resume-failed tasks.txt
  All combinations of values, output in their order:
    mpirun -np 8 farm_app run -k ./solve --method {1} --mesh {2} ::: lu qr ::: 100 200 400
  One command for each file, its result beside it:
    find . -name '*.dat' | mpirun -np 8 farm_app run './fit {} > {.}.fit'
  A table with a header:
    mpirun -np 8 farm_app run --csv --header : ./sim --mu {mu} --seed {seed} :::: table.csv
  A grid of 21 x 3 points, and 1000 points of a Latin hypercube:
    mpirun -np 8 farm_app run --range mu=0:10:0.5 --range n=1:3 ./sim {mu} {n}
    mpirun -np 8 farm_app run --range mu=0:10 --range n=1:3 --sample 1000 ./sim {mu} {n}
  A program that reads run.in where it starts:
    mpirun -np 8 farm_app run --range mu=0:10:0.5 --template run.in.j2 "$PWD/sim"
  A program that reads its input from standard input, with a limit and three tries:
    mpirun -np 8 farm_app run --range mu=0:9 --template deck.j2=- --timeout 1h --retries 3 ./sim
  What would run:
    farm_app run --dry-run --range mu=0:1:0.25 ./sim {mu}
)";

}  // namespace app
