/* SPDX-License-Identifier: Apache-2.0 */
/* sys.h - system calls of the stub: one asm statement per architecture, no C
 * library.  Only stub.c includes this. */
#ifndef OCIRUN_STUB_SYS_H
#define OCIRUN_STUB_SYS_H

#include <asm/unistd.h>

#if defined(__x86_64__)
static inline long call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* The kernel enters with argc at the stack pointer. */
__asm__(".globl _start\n.type _start,@function\n_start:\n"
	"xor %ebp,%ebp\nmov %rsp,%rdi\nand $-16,%rsp\ncall stub_main\nhlt\n");
#elif defined(__aarch64__)
static inline long call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

__asm__(".globl _start\n.type _start,%function\n_start:\n"
	"mov x29,#0\nmov x30,#0\nmov x0,sp\nand sp,x0,#-16\nbl stub_main\nbrk #1\n");
#elif defined(__riscv)
static inline long call6(long n, long a, long b, long c, long d, long e, long f)
{
	register long a7 __asm__("a7") = n;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
}

__asm__(".globl _start\n.type _start,@function\n_start:\n"
	"mv a0,sp\nandi sp,sp,-16\ncall stub_main\nebreak\n");
#else
#error "the stub has no system call for this architecture"
#endif

#define CALL0(n) call6((n), 0, 0, 0, 0, 0, 0)
#define CALL1(n, a) call6((n), (long)(a), 0, 0, 0, 0, 0)
#define CALL2(n, a, b) call6((n), (long)(a), (long)(b), 0, 0, 0, 0)
#define CALL3(n, a, b, c) call6((n), (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define CALL4(n, a, b, c, d) call6((n), (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define CALL5(n, a, b, c, d, e) call6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define CALL6(n, a, b, c, d, e, f)                                                                 \
	call6((n), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

#endif
