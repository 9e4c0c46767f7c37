#include "apply/step_error.h"

#include <errno.h>
#include <string.h>

/* clang-format off */
static const struct { int number; enum error_kind kind; const char *repair; } meanings[] = {
	{ ENOSPC, ERROR_LIMIT,      "raise the sysctl fs.mount-max, or free space where the target is made" },
	{ EPERM,  ERROR_PERMISSION, "run robind as root with CAP_SYS_ADMIN" },
	{ EACCES, ERROR_PERMISSION, "run robind as root, or see who may write there" },
	{ ESTALE, ERROR_RACE,       "it shows another mount than the one just judged; run robind again" },
	{ ENOENT, ERROR_RACE,       "it was removed meanwhile; run robind again" },
	{ ELOOP,  ERROR_SYMLINK,    "a component became a symlink meanwhile; see who changes it" },
	{ ETIMEDOUT, ERROR_TIMEOUT, "the file system on the way does not answer; see to its server" },
	{ ENOMEM, ERROR_MEMORY,     "free memory" },
	{ EROFS,  ERROR_SYSTEM,     "make it where it can be made, for instance in the source above it" },
	{ EBUSY,  ERROR_SYSTEM,     "a process holds it open for writing; stop it" },
};
/* clang-format on */

int step_error(struct error *err, const char *target, const char *doing, int number)
{
	for (size_t i = 0; i < ARRAY_LEN(meanings); i++) {
		if (meanings[i].number == number)
			return error_set(err, meanings[i].kind, number,
					 PTR_KEY(PTR_ROOT, "target"),
					 "'%s': %s failed (%s); %s", target, doing,
					 strerror(number), meanings[i].repair);
	}
	return error_set(err, ERROR_SYSTEM, number, PTR_KEY(PTR_ROOT, "target"),
			 "'%s': %s failed (%s)", target, doing, strerror(number));
}

int step_error_locked(struct error *err, const struct locked *locked, int number)
{
	return error_set(err, ERROR_LOCKED, number, PTR_KEY(PTR_ROOT, locked->member),
			 "'%s': %s failed (%s): %s inherited from another user namespace, "
			 "which keeps it as it is; %srun robind outside, in the namespace "
			 "that made the mount",
			 locked->path, locked->doing, strerror(number), locked->what,
			 locked->repair);
}
