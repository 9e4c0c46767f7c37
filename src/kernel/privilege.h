/* Who this process is, for what is advised. */
#pragma once

/*
 * The advice for this process: `to_root` for root, to whom "run robind as root" says
 * nothing, as what it lacks is a capability, or lies elsewhere. Where that is NULL, and for
 * everybody else, `to_user`. Root of a user namespace counts.
 */
const char *sys_advice(const char *to_user, const char *to_root);
