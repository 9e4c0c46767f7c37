/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/accounts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/read.h"

#define FILE_MAX ((size_t)256 << 20)

const char *const account_files[ACCOUNT_KIND_COUNT_] = {
	[ACCOUNT_USER] = "/etc/passwd",
	[ACCOUNT_GROUP] = "/etc/group",
};

static const char *const map_files[ACCOUNT_KIND_COUNT_] = {
	[ACCOUNT_USER] = "/proc/self/uid_map",
	[ACCOUNT_GROUP] = "/proc/self/gid_map",
};

/* "NAME:PASSWORD:NUMBER" and maybe more: end the name. Returns it, or NULL. */
static const char *split_line(char *line, uint32_t *ret_id)
{
	char *end = strchr(line, ':');
	char *number = end ? strchr(end + 1, ':') : NULL;
	char *rest = NULL;
	unsigned long long id = 0;

	/* '+' and '-' are for the accounts of a NIS server. */
	if (!number || end == line || strchr("#+-", line[0]) ||
	    strspn(number + 1, "0123456789") == 0)
		return NULL;
	errno = 0;
	id = strtoull(number + 1, &rest, 10);
	if (errno != 0 || id > ACCOUNT_ID_MAX || (*rest != ':' && *rest != '\0'))
		return NULL;
	*end = '\0';
	*ret_id = (uint32_t)id;
	return line;
}

static size_t count_lines(const char *text, size_t size)
{
	size_t n = 1;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '\n';
	return n;
}

int accounts_parse(char *text, size_t size, struct accounts *ret)
{
	struct accounts accounts = {.text = text};

	if (hash_table_make(&accounts.ids, count_lines(text, size)) < 0) {
		accounts_done(&accounts);
		return -ENOMEM;
	}
	for (char *line = text; line < text + size;) {
		size_t length = strcspn(line, "\n");
		const char *name = NULL;
		uint32_t id = 0;

		line[length] = '\0';
		name = split_line(line, &id);
		if (name)
			(void)hash_table_put(&accounts.ids, name, id);
		line += length + 1;
	}
	*ret = accounts;
	return 0;
}

int sys_read_accounts(enum account_kind kind, struct accounts *ret)
{
	scoped_fd int fd = open(account_files[kind], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *text = NULL;
	size_t size = 0;
	int r = 0;

	if (fd < 0 && errno == ENOENT)
		return accounts_parse(NULL, 0, ret);
	r = fd < 0 ? -errno : sys_read_all(fd, FILE_MAX, &text, &size);
	return r < 0 ? r : accounts_parse(text, size, ret);
}

bool accounts_find(const struct accounts *accounts, const char *name, uint32_t *ret)
{
	size_t id = hash_table_get(&accounts->ids, name, strlen(name));

	if (id == HASH_TABLE_NONE)
		return false;
	*ret = (uint32_t)id;
	return true;
}

bool id_range_has(const struct id_range *range, uint32_t id)
{
	return id >= range->first && id - range->first < range->count;
}

struct id_range sys_id_range(enum account_kind kind, uint32_t id)
{
	FILE *map = fopen(map_files[kind], "re");
	struct id_range range = {0};
	unsigned long long count = 0;
	unsigned long long first = 0;
	bool is_known = false;

	while (map && !id_range_has(&range, id) &&
	       fscanf(map, "%llu %*u %llu", &first, &count) == 2) {
		range = (struct id_range){first, count};
		is_known = true;
	}
	if (map)
		(void)fclose(map);
	if (!is_known)
		return (struct id_range){0, (uint64_t)ACCOUNT_ID_MAX + 1};
	return id_range_has(&range, id) ? range : (struct id_range){0};
}

void accounts_done(struct accounts *accounts)
{
	hash_table_done(&accounts->ids);
	free(accounts->text);
	*accounts = (struct accounts){0};
}
