package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sysctls are the kernel settings that kubelet, kube-proxy and the network plugins change.
var sysctls = []string{
	"kernel/keys/root_maxbytes",
	"kernel/keys/root_maxkeys",
	"kernel/panic",
	"kernel/panic_on_oops",
	"net/bridge/bridge-nf-call-ip6tables",
	"net/bridge/bridge-nf-call-iptables",
	"net/ipv4/conf/all/route_localnet",
	"net/ipv4/ip_forward",
	"net/ipv6/conf/all/forwarding",
	"net/netfilter/nf_conntrack_max",
	"net/netfilter/nf_conntrack_tcp_be_liberal",
	"net/netfilter/nf_conntrack_tcp_timeout_close_wait",
	"net/netfilter/nf_conntrack_tcp_timeout_established",
	"vm/overcommit_memory",
	"vm/panic_on_oom",
}

// folders are made by kubelet and the network plugins at paths that no option changes.
var folders = []string{"/var/lib/cni", "/var/lib/kubelet", "/var/log/containers"}

// shimFolders are made by containerd's shims for their sockets, whatever containerd's state folder is. A containerd of
// the machine uses them too.
var shimFolders = []string{"/run/containerd/s", "/run/containerd"}

// Snapshot is how the machine was before the cluster.
type Snapshot struct {
	Sysctls map[string]string
	Absent  []string // folders that were not there
}

// Save writes the machine's settings to a file, unless an earlier run, of which something is left, wrote them already.
func Save(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	s := Snapshot{Sysctls: map[string]string{}}
	for _, name := range sysctls {
		value, err := os.ReadFile(filepath.Join("/proc/sys", name))
		if err == nil {
			s.Sysctls[name] = strings.TrimSpace(string(value))
		}
	}
	for _, folder := range folders {
		if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
			s.Absent = append(s.Absent, folder)
		}
	}
	content, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temp := path + ".part"
	if err := os.WriteFile(temp, content, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// Restore sets back what Save wrote and removes the folders that the cluster made.
func Restore(path string) error {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var s Snapshot
	if err := json.Unmarshal(content, &s); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	var errs []error
	for name, value := range s.Sysctls {
		file := filepath.Join("/proc/sys", name)
		now, err := os.ReadFile(file)
		if err != nil || strings.TrimSpace(string(now)) == value {
			continue
		}
		if err := os.WriteFile(file, []byte(value), 0); err != nil {
			errs = append(errs, err)
		}
	}
	for _, folder := range s.Absent {
		errs = append(errs, Unmount(folder), Remove(folder))
	}
	for _, folder := range shimFolders {
		if os.Remove(folder) != nil {
			break // it is not empty: another's
		}
	}
	return errors.Join(errs...)
}
