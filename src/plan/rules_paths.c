/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"
#include "observe/volume.h"
#include "plan/rules.h"

int rule_untriggered(const struct have *have, struct plan *plan, bool *ret)
{
	const struct pinned_path *places[] = {&have->source, &have->source_mount,
					      &have->target};

	*ret = false;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		const char *path = places[i]->untriggered;

		*ret |= path != NULL;
		if (path &&
		    drift_add(&plan->drift, DRIFT_UNTRIGGERED, NULL, NULL, path) < 0)
			return -1;
	}
	return 0;
}

/* ---- the source ---- */

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

/* A mount of what has been deleted cannot be cloned; but one that is there is right. */
static bool is_beyond_reach(const struct have *have)
{
	return have->is_source_deleted &&
	       (have->n_layers == 0 || have->layers[0].kind != LAYER_SAME);
}

static int refuse_missing(const struct want *want, const struct have *have,
			  struct plan *plan)
{
	if (have->is_source_deleted)
		return plan_refuse(
			plan, ERROR_SOURCE_MISSING, PTR_KEY(PTR_ROOT, "source"),
			"what is mounted at '%s' has been deleted, and cannot be mounted "
			"elsewhere; mount what it shall show, or unmount it",
			want->source);
	return plan_refuse(plan, ERROR_SOURCE_MISSING, PTR_KEY(PTR_ROOT, "source"),
			   "'%s' does not exist; make it, or mount what holds it, first",
			   want->source);
}

static int refuse_volume(const struct want *want, const struct have *have,
			 struct plan *plan)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, "source_mount");
	const struct volume volume = volume_of(want, have);
	const char *path = volume.path;

	if (volume.by == VOLUME_BY_FSTAB)
		return plan_refuse(plan, ERROR_SOURCE_UNMOUNTED,
				   PTR_KEY(PTR_ROOT, "source"),
				   "'%s' is not mounted, though fstab lists it and '%s' "
				   "lies there; mount "
				   "it, or say \"source_mount\": false to share the "
				   "directory below it",
				   path, want->source);
	if (volume.by == VOLUME_BY_MEMORY)
		return plan_refuse(
			plan, ERROR_SOURCE_UNMOUNTED, PTR_KEY(PTR_ROOT, "source"),
			"'%s' is no longer mounted, and '%s' lay there; mount it "
			"again, or start robind watch anew to share what is there",
			path, want->source);
	if (volume.by == VOLUME_BY_LINE)
		return plan_refuse(
			plan, ERROR_SOURCE_UNMOUNTED, PTR_KEY(PTR_ROOT, "source"),
			"'%s' is not the mount that the line of '%s' in fstab asks for "
			"(x-robind.source-mount); mount the volume first",
			path ? path : want->source, want->target);
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
	const char *path = volume_of(want, have).path;
	bool is_there = pinned_path_is_there(&have->source) && !is_beyond_reach(have);
	/* Of a volume that is not mounted, the directories in it are missing as well. */
	bool is_volume = is_there || (path && !have->source_mount.file_id.is_mount_root);

	if (is_there && volume_is_there(want, have))
		return 0;
	if (drift_add(&plan->drift, DRIFT_SOURCE_MISSING,
		      is_volume && path ? path : want->source, NULL, NULL) < 0)
		return -1;
	if (in_check_mode)
		return 0;
	return is_volume ? refuse_volume(want, have, plan)
			 : refuse_missing(want, have, plan);
}

/* ---- the target ---- */

static int refuse_in_outer(const struct want *want, const struct want *outer,
			   struct plan *plan)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, "target");

	/* What lies behind it is seen nowhere else. */
	if (want_is_self(outer))
		return plan_refuse(
			plan, ERROR_TARGET_MISSING, at,
			"'%s' does not exist, and '%s' is bound read-only onto "
			"itself above it; unmount that bind, make '%s', then run robind",
			want->target, outer->target, want->target);
	return plan_refuse(
		plan, ERROR_TARGET_MISSING, at,
		"'%s' does not exist in the read-only bind above it; create '%s/%s'",
		want->target, outer->source, path_rest(want->target, outer->target));
}

static int rule_missing_target(const struct want *want, const struct want *outer,
			       const struct ground *ground, struct plan *plan)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, "target");

	if (drift_add(&plan->drift, DRIFT_TARGET_MISSING, want->target, NULL, NULL) < 0)
		return -1;
	if (outer)
		return refuse_in_outer(want, outer, plan);
	if (!want->create)
		return plan_refuse(plan, ERROR_TARGET_MISSING, at,
				   "'%s' does not exist; make it, or leave \"create\" true",
				   want->target);
	if (ground->is_deleted)
		return plan_refuse(
			plan, ERROR_TARGET_MISSING, at,
			"'%s' does not exist, and what is mounted at '%s' above "
			"it has been deleted, so that nothing can be made there; "
			"have that mended first",
			want->target, ground->point);
	if (ground->is_read_only)
		return plan_refuse(
			plan, ERROR_TARGET_MISSING, at,
			"'%s' does not exist, and the mount at '%s' above it is read-only; "
			"make it where that file system can be written to",
			want->target, ground->point);
	return step_list_add(&plan->steps, STEP_CREATE_TARGET);
}

int rule_type(const struct want *want, const struct have *have, struct plan *plan)
{
	const char *kind =
		pinned_path_is_directory(&have->source) ? "a directory" : "not a directory";

	if (!pinned_path_is_there(&have->source) || !pinned_path_is_there(&have->target) ||
	    pinned_path_is_directory(&have->source) ==
		    pinned_path_is_directory(&have->target))
		return 0;
	return plan_refuse(
		plan, ERROR_TYPE_MISMATCH, PTR_KEY(PTR_ROOT, "target"),
		"'%s' cannot be mounted on '%s': the source is %s and the target is %s; %s",
		want->source, want->target, kind,
		pinned_path_is_directory(&have->target) ? "one" : "not",
		have->target.file_id.is_mount_root
			? "unmount what is mounted there (umount, or state unmounted), and "
			  "then remove or rename what lies below"
			: "remove or rename the target");
}

/* Mounts below the target would be hidden, unless they are the source's own. */
static int rule_hidden(const struct want *want, const struct have *have, struct plan *plan)
{
	for (size_t i = 0; i < have->below.count; i++) {
		if (want->recursive && have->below_kinds[i] == BELOW_COPY)
			continue;
		return plan_refuse(
			plan, ERROR_SUBMOUNT_IN_THE_WAY, PTR_KEY(PTR_ROOT, "target"),
			"'%s' is mounted below '%s' and would be hidden; unmount it first",
			have->below.items[i].point, want->target);
	}
	return 0;
}

int rule_first(const struct want *want, const struct want *outer, const struct have *have,
	       struct plan *plan)
{
	plan->new_flags = want->options;
	if (!pinned_path_is_there(&have->target) &&
	    rule_missing_target(want, outer, &have->ground, plan) < 0)
		return -1;
	if (drift_add(&plan->drift, DRIFT_NOT_MOUNTED, want->source, NULL, NULL) < 0 ||
	    rule_hidden(want, have, plan) < 0 || rule_source_below(want, have, plan) < 0)
		return -1;
	return step_list_add(&plan->steps, STEP_ATTACH);
}
