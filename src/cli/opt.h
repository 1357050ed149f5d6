/* SPDX-License-Identifier: Apache-2.0 */
/* opt.h - command line options: one table row each feeds parsing, --help and
 * the shells' completions.
 *
 * Spellings: --name VALUE, --name=VALUE, -name VALUE, -name=VALUE (as Go
 * programs take them: go-runc writes "-no-subreaper"), -n VALUE, -n=VALUE.
 * Letters do not cluster.  Options and positional words mix freely until "--".
 * A flag takes =true, =false, =1 or =0.  The last of several wins, and an empty
 * text counts as not given, as in runc.
 */
#ifndef OCIRUN_CLI_OPT_H
#define OCIRUN_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Where all options of all commands are stored. */
struct options {
	/* global */
	const char *root, *log, *log_format, *log_level, *cgroup_manager;
	const char *rootless, *criu;	/* accepted for runc's callers, never read */
	const char *fail_at;
	bool debug, systemd_cgroup, trace, help, version;
	/* of commands */
	const char *bundle, *config, *console_socket, *pidfd_socket, *pid_file, *format;
	unsigned preserve_fds;
	bool no_pivot, no_new_keyring, no_subreaper, detach, keep;
	bool all, regex, force, quiet, json, rootless_spec;
};

enum opt_kind {
	OPT_FLAG,	/* bool */
	OPT_TEXT,	/* const char * */
	OPT_WORD,	/* const char *, one of the words in `argument` */
	OPT_NUMBER,	/* unsigned */
};

struct opt {
	const char *name;	/* without dashes */
	char letter;		/* 0: none */
	uint8_t kind;
	bool hidden;		/* parsed, but neither in help nor in completions */
	uint16_t offset;	/* in struct options */
	const char *argument;	/* "DIR"; of OPT_WORD "text|json"; NULL of OPT_FLAG */
	const char *help;
};

struct opt_table {
	const struct opt *at;
	size_t n;
};

/* Rows.  A member of another type than the row says does not compile. */
#define OPT_OFFSET(member, type) \
	_Generic(((struct options *)0)->member, type: offsetof(struct options, member))
#define OPT_FLAG(name_, letter_, member, help_)                                        \
	{ .name = (name_), .letter = (letter_), .kind = OPT_FLAG,                      \
	  .offset = OPT_OFFSET(member, bool), .help = (help_) }
#define OPT_TEXT(name_, letter_, member, argument_, help_)                             \
	{ .name = (name_), .letter = (letter_), .kind = OPT_TEXT,                      \
	  .offset = OPT_OFFSET(member, const char *), .argument = (argument_), .help = (help_) }
#define OPT_WORD(name_, letter_, member, argument_, help_)                             \
	{ .name = (name_), .letter = (letter_), .kind = OPT_WORD,                      \
	  .offset = OPT_OFFSET(member, const char *), .argument = (argument_), .help = (help_) }
#define OPT_NUMBER(name_, letter_, member, argument_, help_)                           \
	{ .name = (name_), .letter = (letter_), .kind = OPT_NUMBER,                    \
	  .offset = OPT_OFFSET(member, unsigned), .argument = (argument_), .help = (help_) }
#define OPT_TABLE(rows) { (rows), sizeof(rows) / sizeof((rows)[0]) }

/* A command line on its way through opt_next(). */
struct opt_parse {
	char **argv;			/* without the program's name */
	int argc, next;
	bool ended;			/* "--" was seen */
	const struct opt_table *own;	/* of the command, NULL before it is known */
	const struct opt_table *global;	/* for names which own does not have */
	struct options *out;
};

/* Store options up to the next positional word.  1: *word is that word; 0: the
 * end; -EINVAL: a mistake, described in e. */
int opt_next(struct opt_parse *p, char **word, struct err *e);

/* Is the word one of "text|json"? */
bool opt_has_word(const char *words, const char *word);

#endif
