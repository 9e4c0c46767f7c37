/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failed call means, in one sentence: the place, the fact, and the mend. There is one
 * table (base/failure_rows.c): call x errno x what is known besides. Looked up here, filled
 * in by kernel/failure.c. Nothing here looks at the machine.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* What was to be done. */
enum failed_call {
	CALL_REACH,       /* open or resolve a path, for the first time */
	CALL_READ_MOUNTS, /* the mounts at or around a place */
	CALL_CHANGE,      /* any change of mounts, before the first one is tried */
	CALL_CREATE,      /* the target */
	CALL_REMOVE,      /* the target */
	CALL_CLONE,       /* the source */
	CALL_SET_READ_ONLY,
	CALL_SET_OPTIONS,
	CALL_SET_PRIVATE,
	CALL_SET_COPY, /* the options of a copy of the source, which is not mounted yet */
	CALL_ATTACH,
	CALL_DETACH,
	CALL_OPEN_AGAIN, /* the target, or what has just been mounted there */
	CALL_CARRY,      /* what is mounted below it into a new mount */
	CALL_CLEAR,      /* the places of other binds in a new recursive one */
	CALL_LOCK_RUN,
	CALL_READ_ACCOUNTS,
	CALL_TELL_SYSTEMD,
	/* In the order of enum fstab_file_step. */
	CALL_FSTAB_LOOK,
	CALL_FSTAB_FIND,
	CALL_FSTAB_LOCK,
	CALL_FSTAB_READ,
	CALL_FSTAB_BACKUP,
	CALL_FSTAB_CREATE,
	CALL_FSTAB_WRITE,
	CALL_FSTAB_RENAME,
	CALL_FSTAB_SYNC,
	CALL_COUNT_,
};

/* What is known besides the error number. */
enum failure_fact {
	/* of this process */
	FACT_NOT_ROOT = 1u << 0,
	FACT_NO_ADMIN = 1u << 1,    /* CAP_SYS_ADMIN is missing */
	FACT_NO_OVERRIDE = 1u << 2, /* CAP_DAC_OVERRIDE */
	FACT_NO_OWN = 1u << 3,      /* CAP_CHOWN, CAP_FOWNER or CAP_FSETID */
	FACT_CONFINED = 1u << 4,    /* it is in a user namespace of its own */
	FACT_FILTERED = 1u << 5,    /* a seccomp filter is on it */
	FACT_APPARMOR = 1u << 6,    /* an AppArmor profile is enforced on it */
	FACT_SELINUX = 1u << 7,     /* SELinux is enforcing */
	FACT_OTHER_LSM = 1u << 8,   /* another security module that can deny is active */
	/* of the place, or of what is nearest above it */
	FACT_FUSE_CLOSED = 1u << 9,  /* a FUSE mount of another user's, for him alone */
	FACT_REMOTE = 1u << 10,      /* a server or a daemon answers for it */
	FACT_IMMUTABLE = 1u << 11,   /* it has the attribute (chattr +i) */
	FACT_APPEND_ONLY = 1u << 12, /* the same (chattr +a) */
	FACT_FIXED_NAMES = 1u << 13, /* its file system is one of the kernel's own */
	FACT_NO_INODES = 1u << 14,   /* its file system has room, but no inodes left */
	FACT_IS_DEAD = 1u << 15,     /* its file system answers everything with an error */
	/* told by the caller, and never looked for */
	FACT_INHERITED = 1u << 16, /* the mount is kept by another user namespace */
	FACT_COVERING = 1u << 17,  /* with FACT_INHERITED: mounts below it are */
	FACT_AS_ASKED = 1u << 18,  /* a mode, owner or group was asked for */
	FACT_HOLDER = 1u << 19,    /* it is known who has the lock */
};
#define FACT_COUNT 20

/* Beside these, of the facts that matter: the sentence names what is nearest to the place. */
#define FACT_IS_NAMED (1u << FACT_COUNT)

/* One row: the first that fits is told. */
struct failure_row {
	int number;     /* the errno; 0: any */
	unsigned calls; /* bits, 1u << enum failed_call */
	unsigned facts; /* all of these are known */
	enum error_kind kind;
	const char
		*fact; /* with {words} of struct failure_words; NULL: as strerror(3) says */
	const char *mend;
};

/* The table, in its order; NULL beyond its end. */
const struct failure_row *failure_row_at(size_t i);

/* The row for an errno of a call; there is one for each. */
const struct failure_row *failure_row_find(enum failed_call call, int number,
					   unsigned facts);

/*
 * The facts that decide between the rows for an errno of a call, and FACT_IS_NAMED: what is
 * worth being looked for.
 */
unsigned failure_facts_that_matter(enum failed_call call, int number);

/* The code of an error: the row's, where the call has none of its own. */
enum error_kind failure_kind_of(enum failed_call call, const struct failure_row *row);

/* What stands for {place} and the like. */
struct failure_words {
	const char *place;    /* what the call was about */
	const char *folder;   /* what is there of it: itself, or the nearest one above */
	const char *mount;    /* where the file system of that is mounted */
	const char *fs;       /* its type */
	const char *lsm;      /* the security module's name, profile or context */
	const char *obstacle; /* what does not answer, on the way */
	const char *holder;   /* process id */
};

/* Put the sentence together: lower case, without a full stop; cut where it does not fit. */
void failure_tell(enum failed_call call, int number, const struct failure_row *row,
		  const struct failure_words *words, char *text, size_t size);

/* The fact alone, without place and mend. */
void failure_tell_fact(int number, const struct failure_row *row,
		       const struct failure_words *words, char *text, size_t size);
