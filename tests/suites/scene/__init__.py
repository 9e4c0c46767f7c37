# SPDX-License-Identifier: Apache-2.0
"""The scene that robind was made for, on real software: `make scene`.

    machine     the host: a mount namespace with an /etc, /mnt and /run of its own
    volumes     three ext3 volumes
    containers  what a container is; read from the units in manifests/scene
    docker      an engine: a dockerd of the scene's own
    bubblewrap  the other engine, where there is no Docker
    services    what runs in them: MariaDB, Dovecot, Postfix
    clients     POP3S, IMAPS and SMTP, over `openssl s_client`
    attack      what root in a container tries
    stage       all of these put together, and what every chapter asks of them
    chapters    the story: share, use, attack, recover, and how it goes without
    report      each step, what was expected and what was seen
"""
