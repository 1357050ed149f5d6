/* SPDX-License-Identifier: Apache-2.0 */
/* cli.h - the command line of ocirun: what a command is and what it gets.
 *
 * A command is one file, cmd_NAME.c, with one `struct command`; its row of
 * options, its help and its completions come from there.  Commands turn words
 * into calls of runtime/ and results into text; they decide nothing about
 * containers.  Their value is the exit code.
 */
#ifndef OCIRUN_CLI_CLI_H
#define OCIRUN_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cli/opt.h"
#include "runtime/runtime.h"

#define CLI_SPEC_VERSION "1.3.0"	/* of the runtime specification */

/* Exit codes besides 0 and what a container's process says. */
enum { EXIT_FAILED = 1, EXIT_NO_COMMAND = 3 };

/* What the positional words of a command name, for completions. */
enum word_kind { WORD_NOTHING, WORD_ID, WORD_SIGNAL, WORD_COMMAND, WORD_SHELL };

struct cli;

struct command {
	const char *name;
	const char *synopsis;	/* "ID [SIGNAL]"; "" */
	const char *summary;	/* one line, lower case */
	const char *details;	/* more lines for --help, or NULL */
	struct opt_table options;
	uint8_t words_min, words_max;
	uint8_t words[2];	/* enum word_kind of the first and the second */
	bool changes;		/* containers: must not die of SIGPIPE half-way */
	bool makes;		/* containers: descriptors are passed on */
	int (*run)(struct cli *c);
};

struct cli {
	const struct command *command;	/* NULL: none was given */
	struct options o;
	char **words;			/* positional, words_n <= command->words_max */
	unsigned words_n;
	struct arena arena;		/* of the operation; left to the exit */
	unsigned listen_fds;		/* passed by socket activation, from 3 on */
};

/* All commands, in the order of the help. */
extern const struct command *const commands[];
extern const size_t commands_n;
extern const struct opt_table global_options;

const struct command *command_find(const char *name);	/* NULL: none */

extern const struct command cmd_check, cmd_completion, cmd_create, cmd_delete, cmd_features,
	cmd_help, cmd_kill, cmd_list, cmd_plan, cmd_run, cmd_spec, cmd_start, cmd_state;

/* Parse argv[1..] into c (zeroed).  0; -ENOENT: unknown command; -EINVAL. */
int cli_parse(struct cli *c, int argc, char **argv, struct err *e);
/* Parse, open the log, run the command.  Descriptors 0-2 are open. */
int cli_main(int argc, char **argv);

/* Directory of the bundle: the word (check, plan), else --bundle; NULL: here. */
const char *cli_bundle(const struct cli *c);
/* The --root as runtime/ wants it. */
struct runtime cli_runtime(struct cli *c);
/* The options that reach the planner. */
struct plan_options cli_plan_options(const struct cli *c);

#endif
