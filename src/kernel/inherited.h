/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has of the one that started it, and did not ask for. */
#pragma once

/*
 * Make that harmless, before anything else is done: no answer shall depend on it.
 *
 *   descriptors 0 to 2   taken, so that no file that is opened later becomes standard
 *                        output; a missing one stays one that cannot be written
 *   signals              SIGCHLD is what it is for wait(2); what SIGPIPE and SIGXFSZ
 *                        would end us for is an error of write(2), so that it is told
 *   umask                what is made has the mode that it is made with
 *   limits               the soft ones as high as the hard ones allow, where robind could
 *                        meet them: of descriptors, memory, the size of a file, time
 *
 * A hard limit that is too low is met later as an error. Where a caller has a reason for
 * what it leaves us (a working directory to which its paths are relative, signals that
 * shall not end us), it stays.
 */
void sys_reset_inherited(void);

/*
 * Close all descriptors above 2, of which none may be ours by then: once the request has
 * been read, which may come by one of them (/dev/fd/63), and before a path is looked at.
 */
void sys_close_inherited(void);
