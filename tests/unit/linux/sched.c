/* SPDX-License-Identifier: Apache-2.0 */
/* sched.c - scheduler, I/O priority, affinity and memory policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "linux/sched.h"

#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "tests/unit/linux/child.h"

static int batch(void)
{
	const struct plan_limits l = { .scheduler = {
					       .set = true, .policy = SCHED_BATCH, .nice = 5 } };
	struct err e = { 0 };

	CHECK(sched_apply(&l, &e) == 0);
	CHECK(sched_getscheduler(0) == SCHED_BATCH);
	CHECK(getpriority(PRIO_PROCESS, 0) == 5);
	return CHILD_OK;
}

static int scheduler_refused(void)
{
	const struct plan_limits l = {
		.scheduler = { .set = true, .policy = SCHED_OTHER, .priority = 3 }
	};
	struct err e = { 0 };

	CHECK(sched_apply(&l, &e) == -EINVAL);
	CHECK_MSG(&e, "SCHED_OTHER");
	CHECK(strcmp(e.where, "/process/scheduler") == 0);
	return CHILD_OK;
}

static int io_priority(void)
{
	int value = IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 6);
	const struct plan_limits l = { .has_ioprio = true, .ioprio = value };
	struct err e = { 0 };

	CHECK(sched_apply(&l, &e) == 0);
	CHECK(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0) == value);
	/* The caller's process group is not ours to change. */
	CHECK(syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, getppid()) != value);
	return CHILD_OK;
}

static int affinity(void)
{
	const struct plan_limits l = { .reset_affinity = true };
	cpu_set_t before, one, after;
	struct err e = { 0 };

	CHECK(sched_getaffinity(0, sizeof(before), &before) == 0);
	if (CPU_COUNT(&before) < 2)
		return CHILD_SKIP;
	CPU_ZERO(&one);
	for (int cpu = 0; CPU_COUNT(&one) == 0; cpu++) {
		if (CPU_ISSET(cpu, &before))
			CPU_SET(cpu, &one);
	}
	CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
	CHECK(sched_apply(&l, &e) == 0);
	CHECK(sched_getaffinity(0, sizeof(after), &after) == 0);
	CHECK(CPU_COUNT(&after) >= CPU_COUNT(&before));
	return CHILD_OK;
}

static int memory(void)
{
	unsigned long nodes[1] = { 1 };
	struct plan_limits l = {
		.has_mempolicy = true, .mempolicy = MPOL_BIND, .nodes = nodes, .nodes_bits = 1
	};
	struct err e = { 0 };
	int mode = -1;

	if (syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0) < 0)
		return CHILD_SKIP;
	CHECK(sched_apply(&l, &e) == 0);
	CHECK(syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0) == 0 && mode == MPOL_BIND);
	l.mempolicy = MPOL_DEFAULT;
	l.nodes_bits = 0;
	CHECK(sched_apply(&l, &e) == 0);
	CHECK(syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0) == 0 && mode == MPOL_DEFAULT);
	l.mempolicy = 77;
	CHECK(sched_apply(&l, &e) == -EINVAL);
	CHECK(strcmp(e.where, "/linux/memoryPolicy") == 0);
	return CHILD_OK;
}

static void test_batch(void **state)
{
	(void)state;
	run_child(batch, 0);
}

static void test_refused(void **state)
{
	(void)state;
	run_child(scheduler_refused, 0);
}

static void test_ioprio(void **state)
{
	(void)state;
	run_child(io_priority, 0);
}

static void test_affinity(void **state)
{
	(void)state;
	run_child(affinity, 0);
}

static void test_memory(void **state)
{
	(void)state;
	run_child(memory, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_batch),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_ioprio), cmocka_unit_test(test_affinity),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
