/* SPDX-License-Identifier: Apache-2.0 */
/* Proof that the tables of libocispec are the OCI JSON schemas: the same keys,
 * types, ranges and required keys, both ways; and that the schemas' own examples
 * pass or fail as they should.
 *
 * The schemas are not part of the project.  They are looked for in
 * $OCI_SCHEMA_DIR and in $srcdir/../shared/oci-schema (the schema directory of
 * the runtime-spec repository, 1.3.0); without them all cases are skipped.
 */
#include "tests/unit/libocispec/document.h"

#include <yajl/yajl_tree.h>

#include "libocispec/features.h"
#include "libocispec/state.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where the tables differ from the schemas, and why. */
static const struct {
	const struct oci_type *type;
	const char *pointer;
	const char *what, *reason;
} known[] = {
	{ &oci_config_type, "/process/oomScoreAdj", "range", "an integer without one" },
	{ &oci_config_type, "/hooks/*/*/timeout", "range", "the planner refuses values below 1" },
	{ &oci_config_type, "/linux/devices/*/fileMode", "range",
	  "engines add the bits of the file's type, 0100000 and up" },
	{ &oci_config_type, "/linux/resources/pids/limit", "required",
	  "a pointer that is left out when nil in the Go types of 1.3.0" },
	{ &oci_features_type, "/linux/intelRdt/schemata", "key",
	  "features-linux.md 1.3.0; the schema lacks it" },
	{ &oci_features_type, "/linux/intelRdt/monitoring", "key",
	  "features-linux.md 1.3.0; the schema lacks it" },
	{ &oci_features_type, "/linux/memoryPolicy", "key",
	  "features-linux.md 1.3.0; the schema lacks it" },
	{ &oci_features_type, "/linux/memoryPolicy/modes", "key",
	  "features-linux.md 1.3.0; the schema lacks it" },
	{ &oci_features_type, "/linux/memoryPolicy/flags", "key",
	  "features-linux.md 1.3.0; the schema lacks it" },
	{ &oci_state_type, "/pid", "range", "at least 0; only ever written" },
	{ &oci_state_type, "/rootfs", "key", "the superset that engines read from runc" },
	{ &oci_state_type, "/created", "key", "the superset that engines read from runc" },
	{ &oci_state_type, "/owner", "key", "the superset that engines read from runc" },
};

/* Bad examples that are fine for us, and who refuses them. */
static const struct {
	const char *name, *reason;
} not_ours[] = {
	{ "freebsd-vnet-disable.json", "another platform's object is skipped" },
	{ "linux-hugepage.json", "a string's pattern is the planner's to check" },
};

enum { KEYS_MAX = 512, POINTER_MAX = 256, FILES_MAX = 32 };

/* One key, from a schema or from a table. */
struct key {
	char pointer[POINTER_MAX];
	enum oci_kind kind;
	const char *min, *max; /* of a schema's integer, NULL: none */
	bool required;
	bool matched;
};

struct keys {
	struct key at[KEYS_MAX];
	size_t n;
};

struct file {
	char name[64];
	yajl_val root;
};

struct schemas {
	char dir[4096];
	struct file file[FILES_MAX];
	size_t n;
};

static bool has_schemas(const char *dir)
{
	char path[4200];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/config-schema.json", dir);
	f = fopen(path, "re");
	if (f)
		(void)fclose(f);
	return f;
}

static int find_schemas(void **state)
{
	const char *dir = getenv("OCI_SCHEMA_DIR"), *srcdir = getenv("srcdir");
	struct schemas *s = calloc(1, sizeof(*s));

	if (!s)
		return -1;
	if (dir)
		(void)snprintf(s->dir, sizeof(s->dir), "%s", dir);
	else
		(void)snprintf(s->dir, sizeof(s->dir), "%s/../shared/oci-schema",
			       srcdir ? srcdir : ".");
	if (!has_schemas(s->dir)) {
		print_message("# skipped: no schemas in %s (OCI_SCHEMA_DIR)\n", s->dir);
		s->dir[0] = '\0';
	}
	*state = s;
	return 0;
}

static int drop_schemas(void **state)
{
	struct schemas *s = *state;

	for (size_t i = 0; i < s->n; i++)
		yajl_tree_free(s->file[i].root);
	free(s);
	return 0;
}

/* The parsed file, read once. */
static yajl_val schema_file(struct schemas *s, const char *name)
{
	char path[4200], error[256];
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->file[i].name, name) == 0)
			return s->file[i].root;
	assert_true(s->n < FILES_MAX);
	(void)snprintf(path, sizeof(path), "%s/%s", s->dir, name);
	text = document_file(path, &len);
	if (!text)
		fail_msg("read %s", path);
	(void)snprintf(s->file[s->n].name, sizeof(s->file[s->n].name), "%s", name);
	s->file[s->n].root = yajl_tree_parse(text, error, sizeof(error));
	if (!s->file[s->n].root)
		fail_msg("%s: %s", path, error);
	free(text);
	return s->file[s->n++].root;
}

static yajl_val member(yajl_val object, const char *name)
{
	if (!YAJL_IS_OBJECT(object))
		return NULL;
	for (size_t i = 0; i < object->u.object.len; i++)
		if (strcmp(object->u.object.keys[i], name) == 0)
			return object->u.object.values[i];
	return NULL;
}

/* A schema with the file that its references are relative to. */
struct node {
	yajl_val v;
	char file[64];
};

/* Follow "$ref": "file#/a/b" (the schemas have one "#definitions/..." too). */
static struct node resolve(struct schemas *s, struct node node)
{
	yajl_val ref = member(node.v, "$ref");
	const char *target, *hash;
	char path[128], *save, *part;

	if (!ref)
		return node;
	target = ref->u.string;
	hash = strchr(target, '#');
	assert_non_null(hash);
	if (hash != target)
		(void)snprintf(node.file, sizeof(node.file), "%.*s", (int)(hash - target), target);
	node.v = schema_file(s, node.file);
	(void)snprintf(path, sizeof(path), "%s", hash + 1);
	for (part = strtok_r(path, "/", &save); part; part = strtok_r(NULL, "/", &save))
		node.v = member(node.v, part);
	if (!node.v)
		fail_msg("no %s", target);
	return resolve(s, node);
}

static struct node child(const struct node *node, yajl_val v)
{
	struct node c = *node;

	c.v = v;
	return c;
}

static const char *type_of(yajl_val v)
{
	yajl_val type = member(v, "type");

	return type ? type->u.string : "object";
}

/* What may stand in a map: { ".{1,}": X } or additionalProperties X. */
static yajl_val map_entry(yajl_val v)
{
	yajl_val pattern = member(v, "patternProperties");

	return pattern ? pattern->u.object.values[0] : member(v, "additionalProperties");
}

static enum oci_kind kind_of(struct schemas *s, const struct node *node)
{
	yajl_val inner;
	const char *type = type_of(node->v);

	if (strcmp(type, "string") == 0)
		return OCI_STRING;
	if (strcmp(type, "boolean") == 0)
		return OCI_BOOL;
	if (strcmp(type, "integer") == 0)
		return OCI_I64;
	inner = strcmp(type, "array") == 0 ? member(node->v, "items") : map_entry(node->v);
	if (!inner)
		return OCI_OBJECT;
	type = type_of(resolve(s, child(node, inner)).v);
	if (map_entry(node->v))
		return strcmp(type, "string") == 0 ? OCI_STRING_MAP : OCI_OBJECT_MAP;
	return strcmp(type, "string") == 0    ? OCI_STRINGS
	       : strcmp(type, "integer") == 0 ? OCI_U32S
					      : OCI_OBJECTS;
}

static bool is_foreign(const char *pointer)
{
	static const char *const platforms[] = { "/solaris", "/windows", "/vm", "/zos",
						 "/freebsd" };

	for (size_t i = 0; i < COUNT(platforms); i++)
		if (strcmp(pointer, platforms[i]) == 0)
			return true;
	return false;
}

static void walk(struct schemas *s, struct node node, const char *pointer, struct keys *keys);

static void walk_property(struct schemas *s, const struct node *node, size_t i, const char *pointer,
			  struct keys *keys)
{
	yajl_val properties = member(node->v, "properties"), required, min, max;
	struct node value = resolve(s, child(node, properties->u.object.values[i]));
	const char *name = properties->u.object.keys[i];
	struct key *key = &keys->at[keys->n++];

	assert_true(keys->n < KEYS_MAX);
	(void)snprintf(key->pointer, sizeof(key->pointer), "%s/%s", pointer, name);
	required = member(node->v, "required");
	for (size_t k = 0; required && k < required->u.array.len; k++)
		key->required |= strcmp(required->u.array.values[k]->u.string, name) == 0;
	key->kind = is_foreign(key->pointer) ? OCI_SKIP : kind_of(s, &value);
	min = member(value.v, "minimum");
	max = member(value.v, "maximum");
	key->min = min ? YAJL_GET_NUMBER(min) : NULL;
	key->max = max ? YAJL_GET_NUMBER(max) : NULL;
	if (key->kind != OCI_SKIP)
		walk(s, value, key->pointer, keys);
}

/* Collect the keys below a schema.  As deep as the schemas, which end. */
static void walk(struct schemas *s, struct node node, const char *pointer, struct keys *keys)
{
	static const char *const combined[] = { "allOf", "anyOf" };
	yajl_val properties, inner, list;
	char below[POINTER_MAX];

	node = resolve(s, node);
	for (size_t i = 0; i < COUNT(combined); i++) {
		list = member(node.v, combined[i]);
		for (size_t k = 0; list && k < list->u.array.len; k++)
			walk(s, child(&node, list->u.array.values[k]), pointer, keys);
	}
	properties = member(node.v, "properties");
	for (size_t i = 0; properties && i < properties->u.object.len; i++)
		walk_property(s, &node, i, pointer, keys);
	inner = member(node.v, "items");
	if (!inner)
		inner = map_entry(node.v);
	(void)snprintf(below, sizeof(below), "%s/*", pointer);
	if (inner)
		walk(s, child(&node, inner), below, keys);
}

struct table {
	const struct oci_type *type;
	struct keys *schema;
	size_t problems;
};

/* `*` stands for one component. */
static bool pointer_matches(const char *pattern, const char *pointer)
{
	while (*pattern != '\0' && *pointer != '\0') {
		if (*pattern == '*' && *pointer != '*') {
			pattern++;
			pointer += strcspn(pointer, "/");
		} else if (*pattern++ != *pointer++) {
			return false;
		}
	}
	return *pattern == *pointer;
}

static bool is_known(const struct oci_type *type, const char *pointer, const char *what)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].type == type && strcmp(known[i].what, what) == 0 &&
		    pointer_matches(known[i].pointer, pointer))
			return true;
	return false;
}

static void differ(struct table *t, const char *pointer, const char *what, const char *text)
{
	if (is_known(t->type, pointer, what))
		return;
	print_error("%s%s: %s\n", t->type->name, pointer, text);
	t->problems++;
}

/* The kind of a schema that stands for several kinds of ours. */
static enum oci_kind schema_kind(enum oci_kind kind)
{
	switch (kind) {
	case OCI_OPT_BOOL: return OCI_BOOL;
	case OCI_U64:
	case OCI_U32:
	case OCI_OPT_I32:
	case OCI_OPT_U16:
	case OCI_OPT_U32:
	case OCI_OPT_I64:
	case OCI_OPT_U64: return OCI_I64;
	case OCI_INLINE: return OCI_OBJECT;
	case OCI_BOOL:
	case OCI_STRING:
	case OCI_I64:
	case OCI_STRINGS:
	case OCI_U32S:
	case OCI_STRING_MAP:
	case OCI_OBJECT:
	case OCI_OBJECTS:
	case OCI_OBJECT_MAP:
	case OCI_SKIP: break;
	}
	return kind;
}

static const char *const ranges[OCI_SKIP + 1][2] = {
	[OCI_I64] = { "-9223372036854775808", "9223372036854775807" },
	[OCI_U64] = { "0", "18446744073709551615" },
	[OCI_U32] = { "0", "4294967295" },
	[OCI_OPT_I32] = { "-2147483648", "2147483647" },
	[OCI_OPT_U16] = { "0", "65535" },
	[OCI_OPT_U32] = { "0", "4294967295" },
	[OCI_OPT_I64] = { "-9223372036854775808", "9223372036854775807" },
	[OCI_OPT_U64] = { "0", "18446744073709551615" },
};

static void compare_key(void *ctx, const char *pointer, const struct oci_field *f)
{
	struct table *t = ctx;
	struct key *key = NULL;

	for (size_t i = 0; i < t->schema->n; i++)
		if (strcmp(t->schema->at[i].pointer, pointer) == 0)
			key = &t->schema->at[i];
	if (!key) {
		differ(t, pointer, "key", "not in the schema");
		return;
	}
	key->matched = true;
	if (schema_kind(f->kind) != key->kind)
		differ(t, pointer, "kind", "another type in the schema");
	if (key->required != (f->flags & OCI_REQUIRED))
		differ(t, pointer, "required", "required in one of schema and table only");
	if (ranges[f->kind][0] && (!key->min || strcmp(key->min, ranges[f->kind][0]) != 0 ||
				   !key->max || strcmp(key->max, ranges[f->kind][1]) != 0))
		differ(t, pointer, "range", "another range in the schema");
}

static void compare(struct schemas *s, const struct oci_type *type, const char *file)
{
	struct keys *keys = calloc(1, sizeof(*keys));
	struct table t = { .type = type, .schema = keys };
	struct node root = { .v = NULL };

	assert_non_null(keys);
	(void)snprintf(root.file, sizeof(root.file), "%s", file);
	root.v = schema_file(s, file);
	walk(s, root, "", keys);
	assert_true(keys->n > 5);
	oci_keys(type, compare_key, &t);
	for (size_t i = 0; i < keys->n; i++)
		if (!keys->at[i].matched)
			differ(&t, keys->at[i].pointer, "key", "not in the table");
	free(keys);
	assert_int_equal(t.problems, 0);
}

static void config_has_the_keys_of_the_schema(void **state)
{
	struct schemas *s = *state;

	if (s->dir[0] == '\0')
		skip();
	compare(s, &oci_config_type, "config-schema.json");
}

static void features_has_the_keys_of_the_schema(void **state)
{
	struct schemas *s = *state;

	if (s->dir[0] == '\0')
		skip();
	compare(s, &oci_features_type, "features-schema.json");
}

static void state_has_the_keys_of_the_schema(void **state)
{
	struct schemas *s = *state;

	if (s->dir[0] == '\0')
		skip();
	compare(s, &oci_state_type, "state-schema.json");
}

/* The list of differences has no entry that is none. */
static void count_known(void *ctx, const char *pointer, const struct oci_field *f)
{
	bool *found = ctx;

	(void)f;
	for (size_t i = 0; i < COUNT(known); i++)
		found[i] |= pointer_matches(known[i].pointer, pointer);
}

static void known_differences_exist(void **state)
{
	bool found[COUNT(known)] = { false };

	(void)state;
	oci_keys(&oci_config_type, count_known, found);
	oci_keys(&oci_features_type, count_known, found);
	oci_keys(&oci_state_type, count_known, found);
	for (size_t i = 0; i < COUNT(known); i++)
		assert_true(found[i]);
}

static const struct {
	const char *dir;
	const struct oci_type *type;
	const char *good[10], *bad[6];
} examples[] = {
	{ "config",
	  &oci_config_type,
	  { "freebsd-example.json", "freebsd-minimal.json", "linux-netdevice.json",
	    "linux-rdma.json", "minimal-for-start.json", "minimal.json", "spec-example.json",
	    "zos-example.json", "zos-minimal.json" },
	  { "freebsd-vnet-disable.json", "invalid-json.json", "linux-hugepage.json",
	    "linux-netdevice.json", "linux-rdma.json" } },
	{ "features",
	  &oci_features_type,
	  { "minimal.json", "runc.json" },
	  { "missing-ociVersionMax.json" } },
	{ "state", &oci_state_type, { "spec-example.json" }, { "invalid-json.json" } },
};

static void read_example(const struct schemas *s, size_t i, const char *name, bool good)
{
	char path[4400];
	struct document *d;
	bool passes = good;
	size_t len = 0;
	char *text;

	for (size_t k = 0; k < COUNT(not_ours); k++)
		passes |= strcmp(not_ours[k].name, name) == 0;
	(void)snprintf(path, sizeof(path), "%s/test/%s/%s/%s", s->dir, examples[i].dir,
		       good ? "good" : "bad", name);
	text = document_file(path, &len);
	if (!text)
		fail_msg("read %s", path);
	d = document_bytes(examples[i].type, text, len, true);
	if ((d->ret == 0) != passes)
		fail_msg("%s: %s: %s", path, d->list[0].err.where, d->list[0].err.msg);
	document_drop(d);
	free(text);
}

static void examples_pass_and_fail(void **state)
{
	struct schemas *s = *state;

	if (s->dir[0] == '\0')
		skip();
	for (size_t i = 0; i < COUNT(examples); i++) {
		for (size_t k = 0; examples[i].good[k]; k++)
			read_example(s, i, examples[i].good[k], true);
		for (size_t k = 0; examples[i].bad[k]; k++)
			read_example(s, i, examples[i].bad[k], false);
	}
}

/* An example of every key, cut at every byte: an error, never a crash. */
static void cut_examples_fail(void **state)
{
	struct schemas *s = *state;
	char path[4200];
	size_t len = 0;
	char *text;

	if (s->dir[0] == '\0')
		skip();
	(void)snprintf(path, sizeof(path), "%s/test/config/good/spec-example.json", s->dir);
	text = document_file(path, &len);
	assert_non_null(text);
	while (text[len - 1] != '}')
		len--;
	for (size_t n = 0; n < len; n++) {
		struct document *d = document_bytes(&oci_config_type, text, n, false);

		assert_true(d->ret < 0);
		assert_int_equal(d->problems.errors, 1);
		document_drop(d);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(config_has_the_keys_of_the_schema),
		cmocka_unit_test(features_has_the_keys_of_the_schema),
		cmocka_unit_test(state_has_the_keys_of_the_schema),
		cmocka_unit_test(known_differences_exist),
		cmocka_unit_test(examples_pass_and_fail),
		cmocka_unit_test(cut_examples_fail),
	};

	return cmocka_run_group_tests_name("libocispec/schema", tests, find_schemas, drop_schemas);
}
