"""SMB in the guest: Samba's server, and the kernel's client twice."""

import os

from nfs import NamespacedClients
from setting import shell

configuration = """[global]
 netbios name = SERVER
 private dir = /run/samba/private
 lock directory = /run/samba/lock
 state directory = /run/samba/state
 cache directory = /run/samba/cache
 pid directory = /run/samba
 ncalrpc dir = /run/samba/ncalrpc
 log file = /run/samba/log
 load printers = no
 disable spoolss = yes
 printing = bsd
 map to guest = never
 smb ports = 445
 rpc start on demand helpers = no
[x]
 path = /srv/x
 read only = no
 valid users = root
"""


class Smb(NamespacedClients):
    abilities = NamespacedClients.abilities | {"locks"}
    lease = 30
    frees_locks_of_the_vanished = False

    def __init__(self, options, *program, **package):
        super().__init__(*program, **package)
        self.options = options
        self.name = "smb" + (f" {options}" if options else "")

    def start_everything(self):
        if os.path.exists("/run/samba/smb.conf"):
            return
        for name in "private", "lock", "state", "cache", "ncalrpc":
            os.makedirs(f"/run/samba/{name}")
        with open("/run/samba/smb.conf", "w") as file:
            file.write(configuration)
        said = shell(
            "printf 'pw\\npw\\n' | smbpasswd -c /run/samba/smb.conf -s -a root; smbd -s /run/samba/smb.conf -D"
        )
        shell("for i in 1 2 3 4 5 6 7 8 9; do [ -e /run/samba/smbd.pid ] && break; sleep 1; done; sleep 2")
        if said:
            print("   ", said, flush=True)

    def mount(self, client):
        server = f"10.0.{client.number + 1}.1"
        options = (
            f"ip={server},unc=\\\\\\\\{server}\\\\x,username=root,password=pw,vers=3.1.1,uid=0,gid=0,"
            f"file_mode=0600,dir_mode=0700" + (f",{self.options}" if self.options else "")
        )
        return client.shell(f"mount -i -t cifs //{server}/x {client.directory} -o {options}", 70)
