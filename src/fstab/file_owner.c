/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a file is: owner, mode, and what extended attributes say of it. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/cleanup.h"
#include "base/macro.h"
#include "fstab/file_private.h"

#define TRIES 8 /* of reading what grows */

/* A value, or the list of names, NUL-terminated; text is NULL where there is none. */
struct value {
	char *text;
	size_t size;
};

/* One attribute, or for NULL the names of all. */
static ssize_t get(int fd, const char *name, char *text, size_t size)
{
	return name ? fgetxattr(fd, name, text, size) : flistxattr(fd, text, size);
}

/* The size is asked for first, and may be another one when it comes to reading. */
static int read_value(int fd, const char *name, struct value *ret)
{
	for (unsigned i = 0; i < TRIES; i++) {
		ssize_t size = get(fd, name, NULL, 0);
		scoped_mem char *text = size < 0 ? NULL : malloc((size_t)size + 1);

		if (size < 0)
			return errno == ENODATA || errno == ENOTSUP ? 0 : -errno;
		if (!text)
			return -ENOMEM;
		/* With size 0 nothing would be read, only the size be told again. */
		size = get(fd, name, text, (size_t)size + 1);
		if (size < 0 && errno == ERANGE)
			continue;
		if (size < 0)
			return errno == ENODATA ? 0 : -errno;
		text[size] = '\0';
		*ret = (struct value){STEAL(text), (size_t)size};
		return 0;
	}
	return -EAGAIN;
}

/* Signatures of the content would be wrong for another one; the kernel makes them anew. */
static bool is_of_content(const char *name)
{
	return strcmp(name, "security.ima") == 0 || strcmp(name, "security.evm") == 0;
}

static int copy_attribute(int from, int to, const char *name)
{
	struct value value = {0};
	struct value there = {0};
	int r = read_value(from, name, &value);

	/* A label that the folder gives of itself need not be allowed to be set. */
	if (r == 0 && value.text)
		r = read_value(to, name, &there);
	if (r == 0 && value.text &&
	    (!there.text || there.size != value.size ||
	     memcmp(value.text, there.text, value.size) != 0) &&
	    fsetxattr(to, name, value.text, value.size, 0) < 0)
		r = -errno;
	free(value.text);
	free(there.text);
	return r;
}

static int copy_attributes(int from, int to)
{
	struct value names = {0};
	int r = read_value(from, NULL, &names);
	scoped_mem char *text = names.text;

	for (const char *name = text; r == 0 && name && name < text + names.size;
	     name += strlen(name) + 1)
		r = is_of_content(name) ? 0 : copy_attribute(from, to, name);
	return r;
}

/* The mode comes before the ACL, of which it is a part. */
int fstab_file_copy_owner(int from, int to)
{
	struct stat old;
	struct stat new;

	if (fstat(from, &old) < 0 || fstat(to, &new) < 0)
		return -errno;
	if ((old.st_uid != new.st_uid || old.st_gid != new.st_gid) &&
	    fchown(to, old.st_uid, old.st_gid) < 0)
		return -errno;
	if (fchmod(to, old.st_mode & 07777) < 0)
		return -errno;
	return copy_attributes(from, to);
}
