/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel/libmount.h"

#ifdef ROBIND_STATIC

int libmount_load(const struct libmount **ret)
{
#define LINKED(name) .name = name,
	static const struct libmount calls = {LIBMOUNT_CALLS(LINKED)};
#undef LINKED

	*ret = &calls;
	return 0;
}

#else

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ROOM      ((size_t)64 << 10) /* what is freed of this stays with malloc(3) */

static struct libmount calls;

/* Where each of them is kept. */
#define ROW(name) {#name, offsetof(struct libmount, name)},
static const struct {
	const char *name;
	size_t offset;
} rows[] = {LIBMOUNT_CALLS(ROW)};
#undef ROW

/* POSIX has functions' addresses in a void *, ISO C no way to say so but its bytes. */
static bool find(void *library, const char *name, size_t offset)
{
	void *address = dlsym(library, name);

	memcpy((char *)&calls + offset, &address, sizeof(address));
	return address != NULL;
}

/* Why dlopen(3) has failed. Before glibc 2.36 errno is another one by then, and the text tells. */
static int failure(int number)
{
	const char *why = dlerror();

	if (number == ENOMEM ||
	    (why && (strstr(why, "allocate") || strstr(why, "map segment"))))
		return -ENOMEM;
	return -ELIBACC;
}

/*
 * Whether there is memory for what the loader notes of a library. Where it ends within dlopen(3)
 * that of glibc 2.43 crashes, after all was done and before it was told.
 */
static bool has_room(void)
{
	void *volatile room = malloc(ROOM);

	free(room);
	return room != NULL;
}

static int load(void)
{
	void *library = NULL;

	if (!has_room())
		return -ENOMEM;
	errno = 0;
	library = dlopen("libmount.so.1", RTLD_NOW | RTLD_LOCAL);
	if (!library)
		return failure(errno);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!find(library, rows[i].name, rows[i].offset)) {
			(void)dlclose(library);
			return -ELIBACC;
		}
	}
	return 0; /* and it stays, until the process ends */
}

/* Where it is not there now it is not looked for again: by then "there" may be elsewhere. */
int libmount_load(const struct libmount **ret)
{
	static bool is_tried;
	static int r;

	if (!is_tried)
		r = load();
	is_tried = r != -ENOMEM;
	*ret = r == 0 ? &calls : NULL;
	return r;
}

#endif
