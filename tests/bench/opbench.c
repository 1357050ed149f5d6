/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opbench: wall time, CPU time, page faults and memory of the operations of several OCI runtimes.
 *
 * Every iteration runs every scenario (a container's life) once per runtime, in an order drawn anew
 * each time, so that a noisy neighbour hits all of them and no runtime always runs behind the same
 * one. What it prints are facts; no time decides about success or failure.
 *
 *   wall    from before vfork to after wait4 of the runtime's process
 *   cpu     user + system of that process and the children it waited for; for create also of the
 *           container's init, which is still alive then
 *   peak    ru_maxrss of that process and its children; nothing below opbench's own peak can be
 *           seen, because exec inherits it
 *   init    resident memory of the container's init after create
 *   faults  page faults, counted like cpu; the lowest of all iterations
 *
 * opbench is a subreaper: what create leaves behind becomes its child, and a scenario waits for it
 * where a runtime needs to find the container stopped. It runs inside the private namespace that
 * tests/bench/enter makes; runtimes are started by path, with no chroot or shell in between.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_RUNTIMES 8
#define MAX_STEPS 6
#define HANG_SECONDS 30		/* a step that takes longer is interrupted and counts as failed */
#define GIVE_UP_AFTER 3		/* failures of one runtime */

enum op { OP_END, OP_RUN, OP_CREATE, OP_START, OP_STATE, OP_KILL, OP_DELETE, OP_FORCE, OP_COUNT };

static const char *const op_names[OP_COUNT] = {
	[OP_END] = "",		 [OP_RUN] = "run",     [OP_CREATE] = "create",
	[OP_START] = "start",	 [OP_STATE] = "state", [OP_KILL] = "kill",
	[OP_DELETE] = "delete",	 [OP_FORCE] = "delete-force",
};

/* Each scenario ends with no container. Its container's program is named by the bundle. */
static const struct scenario {
	const char *bundle;
	enum op steps[MAX_STEPS];
	enum op stops;			/* wait for the container's end after this step */
} scenarios[] = {
	{ "true", { OP_RUN }, OP_RUN },
	{ "true", { OP_CREATE, OP_START, OP_DELETE }, OP_START },
	{ "pause", { OP_CREATE, OP_START, OP_STATE, OP_KILL, OP_DELETE }, OP_KILL },
	{ "pause", { OP_CREATE, OP_START, OP_FORCE }, OP_FORCE },
};

#define SCENARIO_COUNT (sizeof(scenarios) / sizeof(scenarios[0]))

enum metric { M_WALL, M_CPU, M_COUNT };

struct series {
	long *us[M_COUNT];		/* one value per sample, sorted by summarize() */
	size_t n;
	long peak_kb, init_kb, faults;	/* highest, highest, lowest; init_kb 0: not seen */
};

struct summary {
	long min, p25, med;
};

struct runtime {
	const char *name;
	const char *path;
	char root[256], id[64];
	int failures;
	struct series series[OP_COUNT];
};

struct bench {
	struct runtime runtimes[MAX_RUNTIMES];
	int count;
	size_t iterations;
	useconds_t gap_us;
	bool wanted[OP_COUNT];
	const char *work;
	FILE *out;
};

struct sample {
	long us[M_COUNT];
	long peak_kb, init_kb, faults;
};

static void on_alarm(int sig)
{
	(void)sig; /* only interrupts the wait */
}

static void die(const char *what, const char *which)
{
	fprintf(stderr, "opbench: %s %s\n", what, which);
	exit(2);
}

static long to_us(const struct timeval *tv)
{
	return tv->tv_sec * 1000000 + tv->tv_usec;
}

static long now_us(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* ---- one operation ---- */

/* floor.c relies on these shapes. */
static void op_argv(const struct runtime *rt, enum op op, const char *bundle, const char **argv)
{
	int n = 0;

	argv[n++] = rt->path;
	argv[n++] = "--root";
	argv[n++] = rt->root;
	argv[n++] = op == OP_FORCE ? "delete" : op_names[op];
	if (op == OP_RUN || op == OP_CREATE) {
		argv[n++] = "--bundle";
		argv[n++] = bundle;
	}
	if (op == OP_FORCE)
		argv[n++] = "--force";
	argv[n++] = rt->id;
	if (op == OP_KILL)
		argv[n++] = "KILL";
	argv[n] = NULL;
}

/* The first line of a file in /proc that starts with key; the text behind the key, or NULL. */
static char *proc_field(pid_t pid, const char *file, const char *key, char line[512])
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	if (!f)
		return NULL;
	while (fgets(line, 512, f))
		if (!strncmp(line, key, strlen(key))) {
			fclose(f);
			return line + strlen(key);
		}
	fclose(f);
	return NULL;
}

/* What the container's init, our only child now, has used up to here. */
static void add_init(struct sample *s)
{
	char file[64], line[512];
	long minor = 0, major = 0;
	clockid_t clock;
	char *text;
	pid_t pid;

	snprintf(file, sizeof(file), "task/%d/children", getpid());
	text = proc_field(getpid(), file, "", line);
	pid = text ? atoi(text) : 0;
	if (pid <= 0)
		return;
	if (clock_getcpuclockid(pid, &clock) == 0)
		s->us[M_CPU] += now_us(clock);
	text = proc_field(pid, "stat", "", line);
	text = text ? strrchr(text, ')') : NULL;
	if (text && sscanf(text, ") %*c %*d %*d %*d %*d %*d %*u %ld %*d %ld", &minor, &major) == 2)
		s->faults += minor + major;
	text = proc_field(pid, "smaps_rollup", "Rss:", line);
	if (text)
		s->init_kb = atol(text);
}

static bool run_op(const struct runtime *rt, enum op op, const char *bundle, struct sample *s)
{
	const char *envp[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	const char *argv[10];
	struct rusage usage;
	int status = -1;
	long begin;
	pid_t pid;

	op_argv(rt, op, bundle, argv);
	begin = now_us(CLOCK_MONOTONIC);
	pid = vfork();
	if (pid == 0) {
		execve(rt->path, (void *)argv, (void *)envp);
		_exit(127);
	}
	alarm(HANG_SECONDS);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		if (pid > 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
		return false;
	}
	s->us[M_WALL] = now_us(CLOCK_MONOTONIC) - begin;
	alarm(0);
	s->us[M_CPU] = to_us(&usage.ru_utime) + to_us(&usage.ru_stime);
	s->peak_kb = usage.ru_maxrss;
	s->faults = usage.ru_minflt + usage.ru_majflt;
	s->init_kb = 0;
	if (op == OP_CREATE)
		add_init(s);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Wait for everything a runtime left behind. */
static bool reap_all(void)
{
	pid_t pid;

	alarm(HANG_SECONDS);
	do {
		pid = waitpid(-1, NULL, 0);
	} while (pid > 0);
	alarm(0);
	return errno == ECHILD;
}

/* ---- the experiment ---- */

static void record(struct series *series, const struct sample *s)
{
	int m;

	for (m = 0; m < M_COUNT; m++)
		series->us[m][series->n] = s->us[m];
	if (s->peak_kb > series->peak_kb)
		series->peak_kb = s->peak_kb;
	if (s->init_kb > series->init_kb)
		series->init_kb = s->init_kb;
	if (!series->n || s->faults < series->faults)
		series->faults = s->faults;
	series->n++;
}

static void fail(struct runtime *rt, const char *what)
{
	struct sample ignored;

	fprintf(stderr, "opbench: %s: %s failed\n", rt->name, what);
	if (++rt->failures == GIVE_UP_AFTER)
		fprintf(stderr, "opbench: %s: given up\n", rt->name);
	run_op(rt, OP_FORCE, NULL, &ignored);
	reap_all();
}

static void play(const struct bench *b, struct runtime *rt, const struct scenario *sc)
{
	struct sample sample;
	char bundle[512];
	int i;

	snprintf(bundle, sizeof(bundle), "%s/%s", b->work, sc->bundle);
	for (i = 0; i < MAX_STEPS && sc->steps[i] != OP_END; i++) {
		usleep(b->gap_us);
		if (!run_op(rt, sc->steps[i], bundle, &sample)) {
			fail(rt, op_names[sc->steps[i]]);
			return;
		}
		record(&rt->series[sc->steps[i]], &sample);
		if (sc->steps[i] == sc->stops && !reap_all()) {
			fail(rt, "end of the container");
			return;
		}
	}
}

static bool is_wanted(const struct bench *b, const struct scenario *sc)
{
	int i;

	for (i = 0; i < MAX_STEPS && sc->steps[i] != OP_END; i++)
		if (b->wanted[sc->steps[i]])
			return true;
	return false;
}

static void shuffle(int *order, int count)
{
	int i, j, swap;

	for (i = count - 1; i > 0; i--) {
		j = rand() % (i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}

static void experiment(struct bench *b)
{
	int order[MAX_RUNTIMES];
	size_t n, s;
	int i;

	for (i = 0; i < b->count; i++)
		order[i] = i;
	for (n = 0; n < b->iterations; n++)
		for (s = 0; s < SCENARIO_COUNT; s++) {
			if (!is_wanted(b, &scenarios[s]))
				continue;
			shuffle(order, b->count);
			for (i = 0; i < b->count; i++)
				if (b->runtimes[order[i]].failures < GIVE_UP_AFTER)
					play(b, &b->runtimes[order[i]], &scenarios[s]);
		}
}

/* ---- results ---- */

static int compare(const void *a, const void *b)
{
	const long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static struct summary summarize(const struct series *series, enum metric metric)
{
	const long *v = series->us[metric];

	qsort(series->us[metric], series->n, sizeof(*v), compare);
	return (struct summary){ v[0], v[series->n / 4], v[series->n / 2] };
}

static const struct series *find(const struct bench *b, const char *name, enum op op)
{
	int i;

	for (i = 0; i < b->count; i++)
		if (!strcmp(b->runtimes[i].name, name) && b->runtimes[i].series[op].n)
			return &b->runtimes[i].series[op];
	return NULL;
}

/* The bases of the ratio columns; the peers' ratios are turned round, so that more is faster. */
static const struct base {
	const char *name, *title;
	bool inverse;
} bases[] = { { "floor", "/floor", false }, { "crun", "crun/", true }, { "runc", "runc/", true } };

#define BASE_COUNT (sizeof(bases) / sizeof(bases[0]))

/* Ratio of minima and of medians; false when the base was not measured. */
static bool ratio(const struct bench *b, size_t base, enum op op, struct summary mine, double r[2])
{
	const struct series *series = find(b, bases[base].name, op);
	struct summary theirs;

	if (!series)
		return false;
	theirs = summarize(series, M_WALL);
	r[0] = (double)mine.min / (double)theirs.min;
	r[1] = (double)mine.med / (double)theirs.med;
	if (bases[base].inverse) {
		r[0] = 1 / r[0];
		r[1] = 1 / r[1];
	}
	return true;
}

static void print_row(const struct bench *b, const struct runtime *rt, enum op op)
{
	const struct series *series = &rt->series[op];
	struct summary wall, cpu;
	double r[2];
	size_t i;

	if (!series->n) {
		fprintf(b->out, "%-12s %-10s no result\n", op_names[op], rt->name);
		return;
	}
	wall = summarize(series, M_WALL);
	cpu = summarize(series, M_CPU);
	fprintf(b->out, "%-12s %-10s %5zu %7ld %7ld %7ld %7ld %7ld %7ld ", op_names[op], rt->name,
		series->n, wall.min, wall.p25, wall.med, cpu.min, cpu.med, series->peak_kb);
	if (series->init_kb)
		fprintf(b->out, "%6ld %6ld", series->init_kb, series->faults);
	else
		fprintf(b->out, "%6s %6ld", "-", series->faults);
	for (i = 0; i < BASE_COUNT; i++)
		if (ratio(b, i, op, wall, r))
			fprintf(b->out, " %6.2f %6.2f", r[0], r[1]);
	fputc('\n', b->out);
}

static const char legend[] =
	"Times in microseconds, memory in KiB (peaks below %ld are not visible). Ratios are of\n"
	"minima and of medians: /floor = times the floor (less is better), crun/ and runc/ = the\n"
	"peer's time over this one's (more is better).\n\n";

static void print_table(const struct bench *b)
{
	char line[512], *own = proc_field(getpid(), "status", "VmHWM:", line);
	size_t i;
	int op, r;

	fprintf(b->out, legend, own ? atol(own) : 0);
	fprintf(b->out, "%-12s %-10s %5s %7s %7s %7s %7s %7s %7s %6s %6s", "operation", "runtime",
		"n", "wallmin", "wallp25", "wallmed", "cpumin", "cpumed", "peak", "init", "faults");
	for (i = 0; i < BASE_COUNT; i++)
		for (r = 0; r < b->count; r++)
			if (!strcmp(b->runtimes[r].name, bases[i].name))
				fprintf(b->out, " %6s %6s", bases[i].title, "med");
	fputc('\n', b->out);
	for (op = OP_RUN; op < OP_COUNT; op++)
		for (r = 0; b->wanted[op] && r < b->count; r++)
			print_row(b, &b->runtimes[r], op);
}

static void json_summary(FILE *f, const char *key, struct summary s)
{
	fprintf(f, "\"%s\":{\"min\":%ld,\"p25\":%ld,\"med\":%ld}", key, s.min, s.p25, s.med);
}

static void json_row(const struct bench *b, const struct runtime *rt, enum op op, FILE *f)
{
	const struct series *series = &rt->series[op];
	struct summary wall = summarize(series, M_WALL);
	const char *comma = "";
	double r[2];
	size_t i;

	fprintf(f, "{\"op\":\"%s\",\"runtime\":\"%s\",\"n\":%zu,", op_names[op], rt->name,
		series->n);
	json_summary(f, "wall_us", wall);
	fputc(',', f);
	json_summary(f, "cpu_us", summarize(series, M_CPU));
	fprintf(f, ",\"peak_kb\":%ld,\"faults\":%ld", series->peak_kb, series->faults);
	if (series->init_kb)
		fprintf(f, ",\"init_kb\":%ld", series->init_kb);
	fputs(",\"ratio\":{", f);
	for (i = 0; i < BASE_COUNT; i++)
		if (ratio(b, i, op, wall, r)) {
			fprintf(f, "%s\"%s\":{\"min\":%.3f,\"med\":%.3f}", comma, bases[i].name,
				r[0], r[1]);
			comma = ",";
		}
	fputs("}}", f);
}

static void write_json(const struct bench *b, FILE *f)
{
	const char *comma = "";
	struct utsname host;
	int op, r;

	uname(&host);
	fprintf(f,
		"{\"kernel\":\"%s\",\"machine\":\"%s\",\"cpus\":%ld,\"iterations\":%zu,"
		"\"gap_us\":%u,\"results\":[",
		host.release, host.machine, sysconf(_SC_NPROCESSORS_ONLN), b->iterations,
		b->gap_us);
	for (op = OP_RUN; op < OP_COUNT; op++)
		for (r = 0; b->wanted[op] && r < b->count; r++) {
			if (!b->runtimes[r].series[op].n)
				continue;
			fprintf(f, "%s\n", comma);
			json_row(b, &b->runtimes[r], op, f);
			comma = ",";
		}
	fputs("\n]}\n", f);
	if (fclose(f))
		die("write", "the JSON file");
}

/* ---- command line ---- */

static const char usage[] =
	"usage: opbench [-n N] [-g USEC] [-o OP,...] [-j FILE] -w DIR NAME=PATH...\n"
	"  -n N     iterations (40)\n"
	"  -g USEC  pause before every operation (2000): kernel work that an earlier one left\n"
	"           behind (network namespace clean-up) is not charged to the next\n"
	"  -o OPS   of run,create,start,state,kill,delete,delete-force (all)\n"
	"  -j FILE  write the results as JSON too\n"
	"  -w DIR   holds the bundles true and pause; state goes to DIR/state\n";

static void parse_ops(struct bench *b, char *list)
{
	char *name, *save = NULL;
	int op;

	for (name = strtok_r(list, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		for (op = OP_RUN; op < OP_COUNT && strcmp(name, op_names[op]); op++)
			;
		if (op == OP_COUNT)
			die("unknown operation", name);
		b->wanted[op] = true;
	}
}

static void add_runtime(struct bench *b, char *arg)
{
	struct runtime *rt = &b->runtimes[b->count];
	char *path = strchr(arg, '=');
	size_t i, op, m;

	if (b->count == MAX_RUNTIMES)
		die("too many runtimes at", arg);
	if (!path || path == arg)
		die("not NAME=PATH:", arg);
	*path++ = '\0';
	for (i = 0; arg[i]; i++)
		if (!isalnum((unsigned char)arg[i]) && !strchr("._-", arg[i]))
			die("bad runtime name", arg);
	if (access(path, X_OK))
		die("not executable:", path);
	rt->name = arg;
	rt->path = path;
	snprintf(rt->root, sizeof(rt->root), "%s/state/%s", b->work, arg);
	if (mkdir(rt->root, 0700) && errno != EEXIST)
		die("make", rt->root);
	/* A cgroup's name is the machine's, whatever the namespace: two benches must not meet. */
	snprintf(rt->id, sizeof(rt->id), "bench-%.24s-%lx", arg, now_us(CLOCK_REALTIME));
	for (op = OP_RUN; op < OP_COUNT; op++)
		for (m = 0; m < M_COUNT; m++) {
			rt->series[op].us[m] = calloc(b->iterations * SCENARIO_COUNT, sizeof(long));
			if (!rt->series[op].us[m])
				die("no memory for", arg);
		}
	b->count++;
}

static int parse(struct bench *b, int argc, char **argv, const char **json)
{
	bool any = false;
	int c;

	while ((c = getopt(argc, argv, "n:g:o:j:w:h")) != -1)
		switch (c) {
		case 'n': b->iterations = strtoul(optarg, NULL, 10); break;
		case 'g': b->gap_us = strtoul(optarg, NULL, 10); break;
		case 'o':
			parse_ops(b, optarg);
			any = true;
			break;
		case 'j': *json = optarg; break;
		case 'w': b->work = optarg; break;
		default: fputs(usage, c == 'h' ? stdout : stderr); exit(c == 'h' ? 0 : 2);
		}
	if (!b->work || optind == argc || !b->iterations || b->iterations > 100000) {
		fputs(usage, stderr);
		exit(2);
	}
	if (!any)
		memset(b->wanted, true, sizeof(b->wanted));
	return optind;
}

/* The measured programs get /dev/null for 0 and 1; the results go to what was descriptor 1. */
static void set_up_descriptors(struct bench *b)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int out = fcntl(1, F_DUPFD_CLOEXEC, 10);

	b->out = out < 0 ? NULL : fdopen(out, "w");
	if (!b->out || null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		die("set up", "descriptors");
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_alarm };
	static struct bench b = { .iterations = 40, .gap_us = 2000 };
	const char *json = NULL;
	FILE *json_file = NULL;
	int i, failures = 0;

	for (i = parse(&b, argc, argv, &json); i < argc; i++)
		add_runtime(&b, argv[i]);
	if (json) {
		json_file = fopen(json, "we");
		if (!json_file)
			die("open", json);
	}
	set_up_descriptors(&b);
	sigaction(SIGALRM, &act, NULL);
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("become", "a subreaper");
	experiment(&b);
	print_table(&b);
	if (json_file)
		write_json(&b, json_file);
	for (i = 0; i < b.count; i++)
		failures += b.runtimes[i].failures;
	return failures || fclose(b.out) ? 1 : 0;
}
