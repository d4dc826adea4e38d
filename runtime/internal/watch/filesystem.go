package watch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// remote are file systems whose files are changed where this kernel does not see it (statfs(2)).
var remote = map[int64]string{
	unix.V9FS_MAGIC:        "9p",
	unix.FUSE_SUPER_MAGIC:  "fuse or virtiofs",
	unix.NFS_SUPER_MAGIC:   "nfs",
	unix.SMB_SUPER_MAGIC:   "smb",
	unix.CIFS_SUPER_MAGIC:  "cifs",
	unix.SMB2_SUPER_MAGIC:  "smb3",
	unix.CEPH_SUPER_MAGIC:  "ceph",
	unix.AFS_SUPER_MAGIC:   "afs",
	unix.CODA_SUPER_MAGIC:  "coda",
	unix.OCFS2_SUPER_MAGIC: "ocfs2",
	0x53464846:             "drvfs", // of WSL 1; that of WSL 2 is 9p
	0x786f4256:             "vboxsf",
	0xbacbacbc:             "vmhgfs",
	0x7c7c6013:             "prl_fs",
	0x01161970:             "gfs2",
	0x0bd00bd0:             "lustre",
}

// probeTime is how long the event of a probe file may take to arrive: next to nothing, but the machine may be busy.
const probeTime = time.Second

// remoteKind returns the name of the file system if it is a remote one, else "".
func remoteKind(root string) string {
	var found unix.Statfs_t
	if unix.Statfs(root, &found) != nil {
		return ""
	}
	return remote[int64(found.Type)]
}

// probe proves that an event arrives for a file made in the folder, which the source watches. It returns why not,
// "" if it does, or if no file can be made.
func probe(from source, root string) string {
	file, err := os.CreateTemp(root, ".godev-probe-*") // rules.file passes over it
	if err != nil {
		return ""
	}
	defer os.Remove(file.Name())
	defer file.Close()
	deadline := time.NewTimer(probeTime)
	defer deadline.Stop()
	for {
		select {
		case event, open := <-from.events():
			if !open {
				return "the source of events ended"
			}
			if filepath.Base(event.Name) == filepath.Base(file.Name()) {
				return ""
			}
		case err := <-from.errors():
			return limit(err)
		case <-deadline.C:
			return fmt.Sprintf("no event arrived for a file made in the workspace within %v", probeTime)
		}
	}
}

// limit explains an error of the source of events.
func limit(err error) string {
	switch {
	case errors.Is(err, unix.ENOSPC):
		return "the node's limit of watched folders is used up: raise fs.inotify.max_user_watches"
	case errors.Is(err, unix.EMFILE), errors.Is(err, unix.ENFILE), err != nil && strings.Contains(err.Error(), "too many open files"):
		return "the node's limit of watchers is used up: raise fs.inotify.max_user_instances"
	}
	return fmt.Sprintf("events cannot be watched for: %v", err)
}
