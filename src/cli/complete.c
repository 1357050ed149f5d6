/* SPDX-License-Identifier: Apache-2.0 */
/* complete.c - see complete.h. */
#include "cli/complete.h"

#include <errno.h>
#include <string.h>

#include "base/names.h"

static const struct {
	const char *name, *first_line;
	void (*write)(struct out *o);
} shells[] = {
	{ "bash", "# shellcheck shell=bash\n", complete_bash },
	{ "zsh", "#compdef ocirun\n", complete_zsh },
	{ "fish", "", complete_fish },
};

enum complete_kind complete_kind(const struct opt *o)
{
	if (o->kind == OPT_WORD)
		return COMPLETE_WORDS;
	if (o->kind != OPT_TEXT)
		return COMPLETE_NOTHING;
	return strcmp(o->argument, "DIR") == 0 ? COMPLETE_DIR : COMPLETE_FILE;
}

void complete_words(struct out *o, const char *words)
{
	for (const char *at = words; *at; at++)
		out_bytes(o, *at == '|' ? " " : at, 1);
}

void complete_signals(struct out *o)
{
	for (size_t i = 0; i < names_signal.n; i++)
		out_fmt(o, "%s%s", i ? " " : "", names_signal.at[i].name + strlen("SIG"));
}

int complete_print(const char *shell, int fd, struct err *e)
{
	struct out o;

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shells[i].name, shell) != 0)
			continue;
		out_begin(&o, fd);
		out_str(&o, shells[i].first_line);
		out_str(&o, "# SPDX-License-Identifier: Apache-2.0\n");
		out_fmt(&o, "# Completion of ocirun for %s, made by: ocirun completion %s\n\n",
			shell, shell);
		shells[i].write(&o);
		return out_end(&o, e);
	}
	return err_set(e, EINVAL, "unknown shell \"%s\": bash, zsh and fish are known", shell);
}
