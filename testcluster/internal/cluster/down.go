package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"godev.io/testcluster/internal/controlplane"
	"godev.io/testcluster/internal/host"
	"godev.io/testcluster/internal/layout"
	"godev.io/testcluster/internal/network"
	"godev.io/testcluster/internal/node"
	"godev.io/testcluster/internal/proc"
)

const grace = 3 * time.Second

// Down stops the cluster and deletes its data. The cache stays.
func (c *Cluster) Down(ctx context.Context) error {
	unlock, err := lock()
	if err != nil {
		return err
	}
	defer unlock()
	if !c.left() {
		c.out.Line("the test cluster does not run")
		return nil
	}
	if err := c.remove(ctx); err != nil {
		return err
	}
	c.out.Line("the test cluster is gone; what it built is kept in %s", c.Cache)
	return nil
}

// remove takes away everything of the cluster, in whatever state it is. Each step goes on where one before it failed,
// so that as little as possible is left.
func (c *Cluster) remove(ctx context.Context) error {
	// kubelet first: it would start again what is stopped here.
	errs := []error{c.group.Stop(grace, slices.Concat(node.Names, controlplane.Names)...)}
	if _, alive := c.group.Identity("containerd"); alive {
		within, cancel := context.WithTimeout(ctx, 30*time.Second)
		errs = append(errs, node.RemovePods(within, c.Layout), node.RemoveLoaded(within, c.Layout))
		cancel()
		errs = append(errs, c.group.Stop(2*grace, "containerd"))
	}
	errs = append(errs,
		c.endShims(),
		host.RemoveCgroup(layout.Cgroup),
		host.Unmount(c.State, c.ContainerdRoot()),
		c.removePluginResults(),
		network.Down(),
		host.Restore(c.stateFile()))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the test cluster is not wholly gone: %w", err)
	}
	return host.Remove(c.State)
}

// endShims ends the shims that a killed containerd left: the processes that hold its pods.
func (c *Cluster) endShims() error {
	commands, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		return err
	}
	for _, file := range commands {
		content, err := os.ReadFile(file)
		if err != nil || !isShim(strings.Split(string(content), "\x00"), c.ContainerdSocket()) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil {
			return err
		}
		id, err := proc.Of(pid)
		if err != nil {
			continue // it has ended
		}
		if err := proc.End(id, grace); err != nil {
			return err
		}
	}
	// A killed shim leaves its socket, outside the state folder; the path is noted in its bundle.
	notes, err := filepath.Glob(filepath.Join(c.ContainerdState(), "io.containerd.runtime.v2.task", "k8s.io", "*", "address"))
	if err != nil {
		return err
	}
	for _, note := range notes {
		address, err := os.ReadFile(note)
		if socket, ok := strings.CutPrefix(string(address), "unix://"); err == nil && ok {
			os.Remove(socket)
		}
	}
	return nil
}

// isShim tells whether a command line is that of a shim of the containerd at a socket.
func isShim(args []string, socket string) bool {
	if !strings.HasPrefix(filepath.Base(args[0]), "containerd-shim") {
		return false
	}
	for i, arg := range args[:len(args)-1] {
		if arg == "-address" && args[i+1] == socket {
			return true
		}
	}
	return false
}

// removePluginResults removes what the network plugins noted for pods that were killed with their containerd.
func (c *Cluster) removePluginResults() error {
	const dir = "/var/lib/cni/results"
	ours, err := filepath.Glob(filepath.Join(dir, layout.PodNetwork+"-*-eth0"))
	if err != nil {
		return err
	}
	var errs []error
	for _, file := range ours {
		id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), layout.PodNetwork+"-"), "-eth0")
		errs = append(errs, os.Remove(file))
		// containerd adds the loopback device by a network of its own.
		if loopback := filepath.Join(dir, "cni-loopback-"+id+"-lo"); os.Remove(loopback) != nil {
			continue
		}
	}
	return errors.Join(errs...)
}
