/* SPDX-License-Identifier: Apache-2.0 */
/* complete_bash.c - the completion script for bash. */
#include "cli/cli.h"
#include "cli/complete.h"

/* What an option takes: "-" nothing, or the action that finds its argument. */
static void put_action(struct out *o, const struct opt *row)
{
	static const char *const actions[] = {
		[COMPLETE_NOTHING] = "any",
		[COMPLETE_DIR] = "dirs",
		[COMPLETE_FILE] = "files",
	};
	enum complete_kind kind = complete_kind(row);

	out_str(o, " echo ");
	if (row->kind == OPT_FLAG)
		out_str(o, "-");
	else if (kind == COMPLETE_WORDS)
		complete_words(o, row->argument);
	else
		out_str(o, actions[kind]);
	out_str(o, " ;;\n");
}

static void put_arguments(struct out *o, const char *command, const struct opt_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct opt *row = &table->at[i];

		if (row->hidden)
			continue;
		out_fmt(o, "\t%s:--%s", command, row->name);
		if (row->letter)
			out_fmt(o, " | %s:-%c", command, row->letter);
		out_str(o, ")");
		put_action(o, row);
	}
}

static void put_names(struct out *o, const struct opt_table *table)
{
	for (size_t i = 0; i < table->n; i++) {
		if (table->at[i].hidden)
			continue;
		out_fmt(o, " --%s", table->at[i].name);
		if (table->at[i].letter)
			out_fmt(o, " -%c", table->at[i].letter);
	}
}

static void put_options(struct out *o)
{
	out_str(o, "# The options of a command.\n"
		   "_ocirun_options() { # COMMAND\n"
		   "\techo");
	put_names(o, &global_options);
	out_str(o, "\n\tcase $1 in\n");
	for (size_t i = 0; i < commands_n; i++) {
		if (commands[i]->options.n == 0)
			continue;
		out_fmt(o, "\t%s) echo", commands[i]->name);
		put_names(o, &commands[i]->options);
		out_str(o, " ;;\n");
	}
	out_str(o, "\tesac\n}\n\n");
	out_str(o, "# What an option takes: -, any, dirs, files, or one of these words.\n"
		   "_ocirun_argument() { # COMMAND OPTION\n"
		   "\tcase $1:$2 in\n");
	for (size_t i = 0; i < commands_n; i++)
		put_arguments(o, commands[i]->name, &commands[i]->options);
	put_arguments(o, "*", &global_options);
	out_str(o, "\tesac\n}\n\n");
}

static void put_commands(struct out *o)
{
	for (size_t i = 0; i < commands_n; i++)
		out_fmt(o, "%s%s", i ? " " : "", commands[i]->name);
}

static void put_word(struct out *o, enum word_kind kind)
{
	switch (kind) {
	case WORD_NOTHING: break;
	case WORD_ID: out_str(o, "ocirun \"${@:3}\" list -q 2>/dev/null"); break;
	case WORD_SIGNAL:
		out_str(o, "echo ");
		complete_signals(o);
		break;
	case WORD_COMMAND:
		out_str(o, "echo ");
		put_commands(o);
		break;
	case WORD_SHELL: out_str(o, "echo bash zsh fish"); break;
	}
}

static void put_words(struct out *o)
{
	out_str(o, "# The words that can stand at a position behind the command.\n"
		   "_ocirun_words() { # COMMAND POSITION [--root DIR]\n"
		   "\tcase $1:$2 in\n"
		   "\t:*) echo ");
	put_commands(o);
	out_str(o, " ;;\n");
	for (size_t i = 0; i < commands_n; i++) {
		for (int k = 0; k < commands[i]->words_max; k++) {
			if (commands[i]->words[k] == WORD_NOTHING)
				continue;
			out_fmt(o, "\t%s:%d) ", commands[i]->name, k);
			put_word(o, commands[i]->words[k]);
			out_str(o, " ;;\n");
		}
	}
	out_str(o, "\tesac\n}\n\n");
}

/* bash splits words at "=": "--log=x" are three. */
static const char main_function[] =
	"_ocirun() {\n"
	"\tlocal current=${COMP_WORDS[COMP_CWORD]} command='' root=() takes='' position=0 i word\n"
	"\tCOMPREPLY=()\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tword=${COMP_WORDS[i]}\n"
	"\t\tif [[ $word == -* ]]; then\n"
	"\t\t\ttakes=$(_ocirun_argument \"$command\" \"$word\")\n"
	"\t\t\t[[ $takes && $takes != - ]] || { takes=''; continue; }\n"
	"\t\t\t((++i))\n"
	"\t\t\t[[ ${COMP_WORDS[i]} != = ]] || ((i == COMP_CWORD)) || ((++i))\n"
	"\t\t\t((i < COMP_CWORD)) || break\n"
	"\t\t\t[[ $word != --root ]] || root=(--root \"${COMP_WORDS[i]}\")\n"
	"\t\t\ttakes=''\n"
	"\t\telif [[ $command ]]; then\n"
	"\t\t\t((++position))\n"
	"\t\telse\n"
	"\t\t\tcommand=$word\n"
	"\t\tfi\n"
	"\tdone\n"
	"\t[[ $current != = ]] || current=''\n"
	"\tcase $takes in\n"
	"\tany) return ;;\n"
	"\tdirs) mapfile -t COMPREPLY < <(compgen -d -- \"$current\") && compopt -o filenames ;;\n"
	"\tfiles) mapfile -t COMPREPLY < <(compgen -f -- \"$current\") && compopt -o filenames ;;\n"
	"\t?*) mapfile -t COMPREPLY < <(compgen -W \"$takes\" -- \"$current\") ;;\n"
	"\t*)\n"
	"\t\tif [[ $current == -* ]]; then\n"
	"\t\t\ttakes=$(_ocirun_options \"$command\")\n"
	"\t\telse\n"
	"\t\t\ttakes=$(_ocirun_words \"$command\" \"$position\" \"${root[@]}\")\n"
	"\t\tfi\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$takes\" -- \"$current\")\n"
	"\t\t;;\n"
	"\tesac\n"
	"}\n"
	"complete -F _ocirun ocirun\n";

void complete_bash(struct out *o)
{
	put_options(o);
	put_words(o);
	out_str(o, main_function);
}
