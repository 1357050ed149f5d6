/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - the entry of ocirun: makes the process fit for everything else. */
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "cli/cli.h"

/* A closed descriptor 0, 1 or 2 would be taken by the next file that is opened,
 * the container's state say, and then be written to as "stderr".  One poll(2)
 * sees all three. */
static void open_standard_fds(void)
{
	struct pollfd fds[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (poll(fds, 3, 0) <= 0)
		return;
	for (int i = 0; i < 3; i++)
		if ((fds[i].revents & POLLNVAL) &&
		    open("/dev/null", O_RDWR) != i) /* the payload inherits it: no CLOEXEC */
			_exit(EXIT_FAILED);
}

int main(int argc, char **argv)
{
	open_standard_fds();
	return cli_main(argc, argv);
}
