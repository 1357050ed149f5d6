/* SPDX-License-Identifier: Apache-2.0 */
/* complete_fish.c - the completion script for fish: one line per option. */
#include "cli/cli.h"
#include "cli/complete.h"

static void put_quoted(struct out *o, const char *s)
{
	out_str(o, "'");
	for (; *s; s++) {
		if (*s == '\'' || *s == '\\')
			out_str(o, "\\");
		out_bytes(o, s, 1);
	}
	out_str(o, "'");
}

/* The start of a line that holds for one command, or for all. */
static void put_start(struct out *o, const char *command)
{
	out_str(o, "complete -c ocirun");
	if (command)
		out_fmt(o, " -n '__fish_seen_subcommand_from %s'", command);
}

static void put_argument(struct out *o, const struct opt *row)
{
	switch (complete_kind(row)) {
	case COMPLETE_NOTHING: out_str(o, " -x"); break;
	case COMPLETE_DIR: out_str(o, " -x -a '(__fish_complete_directories)'"); break;
	case COMPLETE_FILE: out_str(o, " -r -F"); break;
	case COMPLETE_WORDS:
		out_str(o, " -x -a '");
		complete_words(o, row->argument);
		out_str(o, "'");
		break;
	}
}

static void put_table(struct out *o, const char *command, const struct opt_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct opt *row = &table->at[i];

		if (row->hidden)
			continue;
		put_start(o, command);
		out_fmt(o, " -l %s", row->name);
		if (row->letter)
			out_fmt(o, " -s %c", row->letter);
		if (row->kind != OPT_FLAG)
			put_argument(o, row);
		out_str(o, " -d ");
		put_quoted(o, row->help);
		out_str(o, "\n");
	}
}

static void put_word(struct out *o, const char *command, enum word_kind kind)
{
	if (kind == WORD_NOTHING)
		return;
	put_start(o, command);
	out_str(o, " -a '");
	switch (kind) {
	case WORD_NOTHING: break;
	case WORD_ID: out_str(o, "(ocirun list -q 2>/dev/null)"); break;
	case WORD_SIGNAL: complete_signals(o); break;
	case WORD_COMMAND:
		for (size_t i = 0; i < commands_n; i++)
			out_fmt(o, "%s%s", i ? " " : "", commands[i]->name);
		break;
	case WORD_SHELL: out_str(o, "bash zsh fish"); break;
	}
	out_str(o, "'\n");
}

void complete_fish(struct out *o)
{
	out_str(o, "complete -c ocirun -f\n");
	put_table(o, NULL, &global_options);
	for (size_t i = 0; i < commands_n; i++) {
		out_fmt(o, "complete -c ocirun -n __fish_use_subcommand -a %s -d ",
			commands[i]->name);
		put_quoted(o, commands[i]->summary);
		out_str(o, "\n");
	}
	for (size_t i = 0; i < commands_n; i++) {
		put_table(o, commands[i]->name, &commands[i]->options);
		for (int k = 0; k < commands[i]->words_max; k++)
			put_word(o, commands[i]->name, commands[i]->words[k]);
	}
}
