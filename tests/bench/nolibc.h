/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One raw system call for the helper programs that are built without a libc (true0.c, stub0.c).
 * Returns the kernel's value, -errno included. x86_64 and aarch64.
 */
#ifndef BENCH_NOLIBC_H
#define BENCH_NOLIBC_H

#include <sys/syscall.h>

static inline long syscall4(long nr, long a, long b, long c, long d)
{
#if defined(__x86_64__)
	register long r10 __asm__("r10") = d;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return ret;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
#else
#error "no system call sequence for this architecture"
#endif
}

#endif
