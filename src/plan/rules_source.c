#include "observe/volume.h"
#include "plan/rules.h"

int rule_unmounted(const struct want *want, const struct have *have, struct plan *plan)
{
	if (!volume_has_left(want, have))
		return 0;
	return plan_refuse(
		plan, ERROR_SOURCE_UNMOUNTED, PTR_KEY(PTR_ROOT, "source"),
		"'%s' still shows a file system (%s) that is no longer mounted at '%.*s'; "
		"mount the volume again, then run robind (or %s, if it is not that volume)",
		want->target, have->layers[0].mount.fs_type,
		(int)volume_point_length(want, have), want->source,
		want_is_there(want) ? "unmount the target" : "say \"replace\": true");
}

static int refuse_missing(const struct want *want, struct plan *plan)
{
	return plan_refuse(plan, ERROR_SOURCE_MISSING, PTR_KEY(PTR_ROOT, "source"),
			   "'%s' does not exist; make it, or mount what holds it, first",
			   want->source);
}

static int refuse_volume(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, "source_mount");
	const char *path = want->source_mount.path;

	if (path && have->source_mount.file_id.is_mount_root)
		return plan_refuse(
			plan, ERROR_SOURCE_MISSING, at,
			"'%s' does not lie on the mount at '%s'; unmount what is between, "
			"or name the mount that it lies on",
			want->source, path);
	return plan_refuse(plan, ERROR_SOURCE_MISSING, at,
			   "'%s' is not a mount point; mount the volume first",
			   path ? path : want->source);
}

int rule_source(const struct want *want, const struct have *have, bool in_check_mode,
		struct plan *plan)
{
	const char *path = want->source_mount.path;
	bool is_there = pinned_path_is_there(&have->source);
	/* Of a volume that is not mounted, the directories in it are missing as well. */
	bool is_volume = is_there || (path && !have->source_mount.file_id.is_mount_root);

	if (is_there && volume_is_there(want, have))
		return 0;
	if (drift_add(&plan->drift, DRIFT_SOURCE_MISSING,
		      is_volume && path ? path : want->source, NULL, NULL) < 0)
		return -1;
	if (in_check_mode)
		return 0;
	return is_volume ? refuse_volume(want, have, plan) : refuse_missing(want, plan);
}
