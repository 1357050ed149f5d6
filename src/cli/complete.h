/* SPDX-License-Identifier: Apache-2.0 */
/* complete.h - completion scripts: what every shell's writer needs. */
#ifndef OCIRUN_CLI_COMPLETE_H
#define OCIRUN_CLI_COMPLETE_H

#include "base/err.h"
#include "cli/opt.h"
#include "cli/out.h"

/* What an option's argument names. */
enum complete_kind { COMPLETE_NOTHING, COMPLETE_DIR, COMPLETE_FILE, COMPLETE_WORDS };

enum complete_kind complete_kind(const struct opt *o);
/* "text|json" as "text json". */
void complete_words(struct out *o, const char *words);
/* The names of all signals, "KILL TERM ...", with the same separator between. */
void complete_signals(struct out *o);

void complete_bash(struct out *o);
void complete_zsh(struct out *o);
void complete_fish(struct out *o);

/* Write the script of the shell to fd.  -EINVAL: unknown shell. */
int complete_print(const char *shell, int fd, struct err *e);

#endif
