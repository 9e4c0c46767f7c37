#include "apply/step_error.h"

#include <errno.h>
#include <string.h>

/* clang-format off */
static const struct { int err; enum fail_kind kind; const char *mend; } meanings[] = {
	{ ENOSPC, FAIL_LIMIT,      "raise the sysctl fs.mount-max, or free space where the target is made" },
	{ EPERM,  FAIL_PERMISSION, "run robind as root with CAP_SYS_ADMIN" },
	{ EACCES, FAIL_PERMISSION, "run robind as root, or see who may write there" },
	{ ESTALE, FAIL_RACE,       "it shows another mount than the one just judged; run robind again" },
	{ ENOENT, FAIL_RACE,       "it was removed meanwhile; run robind again" },
	{ ELOOP,  FAIL_SYMLINK,    "a component became a symlink meanwhile; see who changes it" },
	{ ETIMEDOUT, FAIL_TIMEOUT, "the file system on the way does not answer; see to its server" },
	{ ENOMEM, FAIL_MEMORY,     "free memory" },
	{ EROFS,  FAIL_SYSTEM,     "make it where it can be made, for instance in the source above it" },
	{ EBUSY,  FAIL_SYSTEM,     "a process holds it open for writing; stop it" },
};
/* clang-format on */

int apply_fail(struct fail *f, const char *target, const char *doing, int err)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (meanings[i].err == err)
			return fail_set(f, meanings[i].kind, err, AT_KEY(AT_ROOT, "target"),
					"'%s': %s failed (%s); %s", target, doing,
					strerror(err), meanings[i].mend);
	}
	return fail_set(f, FAIL_SYSTEM, err, AT_KEY(AT_ROOT, "target"),
			"'%s': %s failed (%s)", target, doing, strerror(err));
}

int apply_fail_locked(struct fail *f, const struct locked *locked, int err)
{
	return fail_set(f, FAIL_LOCKED, err, AT_KEY(AT_ROOT, locked->member),
			"'%s': %s failed (%s): %s inherited from another user namespace, "
			"which keeps it as it is; %srun robind outside, in the namespace "
			"that made the mount",
			locked->path, locked->doing, strerror(err), locked->what,
			locked->mend);
}
