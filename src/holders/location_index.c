#include "holders/location_index.h"

#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
	const struct kin_row *x = a;
	const struct kin_row *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->superblock != y->superblock)
		return x->superblock < y->superblock ? -1 : 1;
	return strcmp(x->root, y->root);
}

static int by_node(const void *a, const void *b)
{
	const struct kin_source *x = a;
	const struct kin_source *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static int add(struct kin *kin, enum kin_kind kind, const struct held *held,
	       const struct spot *spot)
{
	static const char mark[] = "//deleted";
	size_t n = spot->root ? strlen(spot->root) : 0;
	char *root = NULL;

	if (!spot->root)
		return 0;
	root = malloc(n + sizeof(mark));
	if (!root)
		return -1;
	memcpy(root, spot->root, n + 1);
	if (kind == KIN_DELETED)
		memcpy(root + n, mark, sizeof(mark));
	kin->rows[kin->n_rows++] = (struct kin_row){.kind = kind,
						    .superblock = spot->superblock,
						    .root = root,
						    .held = held};
	return 0;
}

static int fill(const struct held helds[], size_t n, struct kin *kin)
{
	int r = 0;

	for (const struct held *h = helds; r == 0 && h < helds + n; h++) {
		r = add(kin, KIN_PLACE, h, &h->place);
		if (r == 0)
			r = add(kin, KIN_SOURCE, h, &h->from);
		if (r == 0)
			r = add(kin, KIN_DELETED, h, &h->from);
		/* A whole file system may be mounted anywhere, for whatever reason. */
		for (size_t i = 0; r == 0 && i < h->n_covered; i++) {
			if (strcmp(h->covered[i].root, "/") != 0)
				r = add(kin, KIN_COVERED, h, &h->covered[i]);
		}
		if (h->dev != 0)
			kin->sources[kin->n_sources++] =
				(struct kin_source){h->dev, h->ino, h};
	}
	return r;
}

int kin_make(const struct held helds[], size_t n, struct kin *ret)
{
	struct kin kin = {0};
	size_t room = 1;

	for (size_t i = 0; i < n; i++)
		room += 3 + helds[i].n_covered;
	kin.rows = calloc(room, sizeof(*kin.rows));
	kin.sources = calloc(n + 1, sizeof(*kin.sources));
	if (!kin.rows || !kin.sources || fill(helds, n, &kin) < 0) {
		kin_done(&kin);
		return -1;
	}
	qsort(kin.rows, kin.n_rows, sizeof(*kin.rows), by_key);
	qsort(kin.sources, kin.n_sources, sizeof(*kin.sources), by_node);
	*ret = kin;
	return 0;
}

void kin_done(struct kin *kin)
{
	for (size_t i = 0; i < kin->n_rows; i++)
		free(kin->rows[i].root);
	free(kin->rows);
	free(kin->sources);
	*kin = (struct kin){0};
}

const struct kin_row *kin_find(const struct kin *kin, enum kin_kind kind,
			       uint64_t superblock, const char *root)
{
	const struct kin_row key = {.kind = kind,
				    .superblock = superblock,
				    .root = (char *)root};
	size_t low = 0;
	size_t high = kin->n_rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_key(&kin->rows[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < kin->n_rows && by_key(&kin->rows[low], &key) == 0 ? &kin->rows[low]
								       : NULL;
}

const struct kin_row *kin_next(const struct kin *kin, const struct kin_row *row)
{
	const struct kin_row *next = row + 1;

	return next < kin->rows + kin->n_rows && by_key(next, row) == 0 ? next : NULL;
}

size_t kin_source(const struct kin *kin, uint64_t dev, uint64_t ino)
{
	const struct kin_source key = {.dev = dev, .ino = ino};
	size_t low = 0;
	size_t high = kin->n_sources;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_node(&kin->sources[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
