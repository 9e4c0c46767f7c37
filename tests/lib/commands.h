/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that come by a socket are run here: no process has to enter a namespace for each. */
#pragma once

/*
 * What a process that was forked from us does instead of a command: `arguments` end with NULL,
 * and standard input and output are the command's. Returns its exit status.
 */
typedef int commands_job(char **arguments);

/*
 * Serve INPUT, a sequenced-packet socket, until its other end is closed: 0, or -1 with errno.
 * It is told our number first. Each message then is a command: a byte 'c', or 'j' for the job,
 * with the descriptors of a file that holds the arguments (each ends in a NUL), of a pipe, and of
 * what shall be the command's 0, 1 and 2. The command's wait status is written to the pipe as an
 * int. Whoever else is a child of ours is waited for as well. SIGCHLD and SIGPIPE are blocked,
 * but not in the commands.
 */
int commands_serve(int input, commands_job *job);
