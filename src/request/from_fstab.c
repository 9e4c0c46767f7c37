#include "request/from_fstab.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/path.h"
#include "fstab/file.h"
#include "fstab/file_error.h"
#include "fstab/line.h"
#include "fstab/parse.h"
#include "request/validate.h"

static bool is_due(const struct fstab_entry *entry, bool ours_only)
{
	const struct line_info line = line_look(entry);

	return entry->place && strcmp(entry->place, "/") != 0 && line.is_bind &&
	       line.is_read_only && !line.is_noauto && (line.is_ours || !ours_only);
}

/* The flags among the words of a line; others are somebody else's to know. */
static struct flag_change flags_of(const char *options)
{
	struct flag_change flags = {0};
	const char *why = NULL;

	while (*options != '\0') {
		size_t n = strcspn(options, ",");

		(void)flags_add(&flags, options, n, &why);
		options += n + (options[n] == ',');
	}
	return flags;
}

static int want_of(const struct fstab_entry *entry, struct want *ret)
{
	const struct line_info line = line_look(entry);
	struct path_fault fault = {0};
	struct want want = {
		.state = STATE_EPHEMERAL,
		.recursive = line.is_recursive,
		.create = true,
		/* mount(8) follows symlinks; robind's own lines have none to begin with. */
		.follow = !line.is_ours,
		.keeps_propagation = !line.is_ours,
		.is_optional = line.is_nofail,
		.options = flags_of(entry->options),
		.outer = WANT_NONE,
		.source = path_normalise(entry->source, strlen(entry->source), &fault),
	};

	if (!want.source && fault.must)
		return 1;
	want.target = want.source ? strdup(entry->place) : NULL;
	if (!want.target) {
		want_done(&want);
		return -1;
	}
	*ret = want;
	return 0;
}

/* Of two lines for one target the first one counts, as for systemd. */
static bool is_first(const struct fstab *fstab, size_t i, bool ours_only)
{
	size_t other = fstab_find(fstab, fstab->entries[i].place);

	while (other != i && !is_due(&fstab->entries[other], ours_only))
		other = fstab_next(fstab, other);
	return other == i;
}

static int add_all(const struct fstab *fstab, bool ours_only, struct request *req)
{
	if (ARRAY_RESERVE(req->wants, 0, fstab->n_entries + 1) < 0)
		return -1;
	for (size_t i = 0; i < fstab->n_entries; i++) {
		int r = 0;

		if (!is_due(&fstab->entries[i], ours_only) ||
		    !is_first(fstab, i, ours_only))
			continue;
		r = want_of(&fstab->entries[i], &req->wants[req->n_wants]);
		if (r < 0)
			return -1;
		req->n_wants += r == 0;
	}
	req->n_named = req->n_wants;
	return 0;
}

int boot_request(bool ours_only, struct request *req, struct error *err)
{
	const char *path = request_fstab(req);
	scoped_mem struct fstab_file_error *fault = calloc(1, sizeof(*fault));
	struct fstab_file file = {0};
	struct fstab fstab = {0};
	int r = fault ? fstab_file_read(path, &file, fault) : -ENOMEM;

	req->keeps_order = true;
	if (r < 0)
		return fault ? fstab_file_error_set(err, fault, path, r)
			     : error_no_memory(err);
	r = fstab_parse(file.text, file.size, &fstab);
	if (r == 0)
		r = add_all(&fstab, ours_only, req);
	if (r == 0)
		r = conflicts_map(req);
	fstab_done(&fstab);
	fstab_file_done(&file);
	if (r == 0)
		return 0;
	return error_no_memory(err);
}
