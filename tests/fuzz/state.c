/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: the record of a container.
 *
 * The input is a state.json.  What is read must be written and read again to the
 * same bytes; what is not must say why.  Nothing is done to the process that it
 * may name.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "runtime/container.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char root[] = "/tmp/ocirun-fuzz-XXXXXX";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void clean_up(void)
{
	struct err e;

	if (chdir("/") < 0)
		abort();
	(void)state_remove_dir(root, "fuzz", &e);
	(void)rmdir(root);
}

static int open_dir(void)
{
	static bool made;
	struct err e;

	if (made)
		return state_open_dir(root, "fuzz", &e);
	made = mkdtemp(root) != NULL && atexit(clean_up) == 0;
	return state_make_dir(root, "fuzz", &e);
}

static void put(int dir, const uint8_t *data, size_t size)
{
	fd_auto fd = openat(dir, "state.json", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	require(fd >= 0 && fd_write_all(fd, data, size) == 0);
}

static char *get(int dir, struct arena *a)
{
	fd_auto fd = openat(dir, "state.json", O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	size_t len;

	require(fd >= 0 && fd_slurp(fd, STATE_FILE_MAX, a, &text, &len) == 0);
	return text;
}

static void round_trip(int dir, const struct state_record *first, struct arena *a)
{
	struct state_record second;
	struct hook_state hooks;
	struct err e = { 0 };
	char *once;

	if (state_write(dir, first, a, &e) < 0) { /* escaped it is larger than it was */
		require(e.code == EFBIG);
		return;
	}
	once = get(dir, a);
	require(state_read(dir, a, &second, &e) == 0);
	require(state_write(dir, &second, a, &e) == 0);
	require(!strcmp(once, get(dir, a)));
	container_hook_state(&second, a, &hooks);
	require(hook_state_text(&hooks, "stopped", 0) > 0);
	(void)container_hooks(&second.poststop, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct runtime rt = { .root = root };
	struct state_record record;
	struct container c;
	struct arena a;
	struct err e = { 0 };
	fd_auto dir = open_dir();
	int ret;

	require(dir >= 0 && arena_init(&a, RUNTIME_ARENA, &e) == 0);
	put(dir, data, size);
	ret = state_read(dir, &a, &record, &e);
	require(ret == 0 || (e.code == -ret && e.msg[0]));
	require(container_open(&rt, "fuzz", &a, &c, &e) == (ret ? -ENODATA : 0));
	if (ret == 0) {
		require(container_status(&c) != STATUS_CREATED); /* there is no gate */
		(void)container_is_paused(&c);
	}
	container_close(&c);
	if (ret == 0)
		round_trip(dir, &record, &a);
	arena_drop(&a);
	return 0;
}
