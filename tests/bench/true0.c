/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest program a container can run: it exits with 0, or with -DPAUSE it sleeps until
 * killed. No libc and no start-up code: what is measured around it is the runtime and the kernel.
 */
#include "nolibc.h"

void _start(void);

void _start(void)
{
#ifdef PAUSE
	for (;;)
		syscall4(SYS_ppoll, 0, 0, 0, 0);
#else
	syscall4(SYS_exit, 0, 0, 0, 0);
	__builtin_unreachable();
#endif
}
