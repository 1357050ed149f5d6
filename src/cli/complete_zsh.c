/* SPDX-License-Identifier: Apache-2.0 */
/* complete_zsh.c - the completion script for zsh: one _arguments each. */
#include "cli/cli.h"
#include "cli/complete.h"

/* Text within '[...]' of a single-quoted word. */
static void put_quoted(struct out *o, const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			out_str(o, "'\\''");
		else if (*s == '[' || *s == ']' || *s == '\\')
			out_fmt(o, "\\%c", *s);
		else
			out_bytes(o, s, 1);
	}
}

static void put_action(struct out *o, const struct opt *row)
{
	switch (complete_kind(row)) {
	case COMPLETE_NOTHING: out_fmt(o, ":%s: ", row->argument); break;
	case COMPLETE_DIR: out_fmt(o, ":%s:_files -/", row->argument); break;
	case COMPLETE_FILE: out_fmt(o, ":%s:_files", row->argument); break;
	case COMPLETE_WORDS:
		out_str(o, ":word:(");
		complete_words(o, row->argument);
		out_str(o, ")");
		break;
	}
}

static void put_row(struct out *o, const struct opt *row)
{
	const char *value = row->kind == OPT_FLAG ? "" : "=";

	out_str(o, " \\\n\t\t");
	if (row->letter)
		out_fmt(o, "'(-%c --%s)'{-%c,--%s%s}'[", row->letter, row->name, row->letter,
			row->name, value);
	else
		out_fmt(o, "'--%s%s[", row->name, value);
	put_quoted(o, row->help);
	out_str(o, "]");
	if (row->kind != OPT_FLAG)
		put_action(o, row);
	out_str(o, "'");
}

static void put_table(struct out *o, const struct opt_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		if (!table->at[i].hidden)
			put_row(o, &table->at[i]);
}

static void put_word(struct out *o, int position, enum word_kind kind)
{
	out_fmt(o, " \\\n\t\t'%d:", position);
	switch (kind) {
	case WORD_NOTHING: out_str(o, "id: "); break;
	case WORD_ID: out_str(o, "id:_ocirun_ids"); break;
	case WORD_SIGNAL:
		out_str(o, "signal:(");
		complete_signals(o);
		out_str(o, ")");
		break;
	case WORD_COMMAND: out_str(o, "command:_ocirun_commands"); break;
	case WORD_SHELL: out_str(o, "shell:(bash zsh fish)"); break;
	}
	out_str(o, "'");
}

static void put_functions(struct out *o)
{
	out_str(o, "_ocirun_ids() {\n"
		   "\tcompadd -- $(ocirun $root list -q 2>/dev/null)\n"
		   "}\n\n"
		   "_ocirun_commands() {\n"
		   "\tlocal -a commands=(\n");
	for (size_t i = 0; i < commands_n; i++) {
		out_fmt(o, "\t\t'%s:", commands[i]->name);
		put_quoted(o, commands[i]->summary);
		out_str(o, "'\n");
	}
	out_str(o, "\t)\n"
		   "\t_describe command commands\n"
		   "}\n\n");
}

void complete_zsh(struct out *o)
{
	put_functions(o);
	out_str(o, "_ocirun() {\n"
		   "\tlocal curcontext=$curcontext state line\n"
		   "\tlocal -a root\n"
		   "\ttypeset -A opt_args\n"
		   "\t_arguments -C");
	put_table(o, &global_options);
	out_str(o, " \\\n\t\t'1:command:_ocirun_commands' '*::argument:->command'\n"
		   "\t[[ $state == command ]] || return\n"
		   "\troot=(${opt_args[--root]:+--root=${opt_args[--root]}})\n"
		   "\tcase $line[1] in\n");
	for (size_t i = 0; i < commands_n; i++) {
		out_fmt(o, "\t%s) _arguments", commands[i]->name);
		put_table(o, &commands[i]->options);
		for (int k = 0; k < commands[i]->words_max; k++)
			put_word(o, k + 1, commands[i]->words[k]);
		out_str(o, " ;;\n");
	}
	out_str(o, "\tesac\n}\n\n"
		   "if [[ $funcstack[1] == _ocirun ]]; then\n"
		   "\t_ocirun \"$@\"\n"
		   "else\n"
		   "\tcompdef _ocirun ocirun\n"
		   "fi\n");
}
