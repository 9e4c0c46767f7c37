/* SPDX-License-Identifier: Apache-2.0 */
#include "holders/location_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static int by_key(const void *a, const void *b)
{
	const struct location_row *x = a;
	const struct location_row *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->superblock != y->superblock)
		return x->superblock < y->superblock ? -1 : 1;
	return strcmp(x->root, y->root);
}

static int by_file_id(const void *a, const void *b)
{
	const struct location_source *x = a;
	const struct location_source *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static int add(struct location_index *index, enum location_kind kind,
	       const struct bind_location *location, const struct fs_location *fs)
{
	static const char mark[] = MOUNT_ROOT_DELETED;
	size_t n = fs->root ? strlen(fs->root) : 0;
	char *root = NULL;

	if (!fs->root)
		return 0;
	root = malloc(n + sizeof(mark));
	if (!root)
		return -1;
	memcpy(root, fs->root, n + 1);
	if (kind == LOCATION_DELETED)
		memcpy(root + n, mark, sizeof(mark));
	index->rows[index->n_rows++] = (struct location_row){.kind = kind,
							     .superblock = fs->superblock,
							     .root = root,
							     .location = location};
	return 0;
}

static int fill(const struct bind_location locations[], size_t n,
		struct location_index *index)
{
	int r = 0;

	for (const struct bind_location *h = locations; r == 0 && h < locations + n; h++) {
		r = add(index, LOCATION_PLACE, h, &h->place);
		if (r == 0)
			r = add(index, LOCATION_SOURCE, h, &h->from.at);
		if (r == 0)
			r = add(index, LOCATION_DELETED, h, &h->from.at);
		/* A whole file system may be mounted anywhere, for whatever reason. */
		for (size_t i = 0; r == 0 && i < h->from.n_covered; i++) {
			if (strcmp(h->from.covered[i].root, "/") != 0)
				r = add(index, LOCATION_COVERED, h, &h->from.covered[i]);
		}
		if (h->dev != 0)
			index->sources[index->n_sources++] =
				(struct location_source){h->dev, h->ino, h};
	}
	return r;
}

int location_index_make(const struct bind_location locations[], size_t n,
			struct location_index *ret)
{
	struct location_index index = {0};
	size_t room = 1;

	for (size_t i = 0; i < n; i++)
		room += 3 + locations[i].from.n_covered;
	index.rows = calloc(room, sizeof(*index.rows));
	index.sources = calloc(n + 1, sizeof(*index.sources));
	if (!index.rows || !index.sources || fill(locations, n, &index) < 0) {
		location_index_done(&index);
		return -1;
	}
	qsort(index.rows, index.n_rows, sizeof(*index.rows), by_key);
	qsort(index.sources, index.n_sources, sizeof(*index.sources), by_file_id);
	*ret = index;
	return 0;
}

void location_index_done(struct location_index *index)
{
	for (size_t i = 0; i < index->n_rows; i++)
		free(index->rows[i].root);
	free(index->rows);
	free(index->sources);
	*index = (struct location_index){0};
}

const struct location_row *location_find(const struct location_index *index,
					 enum location_kind kind, uint64_t superblock,
					 const char *root)
{
	const struct location_row key = {.kind = kind,
					 .superblock = superblock,
					 .root = (char *)root};
	size_t low = ARRAY_LOWER_BOUND(index->rows, index->n_rows, &key, by_key);

	return low < index->n_rows && by_key(&index->rows[low], &key) == 0
		       ? &index->rows[low]
		       : NULL;
}

const struct location_row *location_next(const struct location_index *index,
					 const struct location_row *row)
{
	const struct location_row *next = row + 1;

	return next < index->rows + index->n_rows && by_key(next, row) == 0 ? next : NULL;
}

size_t location_source(const struct location_index *index, uint64_t dev, uint64_t ino)
{
	const struct location_source key = {.dev = dev, .ino = ino};

	return ARRAY_LOWER_BOUND(index->sources, index->n_sources, &key, by_file_id);
}
