#include "apply/step.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "kernel/mount_api.h"
#include "kernel/mount_id.h"
#include "kernel/path_open.h"
#include "kernel/privilege.h"

/* What a failed call means to the one who asked, and what to do about it. */
/* clang-format off */
static const struct {
	int number;
	enum error_kind kind;
	const char *repair;
	const char *of_root; /* told to root instead, unless NULL */
} failures[] = {
	{ ENOSPC, ERROR_LIMIT,      "raise the sysctl fs.mount-max, or free space where the target is made", NULL },
	{ EPERM,  ERROR_PERMISSION, "run robind as root with CAP_SYS_ADMIN",
	  "its folder may be immutable, see lsattr(1), its file system one that takes no new names, like /sys, or a capability is missing" },
	{ EACCES, ERROR_PERMISSION, "run robind as root, or see who may write there",
	  "its file system, its server or a security module keeps out even root; see who may write there" },
	{ ESTALE, ERROR_RACE,       "it shows another mount than the one just judged; run robind again", NULL },
	{ ENOENT, ERROR_RACE,       "it was removed meanwhile; run robind again", NULL },
	{ ELOOP,  ERROR_SYMLINK,    "a component became a symlink meanwhile; see who changes it", NULL },
	{ ETIMEDOUT, ERROR_TIMEOUT, "the file system on the way does not answer; see to its server", NULL },
	{ ENOMEM, ERROR_MEMORY,     "free memory", NULL },
	{ EROFS,  ERROR_SYSTEM,     "make it where it can be made, for instance in the source above it", NULL },
	{ EOPNOTSUPP, ERROR_SYSTEM, "its file system takes no new names; name a target elsewhere", NULL },
	{ EBUSY,  ERROR_SYSTEM,     "a process holds it open for writing; stop it", NULL },
};
/* clang-format on */

int step_note(struct step_context *w, enum step_kind kind)
{
	step_list_put(&w->done->steps, kind);
	return 0;
}

int step_failed(struct step_context *w, const char *doing, int r)
{
	const struct json_pointer *at = PTR_KEY(PTR_ROOT, "target");
	const char *target = w->want->target;

	for (size_t i = 0; i < ARRAY_LEN(failures); i++) {
		if (failures[i].number == -r)
			return error_set(w->err, failures[i].kind, -r, at,
					 "'%s': %s failed (%s); %s", target, doing,
					 strerror(-r),
					 sys_advice(failures[i].repair,
						    failures[i].of_root));
	}
	return error_set(w->err, ERROR_SYSTEM, -r, at, "'%s': %s failed (%s)", target,
			 doing, strerror(-r));
}

int step_locked(struct step_context *w, const struct locked *locked, int r)
{
	return error_set(w->err, ERROR_LOCKED, -r, PTR_KEY(PTR_ROOT, locked->member),
			 "'%s': %s failed (%s): %s inherited from another user namespace, "
			 "which keeps it as it is; %srun robind outside, in the namespace "
			 "that made the mount",
			 locked->path, locked->doing, strerror(-r), locked->what,
			 locked->repair);
}

int step_detach_failed(struct step_context *w, const char *doing, int r)
{
	const struct locked locked = {"target", w->want->target, doing, "it was", ""};
	scoped_fd int still = r == -EINVAL ? step_open_top(w) : -1;

	return still < 0 ? step_failed(w, doing, r == -EINVAL ? -ESTALE : r)
			 : step_locked(w, &locked, r);
}

int step_flags_failed(struct step_context *w, const char *path, const char *doing, int r)
{
	const struct locked locked = {"options", path, doing, "a flag of the mount was",
				      "ask for less in \"options\", or "};

	bool clears = ((w->want->options.clear | w->plan->new_flags.clear) &
		       MOUNT_FLAG_CARRIED) != 0;

	/* To set a flag is never refused so. */
	return r == -EPERM && clears ? step_locked(w, &locked, r)
				     : step_failed(w, doing, r);
}

/* Open the target; it must show the mount with this id. Returns a descriptor or -errno. */
int step_open_showing(const struct want *want, uint64_t id)
{
	scoped_fd int fd = sys_open(want->target);
	uint64_t now = 0;
	int r = fd < 0 ? fd : sys_mount_id(fd, &now);

	if (r < 0)
		return r;
	if (now != id)
		return -ESTALE;
	return steal_fd(&fd);
}

int step_open_top(const struct step_context *w)
{
	return step_open_showing(w->want, w->have->layers[w->layer].mount.id);
}

/*
 * What is mounted below it goes with it; where those are copies of mounts below the source,
 * they share events with the originals, which must not go too.
 */
int step_detach(struct step_context *w, int top)
{
	int r = 0;

	if (w->plan->clear_below && w->layer == 0)
		r = sys_set_private(top, true);
	if (r == 0)
		r = sys_detach(top, w->want->target);
	if (r == 0)
		w->layer++;
	return r;
}

int step_detach_top(struct step_context *w)
{
	scoped_fd int top = step_open_top(w);

	return top < 0 ? top : step_detach(w, top);
}

bool step_protect_top(const struct step_context *w)
{
	const struct layer *old = &w->have->layers[w->layer];
	scoped_fd int top = old->kind == LAYER_OTHER ? -1 : step_open_top(w);

	return top >= 0 &&
	       sys_set_flags(top, (struct flag_change){.set = MOUNT_FLAG_RDONLY},
			     w->want->recursive) == 0 &&
	       !mount_is_read_only(&old->mount) &&
	       !step_list_has(&w->done->steps, STEP_SET_READ_ONLY);
}
