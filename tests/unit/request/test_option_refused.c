/* SPDX-License-Identifier: Apache-2.0 */
/* Options that are refused: what is said of each, and where it belongs. */
#include "base/macro.h"
#include "suite.h"
#include "text_json.h"

#define ST           "'source': '/a', 'target': '/t'"
#define ONE(members) "{" ST ", " members "}"

#define FLAGS "(nosuid nodev noexec nosymfollow noatime relatime strictatime nodiratime)"
#define NO_OPTION                                                                          \
	"is not supported, because it is no option of a bind; one of a file system "       \
	"belongs where that is mounted"

/* With ' for ". */
/* clang-format off */
static const struct { const char *text; const char *says; } rows[] = {
	{ ONE("'options': 'nosudi'"),
	  "no such option as 'nosudi'; did you mean 'nosuid'? " FLAGS },
	/* what would be refused itself is not proposed */
	{ ONE("'options': 'sharde'"),
	  "no such option as 'sharde' " FLAGS },
	{ ONE("'options': 'defautls'"),
	  "no such option as 'defautls' " FLAGS },
	{ ONE("'options': 'rbind'"),
	  "'rbind' is said by \"recursive\": true; put that in its place" },
	{ ONE("'options': 'suid,nosuid'"),
	  "'nosuid' contradicts an option before it" },
	{ ONE("'options': 'rw'"),
	  "'rw' is not supported, because a bind of robind is always read-only; leave it out" },
	{ ONE("'options': {}"),
	  "must be a list of options or one comma-joined string, not an object" },
	{ ONE("'options': [1]"),
	  "must be a string, not 1" },
	{ ONE("'options': 'nofail'"),
	  "'nofail' is said by \"nofail\": true; put that in its place" },
	{ ONE("'options': '_netdev'"),
	  "'_netdev' is for fstab alone; put it into \"fstab_options\"" },
	{ ONE("'options': 'auto'"),
	  "'auto' asks for what is so anyway; leave it out" },
	{ ONE("'options': 'recursive'"),
	  "'recursive' is not supported, because this is said by 'recursive: true'; leave it out" },
	{ ONE("'options': 'defaults'"),
	  "'defaults' asks for what is so anyway; leave it out" },
	{ ONE("'options': 'users'"),
	  "'users' is not supported, because others than root could then unmount the bind, and see what it hides; leave it out" },
	{ ONE("'fstab_options': 'users'"),
	  "'users' is not supported, because others than root could then unmount the bind, and see what it hides" },
	{ ONE("'fstab_options': 'nosuid'"),
	  "'nosuid' is a flag of the mount; put it into \"options\"" },
	{ ONE("'fstab_options': 'rbind'"),
	  "'rbind' is said by \"recursive\": true; put that in its place" },
	{ ONE("'fstab_options': 'recursive'"),
	  "'recursive' is said by \"recursive\": true; put that in its place" },
	{ ONE("'fstab_options': 'suid'"),
	  "'suid' is a flag of the mount; put it into \"options\"" },
	{ ONE("'fstab_options': 'ro'"),
	  "'ro' is robind's own to write; leave it out" },
	{ ONE("'fstab_options': 'x-robind'"),
	  "'x-robind' is robind's own to write, or contradicts another option" },
	{ ONE("'fstab_options': 'a b'"),
	  "'a b' must be one option, without blanks, commas, quotes, backslashes or '#'" },
	{ ONE("'fstab_options': ['']"),
	  "'' must not be empty" },
	{ ONE("'fstab_options': 'loop'"),
	  "'loop' " NO_OPTION },
	{ ONE("'fstab_options': 'bind'"),
	  "'bind' is robind's own to write; leave it out" },
	{ ONE("'opts': 'rw'"),
	  "'rw' is not supported, because a bind of robind is always read-only" },
	{ ONE("'opts': 'nosudi'"),
	  "'nosudi' " NO_OPTION "; did you mean 'nosuid'?" },
	{ ONE("'opts': 'shiny'"),
	  "'shiny' " NO_OPTION },
	{ ONE("'opts': 'users'"),
	  "'users' is not supported, because others than root could then unmount the bind, and see what it hides" },
	{ "{'source': '/t', 'target': '/t', 'opts': 'nosuid', 'options': 'suid'}",
	  "'opts' and 'options' contradict each other" },
	{ ONE("'options': 'suid', 'opts': 'nosuid'"),
	  "'opts' and 'options' contradict each other" },
	{ ONE("'recursive': false, 'opts': 'rbind'"),
	  "'recursive' is said twice, differently" },
	{ ONE("'opts': 'nofail', 'nofail': false"),
	  "'nofail' is said twice, differently" },
	{ ONE("'fstab_type': 'robind', 'fstab_options': 'x-systemd.automount'"),
	  "'x-systemd.automount' does not go with the type 'robind'" },
	{ ONE("'options': 'an-option-of-more-than-sixty-four-letters-of-which-only-so-many-are-shown'"),
	  "no such option as 'an-option-of-more-than-sixty-four-letters-of-which-only-so-many-' " FLAGS },
	{ ONE("'fstab_options': ['an option of more than sixty-four letters, of which only so many are shown']"),
	  "'an option of more than sixty-four letters, of which only so many' must be one option, without blanks, commas, quotes, backslashes or '#'" },
	{ ONE("'opts': 'an-option-of-more-than-sixty-four-letters-of-which-only-so-many-are-shown'"),
	  "'an-option-of-more-than-sixty-four-letters-of-which-only-so-many-' " NO_OPTION },
	{ ONE("'opts': 'nosuid,x-a=\\'b'"),
	  "'x-a=\"b' " NO_OPTION },
	{ ONE("'options': 'nosuid,x-a=\\'b'"),
	  "no such option as 'x-a=\"b' " FLAGS },
	{ ONE("'fstab_options': 'x-b,x-a=\\'b'"),
	  "'x-a=\"b' must be one option, without blanks, commas, quotes, backslashes or '#'" },
	{ ONE("'options': 'nosuid\\u0000'"),
	  "must not hold a NUL byte" },
	{ ONE("'options': ['nosuid\\u0000']"),
	  "must not hold a NUL byte" },
	{ ONE("'options': ['nosuid', 'suid']"),
	  "'suid' contradicts an option before it" },
	{ ONE("'options': 'ro=vfs'"),
	  "'ro=vfs' asks for what is so anyway; leave it out" },
	{ ONE("'options': 'ro=recursive'"),
	  "'ro=recursive' is not supported, because this is said by 'recursive: true'; leave it out" },
	{ ONE("'options': 'atime'"),
	  "'atime' takes back an option that is not there; leave it out" },
	{ ONE("'options': 'shared'"),
	  "'shared' is not supported, because the bind is always private: else what is mounted below the source later would be writable below the target; leave it out" },
	{ ONE("'options': 'private'"),
	  "'private' asks for what is so anyway; leave it out" },
	{ ONE("'options': 'x-a'"),
	  "'x-a' is for fstab alone; put it into \"fstab_options\"" },
	{ ONE("'options': 'nouser'"),
	  "'nouser' asks for what is so anyway; leave it out" },
	{ ONE("'opts': 4"),
	  "must be a list of options or one comma-joined string, not 4" },
	{ ONE("'opts': [4]"),
	  "must be a string, not 4" },
	{ ONE("'opts': 'X-mount.mkdir', 'create': false"),
	  "'create' is said twice, differently" },
	{ ONE("'opts': 'nofail', 'fstab_options': 'fail'"),
	  "'fail' is robind's own to write, or contradicts another option" },
	{ ONE("'opts': 'noauto,auto', 'fstab_options': 'noauto,auto'"),
	  "'auto' is robind's own to write, or contradicts another option" },
	{ ONE("'fstab_options': 'noexec'"),
	  "'noexec' is a flag of the mount; put it into \"options\"" },
	{ ONE("'fstab_options': 'atime'"),
	  "'atime' is a flag of the mount; put it into \"options\"" },
	{ ONE("'fstab_options': 'private'"),
	  "'private' is robind's own to write; leave it out" },
	{ ONE("'fstab_options': 'ro=recursive'"),
	  "'ro=recursive' is said by \"recursive\": true; put that in its place" },
	{ ONE("'fstab_options': 'owner'"),
	  "'owner' is not supported, because others than root could then unmount the bind, and see what it hides" },
	{ ONE("'fstab_options': 'x-robind.set=s'"),
	  "'x-robind.set=s' is robind's own to write, or contradicts another option" },
};
/* clang-format on */

START_TEST(says_where_it_belongs)
{
	text_check_refused(rows[_i].text, rows[_i].says);
}
END_TEST

int main(void)
{
	TCase *tests = tcase_create("option_refused");

	tcase_add_loop_test(tests, says_where_it_belongs, 0, (int)ARRAY_LEN(rows));
	return suite_run("option_refused", tests);
}
