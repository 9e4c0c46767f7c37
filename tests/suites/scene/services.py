# SPDX-License-Identifier: Apache-2.0
"""What runs in the containers, and what it is told. Each container gets CONF as /conf."""

from answer import REPO

from .containers import Container, Share, shares_of
from .machine import SCRATCH
from .waiting import until

UNITS = REPO / "manifests/scene"
VOLUMES = "/mnt/volumes"
CLIENTS = ("dovecot", "dovecot-rslave", "postfix")
CONF = f"{SCRATCH}/conf"
SOCKET = "mysqld.sock"
LIVES_IN = f"{VOLUMES}/mysql_socket/run"  # the socket, on the side of its owner

DOMAIN = "example.org"
USER, PASSWORD = f"alice@{DOMAIN}", "wonder"
UNKNOWN = f"mallory@{DOMAIN}"
MAILS = 3  # in alice's box before anybody looks
VMAIL = 5000  # whose mails are

# Where the socket is in each container; what that is shares of is in its unit.
SOCKETS = {
    "mariadb": "/socket/run",
    "dovecot": "/socket/mysql",
    "dovecot-rslave": "/volumes_ro/mysql_socket/run",
    "postfix": "/shared/mysql",
}

# One statement a line, run at every start.
TABLES = f"""\
CREATE DATABASE IF NOT EXISTS mail;
CREATE TABLE IF NOT EXISTS mail.users (address VARCHAR(64) PRIMARY KEY, password VARCHAR(64), \
folder VARCHAR(64));
INSERT IGNORE INTO mail.users VALUES ('{USER}', '{{PLAIN}}{PASSWORD}', '{DOMAIN}/alice/');
CREATE USER IF NOT EXISTS 'mail'@'localhost' IDENTIFIED BY 'db';
GRANT SELECT ON mail.users TO 'mail'@'localhost';
"""

INNODB = [
    "--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M", "--innodb-use-native-aio=0",
]
MARIADB = [
    "mariadbd", "--no-defaults", "--user=mysql", "--datadir=/var/lib/mysql", "--skip-networking",
    f"--socket={SOCKETS['mariadb']}/{SOCKET}", "--pid-file=/tmp/pid",
    "--init-file=/conf/tables.sql", *INNODB,
]

DOVECOT = """\
protocols = imap pop3
listen = 127.0.0.1
base_dir = /run/dovecot
log_path = /dev/stderr
auth_failure_delay = 0
ssl = required
ssl_cert = </conf/cert.pem
ssl_key = </conf/key.pem
mail_location = maildir:~
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = 0
  }}
}}
passdb {{
  driver = sql
  args = /conf/{name}-sql.conf
}}
userdb {{
  driver = sql
  args = /conf/{name}-sql.conf
}}
"""

DOVECOT_SQL = f"""\
driver = mysql
connect = host={{socket}} dbname=mail user=mail password=db
password_query = SELECT address AS user, password FROM users WHERE address = '%u'
user_query = SELECT {VMAIL} AS uid, {VMAIL} AS gid, CONCAT('/var/vmail/', folder) AS home \
FROM users WHERE address = '%u'
"""

POSTFIX = f"""\
compatibility_level = 3.6
maillog_file = /dev/stdout
queue_directory = /var/spool/postfix
data_directory = /var/lib/postfix
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
myhostname = mx.{DOMAIN}
mydestination =
alias_maps =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtpd_recipient_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_cert_file = /conf/cert.pem
smtpd_tls_key_file = /conf/key.pem
virtual_mailbox_domains = {DOMAIN}
virtual_mailbox_maps = mysql:/conf/postfix/mailboxes.cf
virtual_mailbox_base = /var/vmail
virtual_uid_maps = static:{VMAIL}
virtual_gid_maps = static:{VMAIL}
max_use = 1
"""

POSTFIX_SQL = f"""\
hosts = unix:{SOCKETS["postfix"]}/{SOCKET}
user = mail
password = db
dbname = mail
query = SELECT folder FROM users WHERE address = '%s'
"""

POSTFIX_SERVICES = """\
smtp      inet n - n - - smtpd
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
proxymap  unix - - n - - proxymap
error     unix - - n - - error
retry     unix - - n - - error
virtual   unix - n n - - virtual
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
showq     unix n - n - - showq
pickup    unix n - n 60 1 pickup
postlog   unix-dgram n - n - 1 postlogd
"""

MAIL = """\
From: bob@example.com
To: {user}
Subject: mail {number}

A mail that was there before.
"""


def write_conf(machine):
    """Everything below CONF, with a key and a certificate."""
    machine.write(f"{CONF}/tables.sql", TABLES)
    for name in ("dovecot", "dovecot-rslave"):
        machine.write(f"{CONF}/{name}.conf", DOVECOT.format(name=name))
        machine.write(f"{CONF}/{name}-sql.conf",
                      DOVECOT_SQL.format(socket=f"{SOCKETS[name]}/{SOCKET}"))
    machine.write(f"{CONF}/postfix/main.cf", POSTFIX)
    machine.write(f"{CONF}/postfix/master.cf", POSTFIX_SERVICES)
    machine.write(f"{CONF}/postfix/mailboxes.cf", POSTFIX_SQL)
    machine.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-keyout", f"{CONF}/key.pem", "-out", f"{CONF}/cert.pem")


def fill_volumes(machine):
    """An empty database, a place for its socket, and alice's mails."""
    machine.sh('install -d -o mysql -g mysql "$1" "$2"', f"{VOLUMES}/mysql/data", LIVES_IN)
    machine.run("mariadb-install-db", "--no-defaults", "--user=mysql",
                f"--datadir={VOLUMES}/mysql/data", "--auth-root-authentication-method=normal",
                "--skip-test-db", *INNODB)
    box = f"{VOLUMES}/vmail/{DOMAIN}/alice"
    for number in range(1, MAILS + 1):
        machine.write(f"{box}/new/{number}.scene", MAIL.format(user=USER, number=number))
    for folder in ("cur", "tmp"):
        machine.dir(f"{box}/{folder}")
    machine.run("chown", "-R", f"{VMAIL}:{VMAIL}", f"{VOLUMES}/vmail")


COMMANDS = {
    "mariadb": MARIADB,
    "dovecot": ["dovecot", "-F", "-c", "/conf/dovecot.conf"],
    "dovecot-rslave": ["dovecot", "-F", "-c", "/conf/dovecot-rslave.conf"],
    "postfix": ["sh", "-c", "mkdir /var/spool/postfix; install -d -o postfix /var/lib/postfix; "
                            "exec postfix -c /conf/postfix start-fg"],
}


def container(name):
    """As its unit says, with a command of ours."""
    return Container(name, shares_of(UNITS / f"{name}.service"), COMMANDS[name],
                     more=[Share(CONF, "/conf", "ro")])


def ask_database(engine, name):
    """Exit status and answer of a new connection out of a container."""
    return engine.sh_in(name, f"mariadb --no-defaults -N -S {SOCKETS[name]}/{SOCKET} -umail -pdb "
                              "-e 'SELECT address FROM mail.users'")


def wait_for_database(engine):
    """Until it answers on the side that it writes."""
    until("MariaDB answers", lambda: ask_database(engine, "mariadb")[0] == 0)


def wait_for_port(engine, name, port):
    """Until somebody listens in the container's network."""
    def listens():
        return f":{port:04X} 00000000:0000 0A" in engine.machine.run(
            *engine.network(name), "cat", "/proc/net/tcp").stdout.decode()
    until(f"{name} listens at port {port}", listens)
