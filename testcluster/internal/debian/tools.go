// Package debian looks for the programs that the cluster takes from the distribution, and makes root file systems from
// Debian's packages.
package debian

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// tool is a program that must be there, and the package that brings it.
type tool struct {
	program string // looked up in PATH, or an absolute path
	pkg     string
}

// CNIDir is where Debian keeps the network plugins.
const CNIDir = "/usr/lib/cni"

var tools = []tool{
	{"containerd", "containerd"},
	{"containerd-shim-runc-v2", "containerd"},
	{"ctr", "containerd"},
	{"runc", "runc"},
	{CNIDir + "/bridge", "containernetworking-plugins"},
	{CNIDir + "/host-local", "containernetworking-plugins"},
	{CNIDir + "/portmap", "containernetworking-plugins"},
	{"iptables-save", "iptables"},
	{"conntrack", "conntrack"},
	{"ip", "iproute2"},
	{"mmdebstrap", "mmdebstrap"},
}

// Missing returns the packages to install, each once.
func Missing() []string { return missing(present) }

func missing(present func(string) bool) []string {
	var packages []string
	for _, t := range tools {
		if !present(t.program) && !slices.Contains(packages, t.pkg) {
			packages = append(packages, t.pkg)
		}
	}
	return packages
}

func present(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// IsDebian tells whether apt-get can bring what is missing.
func IsDebian() bool {
	_, err := os.Stat("/etc/debian_version")
	return err == nil && present("apt-get")
}

// Install installs packages without questions.
func Install(ctx context.Context, packages []string) error {
	install := append([]string{"install", "-y", "--no-install-recommends"}, packages...)
	for _, args := range [][]string{{"update"}, install} {
		cmd := exec.CommandContext(ctx, "apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("apt-get %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	return nil
}

// AddSbin makes the machine's administration programs findable, for a root whose PATH lacks them.
func AddSbin() {
	path := os.Getenv("PATH")
	for _, dir := range []string{"/usr/sbin", "/sbin"} {
		if !slices.Contains(filepath.SplitList(path), dir) {
			path += ":" + dir
		}
	}
	os.Setenv("PATH", path)
}
