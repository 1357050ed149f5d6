/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Last stage of the floor's container process (floor.c), executed from a sealed memfd: the floor's
 * counterpart of the runtime's own stub.
 *
 * argv[0] is "run" (exec at once) or "create" (first wait for one byte on descriptor 3, the start
 * FIFO); argv[1] is the program to become. Ends with 127 when that cannot be executed.
 */
#include "nolibc.h"

#define START_FD 3

__attribute__((used)) static void stub_main(long *stack)
{
	char **argv = (char **)(stack + 1);
	char **envp = argv + stack[0] + 1;
	char go;

	if (argv[0][0] == 'c') {
		syscall4(SYS_read, START_FD, (long)&go, 1, 0);
		syscall4(SYS_close, START_FD, 0, 0, 0);
	}
	syscall4(SYS_execve, (long)argv[1], (long)(argv + 1), (long)envp, 0);
	syscall4(SYS_exit, 127, 0, 0, 0);
}

/* The kernel enters with the argument block at the stack pointer, which C cannot name. */
__asm__(".text\n"
	".globl _start\n"
	"_start:\n"
#if defined(__x86_64__)
	"	mov %rsp, %rdi\n"
	"	and $-16, %rsp\n"
	"	call stub_main\n"
#elif defined(__aarch64__)
	"	mov x0, sp\n"
	"	bl stub_main\n"
#endif
);
