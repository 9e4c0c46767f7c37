#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "path.h"
#include "scoped.h"
#include "shim.h"

#define NO_LINKS (RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)

int sys_open(const char *path)
{
	int fd = shim_openat2(AT_FDCWD, path, O_PATH | O_CLOEXEC, NO_LINKS);

	return fd < 0 ? -errno : fd;
}

int sys_open_below(int dir, const char *rest)
{
	int fd = shim_openat2(dir, rest[0] != '\0' ? rest : ".", O_PATH | O_CLOEXEC,
			      NO_LINKS | RESOLVE_BENEATH | RESOLVE_NO_XDEV);

	return fd < 0 ? -errno : fd;
}

int sys_stat(int fd, struct node *ret)
{
	struct statx buf = {0};

	if (shim_statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT,
		       STATX_TYPE | STATX_MODE | STATX_INO | SHIM_STATX_MNT_ID_UNIQUE,
		       &buf) < 0)
		return -errno;
	*ret = (struct node){
		.dev = makedev(buf.stx_dev_major, buf.stx_dev_minor),
		.ino = buf.stx_ino,
		.mode = buf.stx_mode,
		.mount = buf.stx_mnt_id,
		.is_mount_root = (buf.stx_attributes & SHIM_ATTR_MOUNT_ROOT) != 0,
	};
	return 0;
}

static void fill(struct mount *m, const struct shim_statmount *s)
{
	*m = (struct mount){
		.id = s->mnt_id,
		.parent = s->mnt_parent_id,
		.superblock = (uint64_t)s->sb_dev_major << 32 | s->sb_dev_minor,
		.magic = s->sb_magic,
		.attr = (uint32_t)s->mnt_attr,
		.propagation = (uint32_t)s->mnt_propagation,
	};
}

/* The texts lie behind the struct, in one piece that ends where `size` says. */
static int fill_text(struct mount *m, const struct shim_statmount *s)
{
	size_t n = s->size > sizeof(*s) ? s->size - sizeof(*s) : 0;

	m->text = malloc(n + 1);
	if (!m->text)
		return -ENOMEM;
	memcpy(m->text, s->str, n);
	m->text[n] = '\0';
	m->root = m->text + s->mnt_root;
	m->point = m->text + s->mnt_point;
	m->fs_type = m->text + s->fs_type;
	return 0;
}

#define BASIC (SHIM_STATMOUNT_SB_BASIC | SHIM_STATMOUNT_MNT_BASIC)
#define TEXTS (SHIM_STATMOUNT_MNT_ROOT | SHIM_STATMOUNT_MNT_POINT | SHIM_STATMOUNT_FS_TYPE)

/* Two paths of PATH_MAX bytes and a name fit; deeper mounts than that take a second try. */
static int mount_with_text(uint64_t id, struct mount *ret)
{
	for (size_t size = sizeof(struct shim_statmount) + 2304; size <= (1u << 20);
	     size *= 8) {
		scoped_mem struct shim_statmount *s = calloc(1, size);

		if (!s)
			return -ENOMEM;
		if (shim_statmount(id, BASIC | TEXTS, s, size) == 0) {
			fill(ret, s);
			return fill_text(ret, s);
		}
		if (errno != EOVERFLOW)
			return -errno;
	}
	return -EOVERFLOW;
}

int sys_mount(uint64_t id, bool with_text, struct mount *ret)
{
	struct shim_statmount s = {0};

	if (with_text)
		return mount_with_text(id, ret);
	if (shim_statmount(id, BASIC, &s, sizeof(s)) < 0)
		return -errno;
	fill(ret, &s);
	return 0;
}

int sys_mounts_below(uint64_t id, uint64_t **ret, size_t *ret_n)
{
	scoped_mem uint64_t *ids = NULL;
	size_t used = 0;

	for (size_t room = 256;; room *= 4) {
		uint64_t *more = reallocarray(ids, room, sizeof(*ids));
		ssize_t n = 0;

		if (!more)
			return -ENOMEM;
		ids = more;
		n = shim_listmount(id, used > 0 ? ids[used - 1] : 0, ids + used,
				   room - used);
		if (n < 0)
			return -errno;
		used += (size_t)n;
		if (used < room)
			break;
	}
	*ret = STEAL(ids);
	*ret_n = used;
	return 0;
}

int sys_resolve(const char *path, char **ret)
{
	scoped_mem char *head = strdup(path);

	if (!head)
		return -ENOMEM;
	for (;;) {
		scoped_mem char *real = realpath(head, NULL);

		if (real) {
			*ret = path_join(real, path_rest(path, head));
			return *ret ? 0 : -ENOMEM;
		}
		if (errno != ENOENT || strcmp(head, "/") == 0)
			return -errno;
		*strrchr(head, '/') = '\0';
		if (head[0] == '\0')
			head[0] = '/', head[1] = '\0';
	}
}

char *sys_find_symlink(const char *path)
{
	for (const char *end = path; *end != '\0';) {
		scoped_mem char *head = NULL;
		struct stat st;

		end += 1 + strcspn(end + 1, "/");
		head = strndup(path, (size_t)(end - path));
		if (!head || lstat(head, &st) < 0)
			return NULL;
		if (S_ISLNK(st.st_mode))
			return STEAL(head);
	}
	return NULL;
}
