/* SPDX-License-Identifier: Apache-2.0 */
/* log.c - see log.h. */
#include "base/log.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/sys.h"
#include "base/text.h"

static struct {
	int fd;
	bool json, is_file;
	enum log_level level;
} sink = { .fd = STDERR_FILENO };

static const char *const level_names[] = { "error", "warning", "debug" };

int log_open(const struct log_options *o, struct err *e)
{
	sink.json = o->json;
	sink.level = o->level;
	if (!o->path)
		return 0;
	sink.fd = sys_open(o->path, O_WRONLY | O_APPEND | O_CREAT, 0644);
	if (sink.fd < 0) {
		int ret = sink.fd;

		sink.fd = STDERR_FILENO;
		return err_sys(e, ret, "open log file \"%s\"", o->path);
	}
	sink.is_file = true;
	return 0;
}

bool log_enabled(enum log_level level)
{
	return level <= sink.level;
}

static void add_time(struct text *t)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	text_add(t, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		 tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* Bytes of a message, the rest is cut.  Escaped it always fits into a record: a cut
 * record would not be JSON any more. */
enum { LINE_CAP = 2048, RECORD_CAP = 6 * LINE_CAP + 128 };

/* Ends the record: one write(2), for other processes append to the same file. */
static void put(int fd, struct text *t)
{
	text_bytes(t, "\n", 1);
	(void)fd_write_all(fd, t->at, t->len); /* never changes what we do */
}

static void record(enum log_level level, const char *line)
{
	char buf[RECORD_CAP];
	struct text t = text_over(buf, sizeof(buf));

	if (sink.json) {
		text_add(&t, "{\"level\":\"%s\",\"msg\":", level_names[level]);
		text_json(&t, line);
		text_add(&t, ",\"time\":\"");
		add_time(&t);
		text_add(&t, "\"}");
	} else if (sink.is_file) {
		add_time(&t);
		text_add(&t, " %s: ", level_names[level]);
		text_printable(&t, line);
	} else {
		text_printable(&t, line);
	}
	put(sink.fd, &t);
}

void log_msg(enum log_level level, const char *fmt, ...)
{
	char line[LINE_CAP];
	struct text t = text_over(line, sizeof(line));
	va_list ap;

	if (!log_enabled(level))
		return;
	va_start(ap, fmt);
	text_addv(&t, fmt, ap);
	va_end(ap);
	record(level, line);
}

void log_fatal(const char *line)
{
	char cut[LINE_CAP], buf[RECORD_CAP];
	struct text t = text_over(buf, sizeof(buf));

	text_fmt(cut, sizeof(cut), "%s", line);
	record(LOG_ERROR, cut);
	if (!sink.is_file)
		return;
	text_printable(&t, cut);
	put(STDERR_FILENO, &t);
}
